// The way in: one object that holds the connections of a backend and the repositories over them.
// Opens no connection before the first statement; closing it ends them all.
import {
  ConnectionSettings,
  createDatabase,
  type Database,
  type DatabaseOptions,
  InvalidInputError,
  parseConnection,
  type Queryable,
} from "@app/database";
import { createAudit, createAuditReads } from "./audit/audit.ts";
import { objectField } from "./input/object-field.ts";
import { refusalBecause } from "./input/refuse.ts";
import { createLogReads, createLogs, createLogWriter, type LogWriter } from "./logs/index.ts";
import { createMarketData, createMarketDataIn, createMarketDataReads } from "./market-data/market-data.ts";
import { createOrderReads, createOrders } from "./orders/orders.ts";
import { createPortfolio, createPortfolioReads } from "./portfolio/portfolio.ts";
import { createPositions } from "./positions/positions.ts";
import { createReconciliation } from "./reconciliation/reconciliation.ts";
import { poolScope, type Scope, transactionScope } from "./statements/scope.ts";
import { createStrategies, createStrategyReads } from "./strategies/strategies.ts";
import { createTradeReads, createTrades } from "./trades/trades.ts";
import type { TradingData, TradingReads, TradingTransaction } from "./trading-data.ts";

const DEFAULT_DRAIN_MILLISECONDS = 10_000;

/** Where the data are and how to reach them. */
export interface ConnectOptions extends Omit<DatabaseOptions, "replicas"> {
  /** A PostgreSQL URL, of one host or several, or settings made by `parseConnection`. */
  readonly database: string | ConnectionSettings;
  /** Standbys that `replica` reads from. @defaultValue none: it reads from the database itself */
  readonly replicas?: readonly (string | ConnectionSettings)[] | undefined;
}

function repositoriesOver(scope: Scope) {
  return {
    orders: createOrders(scope),
    trades: createTrades(scope),
    positions: createPositions(scope),
    strategies: createStrategies(scope),
    portfolio: createPortfolio(scope),
    reconciliation: createReconciliation(scope),
    logs: createLogs(scope),
    audit: createAudit(scope),
  };
}

function readsOver(queryable: Queryable): TradingReads {
  return {
    marketData: createMarketDataReads(queryable),
    orders: createOrderReads(queryable),
    trades: createTradeReads(queryable),
    positions: createPositions(queryable),
    strategies: createStrategyReads(queryable),
    portfolio: createPortfolioReads(queryable),
    reconciliation: createReconciliation(queryable),
    logs: createLogReads(queryable),
    audit: createAuditReads(queryable),
    query: queryOf(queryable),
  };
}

const queryOf =
  (queryable: Queryable): Queryable["query"] =>
  (statement, values) =>
    queryable.query(statement, values);

function settingsOf(place: string | ConnectionSettings, field: string): ConnectionSettings {
  if (place instanceof ConnectionSettings) return place;
  // What is given may be the content of a variable that nobody set. Nothing of it is shown: it may hold a password.
  const url: unknown = place;
  if (typeof url !== "string") {
    const given = url === undefined || url === null ? `it is ${String(url)}` : `it is a ${typeof url}`;
    throw refusalBecause(field, `give a PostgreSQL URL, or settings made by parseConnection; ${given}.`);
  }
  try {
    return parseConnection(url, { label: `the option "${field}"` });
  } catch (error) {
    if (!(error instanceof InvalidInputError) || error.field !== undefined) throw error;
    throw new InvalidInputError(error.message, { field, cause: error.cause });
  }
}

/** A writer that is no longer waited for once its owner has closed it. */
function forgotten(writer: LogWriter, forget: () => void): LogWriter {
  const close = async (timeoutMilliseconds?: number): Promise<void> => {
    await writer.close(timeoutMilliseconds);
    forget();
  };
  return {
    get statistics() {
      return writer.statistics;
    },
    write: (entry) => writer.write(entry),
    flush: () => writer.flush(),
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}

/** @returns the repositories over a database, which closing them closes */
function tradingDataOf(database: Database): TradingData {
  const writers = new Set<LogWriter>();
  const close = async (drainMilliseconds = DEFAULT_DRAIN_MILLISECONDS): Promise<void> => {
    const begun = performance.now();
    // Writers need the connections, so they end first; what they leave of the time is for everybody else's work.
    await Promise.all([...writers].map((writer) => writer.close(drainMilliseconds)));
    await database.close(Math.max(0, drainMilliseconds - (performance.now() - begun)));
  };
  return {
    ...repositoriesOver(poolScope(database)),
    marketData: createMarketData(database),
    replica: readsOver(database.replica),
    query: queryOf(database),
    transaction: (work, options) =>
      database.transaction((transaction) => {
        const scope = transactionScope(transaction);
        const inside: TradingTransaction = {
          ...repositoriesOver(scope),
          marketData: createMarketDataIn(scope),
          query: queryOf(transaction),
          attempt: transaction.attempt,
        };
        return work(inside);
      }, options),
    createLogWriter(options) {
      const writer = createLogWriter(database, options);
      writers.add(writer);
      return forgotten(writer, () => writers.delete(writer));
    },
    health: (options) => database.health(options),
    get pool() {
      return database.pool;
    },
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}

/**
 * Connects to a database that was migrated.
 *
 * @example
 * await using data = connect({ database: "postgres://app@localhost/trading" });
 * const series = { exchange: "binance", symbol: "BTCUSDT", timeframe: "1m" } as const;
 * const bars = await data.marketData.lastBars(series, 500);
 *
 * @throws {InvalidInputError} naming `database` or `replicas[0]`, for a URL that is none
 */
export function connect(options: ConnectOptions): TradingData {
  const given: unknown = options;
  // Not shown either: it is likely a URL with a password.
  if (typeof given === "string")
    throw refusalBecause("options", "give { database: url }, not the URL by itself.");
  const { database: place, replicas = [], ...databaseOptions } = objectField("options", options);
  if (!Array.isArray(replicas)) throw refusalBecause("replicas", "give an array of URLs or settings.");
  const settings = settingsOf(place, "database");
  const database = createDatabase(settings, {
    ...databaseOptions,
    replicas: replicas.map((replica, index) => settingsOf(replica, `replicas[${index}]`)),
  });
  return tradingDataOf(database);
}
