// The pool of node-postgres that every peer over it gets: the same connections with the same session.
import { Pool, type PoolConfig } from "pg";
import type { PeerOptions } from "./peer.ts";

/** Connections are never closed as idle: peers take turns, and a login is not what is measured. */
export function pgPoolConfig({ url, connections, session }: PeerOptions): PoolConfig {
  return { connectionString: url, max: connections, options: session, idleTimeoutMillis: 0 };
}

/** @returns a pool; a connection that is lost while nobody uses it fails the next call, and not this process */
export function openPgPool(options: PeerOptions): Pool {
  const pool = new Pool(pgPoolConfig(options));
  pool.on("error", () => {});
  return pool;
}
