// The pool and what it offers: single statements, transactions with retry, COPY, an orderly end. Knows no table.
// Not one transaction's course (transaction.ts). Invariant: every wait has a deadline, and every failure is a DatabaseError.

import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";

import { Pool } from "pg";

import { clientConfig, type SessionTimeouts } from "../connection/client-config.ts";
import { toConnectionError } from "../connection/connection-failure.ts";
import type { ConnectionSettings } from "../connection/connection-settings.ts";
import type { CopyFill } from "../connection/session.ts";
import {
  encodeStatement,
  type Queryable,
  type QueryResult,
  type Statement,
} from "../connection/statement.ts";
import { isStaleStatement, StatementNames } from "../connection/statement-names.ts";
import type { CopyResult } from "../copy/binary-copy.ts";
import type { BinaryCopyOptions, CopyColumn } from "../copy/copy-column.ts";
import {
  type DatabaseError,
  InvalidInputError,
  RetryableError,
  TimeoutError,
  UnavailableError,
  UsageError,
} from "../errors/database-error.ts";
import { toDatabaseError } from "../errors/to-database-error.ts";
import { createLease, type Lease } from "./lease.ts";
import { retryDelayMilliseconds } from "./retry-delay.ts";
import { runTransaction, type Transaction, type TransactionMode } from "./transaction.ts";

/** Reported before a transaction is run again. */
export interface RetryEvent {
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  readonly delayMilliseconds: number;
  readonly error: DatabaseError;
}

/** How {@link createDatabase} sets the pool up. */
export interface DatabaseOptions {
  /** Connections at most. @defaultValue 20 */
  readonly poolSize?: number | undefined;
  /** @defaultValue statement 30 s, lock 5 s, idle in transaction 30 s, query (reply) 35 s; 0 is none */
  readonly timeouts?: Partial<SessionTimeouts> | undefined;
  /** Milliseconds an unused connection is kept. @defaultValue 60 000 */
  readonly idleTimeoutMilliseconds?: number | undefined;
  /** Called before each retry of a transaction. */
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
   * Refuses new work, lets the work under way end, logs out.
   * @param drainMilliseconds after this long the connections still in use are cut; 10 000 unless given
   */
  close(drainMilliseconds?: number): Promise<void>;
}

const defaultPoolSize = 20;
const defaultTimeouts: SessionTimeouts = {
  statement: 30_000,
  lock: 5000,
  idleInTransaction: 30_000,
  query: 35_000,
};
const defaultIdleTimeoutMilliseconds = 60_000;
const defaultMaxAttempts = 5;
const defaultDrainMilliseconds = 10_000;

