// What a database tells those who watch it: statements, transactions, connections. For metrics, slow-query logs and tracing.
// Not the calling of hooks (notify.ts). Invariant: no event holds a parameter's value or a credential.

import type { DatabaseError } from "../errors/database-error.ts";
import type { PoolStatus } from "./database.ts";
import type { IsolationLevel } from "./transaction.ts";

/** A statement that ended, however it did. A statement that is sent again makes an event each time. */
export interface QueryEvent {
  /** The statement's name, if it has one. */
  readonly name: string | undefined;
  /** The SQL text as the caller wrote it; a COPY is given as `COPY "schema"."table"`. */
  readonly text: string;
  readonly startedAt: Temporal.Instant;
  /** Waited for a connection; 0 inside a transaction, which has one. */
  readonly waitMilliseconds: number;
  /** From sending to the last row, without the wait. */
  readonly durationMilliseconds: number;
  /** Rows returned or changed; undefined when it failed. */
  readonly rowCount: number | undefined;
  readonly error: DatabaseError | undefined;
  /** Host and port of the server; of all hosts when no connection could be had. */
  readonly server: string;
  readonly isOnReplica: boolean;
  readonly isInTransaction: boolean;
}

/** How one attempt at a transaction ended; `unknown` when the answer to COMMIT was lost. */
export type TransactionOutcome = "committed" | "rolled-back" | "unknown";

/** One attempt at a transaction that ended. */
export interface TransactionEvent {
  /** From 1. */
  readonly attempt: number;
  readonly outcome: TransactionOutcome;
  readonly isolationLevel: IsolationLevel;
  readonly isReadOnly: boolean;
  readonly startedAt: Temporal.Instant;
  /** Waited for a connection. */
  readonly waitMilliseconds: number;
  /** From BEGIN to the end, the caller's own work included. */
  readonly durationMilliseconds: number;
  readonly error: DatabaseError | undefined;
  readonly server: string;
}

/** What can happen to a connection of the pool. */
export type ConnectionEventKind = "opened" | "closed" | "lost-while-idle" | "login-failed";

/** A connection came or went. */
export interface ConnectionEvent {
  readonly kind: ConnectionEventKind;
  /** Why it went; undefined for those that came, and those closed in good order. */
  readonly error: DatabaseError | undefined;
  readonly server: string;
  readonly isOnReplica: boolean;
  /** The pool as it was then. */
  readonly pool: PoolStatus;
}

/**
 * What to call. Each is called synchronously, after the fact; one that throws changes nothing for the statement, and is
 * reported as a process warning. Spans per statement come from OpenTelemetry's pg instrumentation and need none of these.
 */
export interface DatabaseHooks {
  readonly onQuery?: ((event: QueryEvent) => void) | undefined;
  readonly onTransaction?: ((event: TransactionEvent) => void) | undefined;
  readonly onConnection?: ((event: ConnectionEvent) => void) | undefined;
}
