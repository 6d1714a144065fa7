// The pool behind a Database: connections, retries, an orderly end. Not what it promises (database.ts), and not one
// transaction's course (transaction.ts). Invariant: every wait has a deadline, and every failure is a DatabaseError.

import { AsyncLocalStorage } from "node:async_hooks";
import { Client, type ClientConfig, Pool, type PoolClient } from "pg";

import { clientConfig, type SessionTimeouts } from "../connection/client-config.ts";
import { toConnectionError } from "../connection/connection-failure.ts";
import type { ConnectionSettings } from "../connection/connection-settings.ts";
import { type CopyFill, Session } from "../connection/session.ts";
import {
  announcedVersion,
  parseServerVersion,
  requireSupportedServer,
} from "../connection/server-version.ts";
import {
  type EncodedStatement,
  encodeStatement,
  type QueryResult,
  type Statement,
} from "../connection/statement.ts";
import { isStaleStatement, StatementNames } from "../connection/statement-names.ts";
import type { CopyResult } from "../copy/binary-copy.ts";
import type { CopyColumn } from "../copy/copy-column.ts";
import {
  DatabaseError,
  InvalidInputError,
  RetryableError,
  TimeoutError,
  UnavailableError,
  UnsupportedServerError,
  UsageError,
} from "../errors/database-error.ts";
import { toDatabaseError } from "../errors/to-database-error.ts";
import { type Lease, releaseLease } from "./lease.ts";
import type { CopyInOptions, Database, DatabaseOptions, PoolStatus, TransactionOptions } from "./database.ts";
import { mayResend, reasonToRepeat, repeat } from "./retry.ts";
import { runTransaction, type Transaction } from "./transaction.ts";

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
  readonly #sessions = new WeakMap<PoolClient, Session>();
  readonly #leases = new Set<Lease>();
  /** Failures of a login: of the statement behind them nothing was sent. */
  readonly #notSent = new WeakSet<DatabaseError>();
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
      Client: AnnouncedClient,
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
    if (typeof statement === "string" || statement.isIdempotent !== true) return this.#send<Row>(encoded);
    return repeat(() => this.#send<Row>(encoded), {
      statement: statement.name ?? statement.text,
      onRetry: this.#options.onRetry,
      judge: (error, attempt) => {
        const wasSent = !(error instanceof DatabaseError && this.#notSent.has(error));
        if (attempt >= defaultMaxAttempts || !mayResend(error, wasSent)) return undefined;
        return { error, isOutage: error instanceof UnavailableError };
      },
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
    let progress: Progress = { isConnected: false, isBegun: false };
    return repeat(
      (attempt) => {
        progress = { isConnected: false, isBegun: false };
        return this.#attempt(work, options, attempt, progress);
      },
      {
        statement: undefined,
        onRetry: this.#options.onRetry,
        judge: (error, attempt) => {
          // A connection that was dead when it left the pool: nothing was begun, so another one is simply tried.
          const wasDead = progress.isConnected && !progress.isBegun;
          const reason = reasonToRepeat(error, wasDead || options.idempotent === true);
          const limit = wasDead ? maxAttempts + this.#size : maxAttempts;
          if (reason === undefined || attempt >= limit) return undefined;
          return { error: reason, isOutage: reason instanceof UnavailableError && !wasDead };
        },
      },
    );
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

  async #send<Row extends object>(encoded: EncodedStatement): Promise<QueryResult<Row>> {
    const lease = await this.#lease();
    let outcome: unknown;
    try {
      return await lease.session.run<Row>(encoded);
    } catch (error) {
      // Refused before it ran, because the tables have changed: under its new name it is prepared afresh.
      if (error instanceof RetryableError && isStaleStatement(error.cause)) {
        return await lease.session.run<Row>(encoded);
      }
      outcome = error;
      throw error;
    } finally {
      this.#release(lease, outcome);
    }
  }

  async #attempt<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options: TransactionOptions,
    attempt: number,
    progress: Progress,
  ): Promise<Result> {
    const lease = await this.#lease();
    const inside = { isRunning: true };
    let outcome: unknown;
    progress.isConnected = true;
    try {
      return await runTransaction(lease.session, options, attempt, (transaction) => {
        progress.isBegun = true;
        return this.#insideTransaction.run(inside, work, transaction);
      });
    } catch (error) {
      outcome = error;
      throw error;
    } finally {
      inside.isRunning = false;
      this.#release(lease, outcome);
    }
  }

  async #lease(): Promise<Lease> {
    if (this.#closing !== undefined) throw new UsageError("This database is closed.");
    this.#underWay += 1;
    try {
      const client = await this.#pool.connect();
      const lease = { client, session: this.#sessionOf(client) };
      this.#leases.add(lease);
      return lease;
    } catch (error) {
      this.#finishOne();
      const explained = this.#explain(error);
      this.#notSent.add(explained);
      throw explained;
    }
  }

  #release(lease: Lease, outcome: unknown): void {
    this.#leases.delete(lease);
    releaseLease(lease, outcome);
    this.#finishOne();
  }

  #finishOne(): void {
    this.#underWay -= 1;
    if (this.#underWay === 0) this.#whenIdle?.();
  }

  #sessionOf(client: PoolClient): Session {
    let session = this.#sessions.get(client);
    if (session === undefined) {
      refuseUnsupportedServer(client);
      session = new Session(client, this.#names);
      this.#sessions.set(client, session);
    }
    return session;
  }

  #explain(error: unknown): DatabaseError {
    if (error instanceof UnsupportedServerError) return error;
    if (!(error instanceof Error) || !error.message.startsWith("timeout exceeded when trying to connect")) {
      return toConnectionError(error, this.settings);
    }
    return new TimeoutError(
      `All ${this.#size} connections of the pool were in use for ${this.settings.connectTimeoutMilliseconds / 1000} s. ` +
        "Keep transactions short, or raise poolSize.",
      { isRetryable: true, cause: error },
    );
  }

  async #close(drainMilliseconds: number): Promise<void> {
    if (this.#underWay > 0) {
      const drained = Promise.withResolvers<void>();
      this.#whenIdle = drained.resolve;
      const deadline = setTimeout(drained.resolve, drainMilliseconds);
      await drained.promise;
      clearTimeout(deadline);
    }
    for (const { client } of this.#leases) client.connection.stream.destroy();
    await this.#pool.end();
  }
}

/** A client that remembers what version its server announced. */
class AnnouncedClient extends Client {
  readonly announced: () => string | undefined;

  constructor(config?: string | ClientConfig) {
    super(config);
    this.announced = announcedVersion(this);
  }
}

/** Looks once per connection, which is not kept. A pooler that announces nothing is taken at its word. */
function refuseUnsupportedServer(client: PoolClient): void {
  const announced = client instanceof AnnouncedClient ? client.announced() : undefined;
  if (announced === undefined) return;
  try {
    requireSupportedServer(parseServerVersion(announced));
  } catch (error) {
    client.release(true);
    throw error;
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
