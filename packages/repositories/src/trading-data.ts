// What a backend is given: the repositories over the pool, inside a transaction, and over a replica. Types only.
import type { DatabaseHealth, HealthOptions, PoolStatus, Queryable, TransactionOptions } from "@app/database";
import type { Audit, AuditReads } from "./audit/audit.ts";
import type { LogReads, LogWriter, LogWriterOptions, Logs } from "./logs/index.ts";
import type { MarketData, MarketDataInTransaction, MarketDataReads } from "./market-data/market-data.ts";
import type { OrderReads, Orders } from "./orders/orders.ts";
import type { Portfolio, PortfolioReads } from "./portfolio/portfolio.ts";
import type { Positions } from "./positions/positions.ts";
import type { Reconciliation } from "./reconciliation/reconciliation.ts";
import type { Strategies, StrategyReads } from "./strategies/strategies.ts";
import type { TradeReads, Trades } from "./trades/trades.ts";

/** Repositories whose statements are all part of one transaction. */
export interface TradingTransaction {
  readonly marketData: MarketDataInTransaction;
  readonly orders: Orders;
  readonly trades: Trades;
  readonly positions: Positions;
  readonly strategies: Strategies;
  readonly portfolio: Portfolio;
  readonly reconciliation: Reconciliation;
  readonly logs: Logs;
  readonly audit: Audit;
  /** For a statement of the caller's own, as part of the transaction. */
  readonly query: Queryable["query"];
  /** Which attempt this is, from 1. */
  readonly attempt: number;
}

/**
 * What may be read from a replica: a little old, and never what decides a write. Made of what each repository says it only
 * reads, so no write can be in it. Round trips are not: they need one moment for several statements, which a replica behind a
 * pool does not give.
 */
export interface TradingReads {
  readonly marketData: MarketDataReads;
  readonly orders: OrderReads;
  readonly trades: TradeReads;
  readonly positions: Positions;
  readonly strategies: StrategyReads;
  readonly portfolio: PortfolioReads;
  readonly reconciliation: Reconciliation;
  readonly logs: LogReads;
  readonly audit: AuditReads;
  /** For a reading of the caller's own; a statement that writes is refused. */
  readonly query: Queryable["query"];
}

/** The trading data of one database. */
export interface TradingData extends AsyncDisposable {
  readonly marketData: MarketData;
  readonly orders: Orders;
  readonly trades: Trades;
  readonly positions: Positions;
  readonly strategies: Strategies;
  readonly portfolio: Portfolio;
  readonly reconciliation: Reconciliation;
  readonly logs: Logs;
  readonly audit: Audit;
  /**
   * The same reads, from a replica: for reports and charts. Where no replica is given or none can be reached, from the
   * database itself, read only.
   */
  readonly replica: TradingReads;
  /** For a statement of the caller's own. */
  readonly query: Queryable["query"];
  /**
   * Runs work over several repositories in one transaction. Where it loses against a concurrent one (40001, 40P01) all of it
   * runs again, after a random delay, up to `maxAttempts` times; so it must leave nothing outside the database that a second
   * run would spoil. After a lost connection it runs again only where `idempotent` says that this does no harm: with ids
   * made before it, the repositories' writes do none.
   * @throws {UnknownOutcomeError} the answer to COMMIT was lost
   */
  transaction<Result>(
    work: (transaction: TradingTransaction) => Promise<Result>,
    options?: TransactionOptions,
  ): Promise<Result>;
  /** A buffered writer of log records; stored to the end when this is closed. */
  createLogWriter(options?: LogWriterOptions): LogWriter;
  /** Whether the database can be worked with, and what threatens that. Never throws. */
  health(options?: HealthOptions): Promise<DatabaseHealth>;
  /** Connections at this moment. */
  readonly pool: PoolStatus;
  /**
   * Lets log writers store what they hold, then refuses new work, lets work under way end, and closes every connection.
   * @param drainMilliseconds after this long in all, connections still in use are cut. @defaultValue 10 000
   */
  close(drainMilliseconds?: number): Promise<void>;
}
