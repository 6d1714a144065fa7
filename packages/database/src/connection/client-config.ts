// From our settings to pg's client configuration, session parameters included. No connection is opened here.
// Invariant: every setting pg could otherwise take from PG* environment variables (but the password) is given explicitly.

import type { ClientConfig } from "pg";

import { exactTypes } from "../codecs/type-parsers.ts";
import { LendingSocket } from "./lending-socket.ts";
import type { ConnectionSettings } from "./connection-settings.ts";

/** Limits the server and the driver put on a session; 0 means none. All in milliseconds. */
export interface SessionTimeouts {
  /** A statement runs at most this long. */
  readonly statement: number;
  /** A statement waits at most this long for a lock. */
  readonly lock: number;
  /** A transaction may sit without a statement at most this long. */
  readonly idleInTransaction: number;
  /** The driver waits at most this long for a reply; only this one catches a network that went silent. */
  readonly query: number;
}

/** What a session is set up with beside where it goes. */
export interface SessionSetup {
  readonly timeouts: SessionTimeouts;
  /** Refuses writes: for sessions on replicas, so that a replica promoted unnoticed takes none either. @defaultValue false */
  readonly isReadOnly?: boolean | undefined;
}

/** One `-c name=value` of the start-up packet; a backslash protects what would end the value. */
function startupOption(name: string, value: string): string {
  return `-c ${name}=${value.replaceAll(/[\\ ]/gu, String.raw`\$&`)}`;
}

/**
 * The session parameters, sent with the login so that they cost no round trip and hold from the first statement:
 * UTC and ISO for the codecs, shortest exact floats, and a plan per execution, because the generic plan of a query over
 * thousands of chunks costs more than planning for the one that is needed. PostgreSQL does not compare CHECK constraints with conditions:
 * TimescaleDB has left out chunks by then, and reading some twenty constraints of each that is left took half of the planning
 * (measured over 60 chunks of orders: 18 ms with, 8.5 without). Nothing is compiled: a plan over many chunks is dear enough in the
 * planner's eyes for it, which takes longer than the statement. Batches of columns are merged in their order, so that a page stops where
 * it is full, only where the planner expects one batch of each segment to fit into work_mem; otherwise a whole window is decompressed and sorted.
 */
function startupOptions(
  settings: ConnectionSettings,
  { timeouts, isReadOnly = false }: SessionSetup,
): string {
  const options = [
    startupOption("TimeZone", "UTC"),
    startupOption("plan_cache_mode", "force_custom_plan"),
    startupOption("constraint_exclusion", "off"),
    startupOption("jit", "off"),
    startupOption("work_mem", "32MB"),
    startupOption("statement_timeout", String(timeouts.statement)),
    startupOption("lock_timeout", String(timeouts.lock)),
    startupOption("idle_in_transaction_session_timeout", String(timeouts.idleInTransaction)),
  ];
  if (settings.startupOptions !== undefined) options.push(settings.startupOptions);
  // Behind the URL's own options, which cannot lift them: the codecs read no other form.
  options.push(
    startupOption("DateStyle", "ISO"),
    startupOption("IntervalStyle", "iso_8601"),
    startupOption("extra_float_digits", "1"),
    startupOption("bytea_output", "hex"),
  );
  if (isReadOnly) options.push(startupOption("default_transaction_read_only", "on"));
  return options.join(" ");
}

function tlsConfig(settings: ConnectionSettings): ClientConfig["ssl"] {
  if (settings.tls === "off") return false;
  const { tlsMaterial } = settings.credentials();
  return {
    // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment cannot switch verification off.
    rejectUnauthorized: true,
    ...(tlsMaterial?.ca === undefined ? {} : { ca: tlsMaterial.ca }),
    ...(tlsMaterial?.cert === undefined ? {} : { cert: tlsMaterial.cert }),
    ...(tlsMaterial?.key === undefined ? {} : { key: tlsMaterial.key }),
  };
}

/** Builds the configuration of one pg client, which goes to the first of the hosts. */
export function clientConfig(settings: ConnectionSettings, setup: SessionSetup): ClientConfig {
  const { password } = settings.credentials();
  return {
    host: settings.host,
    port: settings.port,
    database: settings.database,
    user: settings.user,
    ...(password === undefined ? {} : { password }),
    application_name: settings.applicationName,
    options: startupOptions(settings, setup),
    ssl: tlsConfig(settings),
    enableChannelBinding: settings.tls !== "off",
    connectionTimeoutMillis: settings.connectTimeoutMilliseconds,
    keepAlive: true,
    stream: () => new LendingSocket(),
    types: exactTypes,
  };
}
