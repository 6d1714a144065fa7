// A Database: statements, transactions and COPY over a pool, with retries, replicas and an orderly end. Not what it promises
// (database.ts), not the connections (connection-pool.ts), and not one transaction's course (transaction.ts).
// Invariant: nothing is run a second time that its caller did not say may be, and every failure is a DatabaseError.

import { AsyncLocalStorage } from "node:async_hooks";

import type { SessionTimeouts } from "../connection/client-config.ts";
import type { ConnectionSettings } from "../connection/connection-settings.ts";
import type { CopyFill } from "../connection/session.ts";
import {
  encodeStatement,
  type Queryable,
  type QueryResult,
  type Statement,
} from "../connection/statement.ts";
import type { CopyResult } from "../copy/binary-copy.ts";
import type { CopyColumn } from "../copy/copy-column.ts";
import { UnavailableError, UsageError } from "../errors/database-error.ts";
import {
  checkedCount,
  checkedTimeouts,
  checkReplicaSettings,
  refuseUnknownOptions,
} from "./check-options.ts";
import { ConnectionPool, type ConnectionPoolOptions } from "./connection-pool.ts";
import type { CopyInOptions, Database, DatabaseOptions, PoolStatus, TransactionOptions } from "./database.ts";
import type { DatabaseHealth, HealthOptions } from "./health.ts";
import { HealthCheck } from "./health-check.ts";
import { observeTransaction } from "./observe-transaction.ts";
import { Replica } from "./replica.ts";
import { ReplicaSet } from "./replica-set.ts";
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

const databaseOptions: Readonly<Record<keyof DatabaseOptions, true>> = {
  poolSize: true,
  timeouts: true,
  idleTimeoutMilliseconds: true,
  replicas: true,
  maxReplicaLagMilliseconds: true,
  hooks: true,
  onRetry: true,
  onIdleConnectionLost: true,
};

const transactionOptions: Readonly<Record<keyof TransactionOptions, true>> = {
  isolationLevel: true,
  readOnly: true,
  statementTimeoutMilliseconds: true,
  maxAttempts: true,
  idempotent: true,
};

class PooledDatabase implements Database {
  readonly settings: ConnectionSettings;
  readonly #options: DatabaseOptions;
  readonly #pool: ConnectionPool;
  readonly #replicas: ReplicaSet;
  readonly #health: HealthCheck;
  readonly #insideTransaction = new AsyncLocalStorage<{ isRunning: boolean }>();

  constructor(settings: ConnectionSettings, options: DatabaseOptions) {
    refuseUnknownOptions(options, databaseOptions);
    this.settings = settings;
    this.#options = options;
    const poolOptions: ConnectionPoolOptions = {
      size: checkedCount(options.poolSize ?? defaultPoolSize, "poolSize"),
      timeouts: checkedTimeouts({ ...defaultTimeouts, ...options.timeouts }),
      idleTimeoutMilliseconds: options.idleTimeoutMilliseconds ?? defaultIdleTimeoutMilliseconds,
      hooks: options.hooks ?? {},
      onIdleConnectionLost: options.onIdleConnectionLost,
    };
    const replicas = checkReplicaSettings(options).map(
      (replica) =>
        new Replica(
          new ConnectionPool(replica, { ...poolOptions, isReadOnly: true }),
          options.maxReplicaLagMilliseconds,
        ),
    );
    this.#pool = new ConnectionPool(settings, poolOptions);
    this.#replicas = new ReplicaSet(
      replicas,
      () => this.#isInsideTransaction,
      async (statement) => this.#readHere(statement),
    );
    this.#health = new HealthCheck(this.#pool, this.#replicas);
  }

  get pool(): PoolStatus {
    return this.#pool.status;
  }

  get replica(): Queryable {
    return this.#replicas;
  }

  async query<Row extends object = Record<string, unknown>>(
    statement: Statement | string,
    values?: readonly unknown[],
  ): Promise<QueryResult<Row>> {
    const encoded = encodeStatement(statement, values);
    if (typeof statement === "string" || statement.isIdempotent !== true)
      return this.#pool.send<Row>(encoded);
    return repeat(async () => this.#pool.send<Row>(encoded), {
      statement: statement.name ?? statement.text,
      onRetry: this.#options.onRetry,
      judge: (error, attempt) => {
        if (attempt >= defaultMaxAttempts || !mayResend(error, this.#pool.wasSent(error))) return undefined;
        return { error, isOutage: error instanceof UnavailableError };
      },
    });
  }

  async transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options: TransactionOptions = {},
  ): Promise<Result> {
    refuseUnknownOptions(options, transactionOptions);
    const maxAttempts = checkedCount(options.maxAttempts ?? defaultMaxAttempts, "maxAttempts");
    if (this.#isInsideTransaction) {
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
          const limit = wasDead ? maxAttempts + this.#pool.status.size : maxAttempts;
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

  async health(options: HealthOptions = {}): Promise<DatabaseHealth> {
    refuseUnknownOptions(options, { timeoutMilliseconds: true } satisfies Record<keyof HealthOptions, true>);
    return this.#health.look(options);
  }

  async close(drainMilliseconds: number = defaultDrainMilliseconds): Promise<void> {
    await Promise.all([this.#pool.close(drainMilliseconds), this.#replicas.close(drainMilliseconds)]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  get #isInsideTransaction(): boolean {
    return this.#insideTransaction.getStore()?.isRunning === true;
  }

  /** A read that no replica will serve: read only here too, so that a write by mistake fails everywhere alike. */
  async #readHere<Row extends object>(statement: Statement): Promise<QueryResult<Row>> {
    return this.transaction((transaction) => transaction.query<Row>(statement), {
      readOnly: true,
      idempotent: true,
    });
  }

  async #attempt<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options: TransactionOptions,
    attempt: number,
    progress: Progress,
  ): Promise<Result> {
    const lease = await this.#pool.lease();
    const hooks = this.#options.hooks ?? {};
    const observation = {
      onQuery: hooks.onQuery,
      server: lease.server,
      waitMilliseconds: 0,
      isOnReplica: false,
      isInTransaction: true,
    };
    const inside = { isRunning: true };
    let outcome: unknown;
    progress.isConnected = true;
    try {
      return await observeTransaction(hooks.onTransaction, lease, options, attempt, () =>
        runTransaction(lease.session, options, attempt, observation, (transaction) => {
          progress.isBegun = true;
          return this.#insideTransaction.run(inside, work, transaction);
        }),
      );
    } catch (error) {
      outcome = error;
      throw error;
    } finally {
      inside.isRunning = false;
      this.#pool.release(lease, outcome);
    }
  }
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
