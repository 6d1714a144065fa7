// A client taken out of the pool, with the session on it. Not the pool itself.
// Invariant: only a connection that is idle and alive goes back for reuse.

import type { PoolClient } from "pg";

import type { Session } from "../connection/session.ts";
import { UnavailableError } from "../errors/database-error.ts";

/** A client in use; to be released exactly once. */
export interface Lease {
  readonly client: PoolClient;
  /** Belongs to the client and stays with it from lease to lease. */
  readonly session: Session;
  /** Host and port of the server it is on. */
  readonly server: string;
  /** Waited for it; 0 where nobody is told of it. */
  readonly waitMilliseconds: number;
}

/** Gives the client back; `outcome` is the error the work ended with, if any. */
export function releaseLease({ client, session }: Lease, outcome: unknown): void {
  // A session left inside a transaction would carry it into the next caller's work.
  const isIdle = client.getTransactionStatus() === "I";
  // A server that is unavailable (shutting down, or read-only since it failed over) is to be connected to afresh.
  client.release(session.failure !== undefined || !isIdle || outcome instanceof UnavailableError);
}
