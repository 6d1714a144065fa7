// What a pool of connections to one database offers. Types only; the pool itself is pooled-database.ts. Knows no table.

import type { SessionTimeouts } from "../connection/client-config.ts";
import type { ConnectionSettings } from "../connection/connection-settings.ts";
import type { CopyFill } from "../connection/session.ts";
import type { Queryable } from "../connection/statement.ts";
import type { CopyResult } from "../copy/binary-copy.ts";
import type { BinaryCopyOptions, CopyColumn } from "../copy/copy-column.ts";
import type { DatabaseError } from "../errors/database-error.ts";
import type { DatabaseHealth, HealthOptions } from "./health.ts";
import type { DatabaseHooks } from "./hooks.ts";
import type { Transaction, TransactionMode } from "./transaction.ts";

/** Reported before a transaction is run again, or an idempotent statement is sent again. */
export interface RetryEvent {
  /** The statement's name, or its text when it has none; undefined when a transaction is run again. */
  readonly statement: string | undefined;
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  readonly delayMilliseconds: number;
  readonly error: DatabaseError;
}

/** How `createDatabase` sets the pool up. */
export interface DatabaseOptions {
  /** Connections at most, to the database and to each replica. @defaultValue 20 */
  readonly poolSize?: number | undefined;
  /** @defaultValue statement 30 s, lock 5 s, idle in transaction 30 s, query (reply) 35 s; 0 is none */
  readonly timeouts?: Partial<SessionTimeouts> | undefined;
  /** Milliseconds an unused connection is kept. @defaultValue 60 000 */
  readonly idleTimeoutMilliseconds?: number | undefined;
  /**
   * Standbys that statements sent through {@link Database.replica} go to, in turn. Their login is their own; `any`,
   * `standby`, `prefer-standby` and `read-only` can be asked of their hosts. @defaultValue none: such statements go to the database itself
   */
  readonly replicas?: readonly ConnectionSettings[] | undefined;
  /** Milliseconds a replica may lie behind before it is passed over; looked at once a second. @defaultValue no limit */
  readonly maxReplicaLagMilliseconds?: number | undefined;
  /** Who is told of statements, transactions and connections. @defaultValue nobody, which costs nothing */
  readonly hooks?: DatabaseHooks | undefined;
  /** Called before each retry of a transaction or of an idempotent statement. */
  readonly onRetry?: ((event: RetryEvent) => void) | undefined;
  /** Called when a connection that nobody used was lost; the pool replaces it. */
  readonly onIdleConnectionLost?: ((error: DatabaseError) => void) | undefined;
}

/** How a transaction runs. */
export interface TransactionOptions extends TransactionMode {
  /** Runs at most, the first included, when it loses against others (40001, 40P01). @defaultValue 5 */
  readonly maxAttempts?: number | undefined;
  /**
   * Says that running the work twice does no more than once. Then it is also run again after the connection was lost,
   * even while COMMIT was under way. @defaultValue false
   */
  readonly idempotent?: boolean | undefined;
}

/** How a stand-alone COPY runs. */
export interface CopyInOptions<Columns extends readonly CopyColumn[]> extends BinaryCopyOptions<Columns> {
  /** Milliseconds the whole COPY may take; 0 is no limit, the stall timeout still counts. @defaultValue 0 */
  readonly timeoutMilliseconds?: number | undefined;
}

/** Numbers of the pool at this moment. */
export interface PoolStatus {
  readonly size: number;
  readonly open: number;
  readonly idle: number;
  readonly waiting: number;
}

/** A pool of connections to one database. */
export interface Database extends Queryable, AsyncDisposable {
  readonly settings: ConnectionSettings;
  readonly pool: PoolStatus;
  /**
   * For reads that may be a little old, such as reports and charts; never for a read that decides a write. Statements go to the
   * replicas in turn, and to the database itself where there is none or none can be reached; always read only, and sent again
   * where a replica fails. Two reads may see two different moments, even an older one second.
   * @throws {UsageError} the statement writes, or this is called inside a transaction's work
   */
  readonly replica: Queryable;
  /**
   * Runs the work in a transaction. When the transaction loses against a concurrent one, all of it runs again, so the
   * work must leave nothing outside the database that a second run would spoil.
   * @throws {UsageError} inside another transaction's work: use the transaction that work was given
   * @throws {UnknownOutcomeError} the answer to COMMIT was lost
   */
  transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options?: TransactionOptions,
  ): Promise<Result>;
  /** Copies rows into a table, all or none, in a transaction of its own that is never repeated. */
  copyIn<const Columns extends readonly CopyColumn[]>(
    options: CopyInOptions<Columns>,
    fill: CopyFill<Columns>,
  ): Promise<CopyResult>;
  /**
   * Looks whether the database can be worked with, and what threatens that. Reads settings and catalogues only. Never throws;
   * checks that are asked for while one is under way get its answer.
   */
  health(options?: HealthOptions): Promise<DatabaseHealth>;
  /**
   * Refuses new work, lets the work under way end, logs out.
   * @param drainMilliseconds after this long the connections still in use are cut; 10 000 unless given. Replicas likewise.
   */
  close(drainMilliseconds?: number): Promise<void>;
}