class PooledDatabase implements Database {
  readonly settings: ConnectionSettings;
  readonly #options: DatabaseOptions;
  readonly #size: number;
  readonly #pool: Pool;
  readonly #names = new StatementNames();
  readonly #leases = new Set<Lease>();
  /** Work under way, that still waiting for a connection included. */
  #underWay = 0;
  readonly #insideTransaction = new AsyncLocalStorage<{ isRunning: boolean }>();
  #whenIdle: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(settings: ConnectionSettings, options: DatabaseOptions) {
    this.settings = settings;
    this.#options = options;
    this.#size = checkedCount(options.poolSize ?? defaultPoolSize, "poolSize");
    this.#pool = new Pool({
      ...clientConfig(settings, { ...defaultTimeouts, ...options.timeouts }),
      max: this.#size,
      idleTimeoutMillis: options.idleTimeoutMilliseconds ?? defaultIdleTimeoutMilliseconds,
    });
    this.#pool.on("error", (error) => {
      options.onIdleConnectionLost?.(toDatabaseError(error));
    });
  }

  get pool(): PoolStatus {
    const { totalCount: open, idleCount: idle, waitingCount: waiting } = this.#pool;
    return { size: this.#size, open, idle, waiting };
  }

  async query<Row extends object = Record<string, unknown>>(
    statement: Statement | string,
    values?: readonly unknown[],
  ): Promise<QueryResult<Row>> {
    const encoded = encodeStatement(statement, values);
    return this.#withLease(async ({ session }) => {
      try {
        return await session.run<Row>(encoded);
      } catch (error) {
        // Refused before it ran, because the tables have changed: under its new name it is prepared afresh.
        if (error instanceof RetryableError && isStaleStatement(error.cause))
          return session.run<Row>(encoded);
        throw error;
      }
    });
  }

  async transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options: TransactionOptions = {},
  ): Promise<Result> {
    const maxAttempts = checkedCount(options.maxAttempts ?? defaultMaxAttempts, "maxAttempts");
    if (this.#insideTransaction.getStore()?.isRunning === true) {
      throw new UsageError(
        "A transaction was begun inside another one; use the transaction its work was given.",
      );
    }
    for (let attempt = 1; ; attempt += 1) {
      const progress: Progress = { isConnected: false, isBegun: false };
      try {
        // oxlint-disable-next-line no-await-in-loop -- an attempt follows the failure of the one before
        return await this.#attempt(work, options, attempt, progress);
      } catch (error) {
        // A connection that was dead when it left the pool: nothing was begun, so another one is simply tried.
        const wasDead = progress.isConnected && !progress.isBegun;
        const reason = reasonToRetry(error, wasDead || options.idempotent === true);
        if (reason === undefined || attempt >= maxAttempts) throw error;
        const isOutage = reason instanceof UnavailableError && !wasDead;
        const delayMilliseconds = retryDelayMilliseconds(attempt, isOutage, Math.random());
        this.#options.onRetry?.({ attempt, delayMilliseconds, error: reason });
        // oxlint-disable-next-line no-await-in-loop -- the pause between two attempts
        await sleep(delayMilliseconds);
      }
    }
  }

  async copyIn<const Columns extends readonly CopyColumn[]>(
    options: CopyInOptions<Columns>,
    fill: CopyFill<Columns>,
  ): Promise<CopyResult> {
    return this.transaction((transaction) => transaction.copyIn(options, fill), {
      maxAttempts: 1,
      statementTimeoutMilliseconds: options.timeoutMilliseconds ?? 0,
    });
  }

  async close(drainMilliseconds: number = defaultDrainMilliseconds): Promise<void> {
    this.#closing ??= this.#close(drainMilliseconds);
    await this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #attempt<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options: TransactionOptions,
    attempt: number,
    progress: Progress,
  ): Promise<Result> {
    return this.#withLease(async ({ session }) => {
      const inside = { isRunning: true };
      progress.isConnected = true;
      try {
        return await runTransaction(session, options, attempt, (transaction) => {
          progress.isBegun = true;
          return this.#insideTransaction.run(inside, work, transaction);
        });
      } finally {
        inside.isRunning = false;
      }
    });
  }

  async #withLease<Result>(work: (lease: Lease) => Promise<Result>): Promise<Result> {
    if (this.#closing !== undefined) throw new UsageError("This database is closed.");
    this.#underWay += 1;
    try {
      const lease = await this.#lease();
      let outcome: unknown;
      try {
        return await work(lease);
      } catch (error) {
        outcome = error;
        throw error;
      } finally {
        lease.release(outcome);
      }
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#whenIdle?.();
    }
  }

  async #lease(): Promise<Lease> {
    try {
      const client = await this.#pool.connect();
      const lease = createLease(client, this.#names, () => {
        this.#leases.delete(lease);
      });
      this.#leases.add(lease);
      return lease;
    } catch (error) {
      if (error instanceof Error && error.message.startsWith("timeout exceeded when trying to connect")) {
        throw new TimeoutError(
          `All ${this.#size} connections of the pool were in use for ${this.settings.connectTimeoutMilliseconds / 1000} s. ` +
            "Keep transactions short, or raise poolSize.",
          { isRetryable: true, cause: error },
        );
      }
      throw toConnectionError(error, this.settings);
    }
  }

  async #close(drainMilliseconds: number): Promise<void> {
    if (this.#underWay > 0) {
      const drained = Promise.withResolvers<void>();
      this.#whenIdle = drained.resolve;
      const deadline = setTimeout(drained.resolve, drainMilliseconds);
      await drained.promise;
      clearTimeout(deadline);
    }
    for (const lease of this.#leases) lease.destroy();
    await this.#pool.end();
  }
}

function checkedCount(count: number, name: string): number {
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new InvalidInputError(`${name} must be a whole number from 1.`);
}

/** How far one attempt at a transaction came. */
interface Progress {
  isConnected: boolean;
  isBegun: boolean;
}

/** The database error that makes another attempt right: the thrown one, or what the caller's own error was caused by. */
function reasonToRetry(error: unknown, mayRetryLoss: boolean): DatabaseError | undefined {
  for (
    let cause: unknown = error, depth = 0;
    cause instanceof Error && depth < 8;
    cause = cause.cause, depth += 1
  ) {
    if (cause instanceof RetryableError) return cause;
    if (cause instanceof UnavailableError) return mayRetryLoss ? cause : undefined;
  }
  return undefined;
}

/**
 * Makes a pool. Connections are opened when first needed, so an unreachable server shows at the first statement.
 *
 * @example
 * await using database = createDatabase(parseConnection(process.env["DATABASE_URL"]));
 * const { rows } = await database.query<{ symbol: string }>({
 *   name: "symbols",
 *   text: "SELECT symbol FROM market_series WHERE exchange = $1",
 *   values: ["binance"],
 * });
 * await database.transaction(async (transaction) => {
 *   await transaction.query("UPDATE ...");
 * }, { isolationLevel: "serializable" });
 */
export function createDatabase(settings: ConnectionSettings, options: DatabaseOptions = {}): Database {
  return new PooledDatabase(settings, options);
}
