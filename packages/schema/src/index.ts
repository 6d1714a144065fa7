// What the database must be: tables, functions, triggers, views and the migrations made from them. No connection
// and no I/O here.
export { exactDecimalLimit, exactDecimalScale } from "./columns/exact-decimal.ts";
export { retentionYears } from "./columns/record-keeping.ts";
export { migrationsDirectory } from "./migrations-directory.ts";
export { type RepeatableKind, repeatableKinds, type RepeatableObject } from "./repeatable-object.ts";
export { repeatableObjects } from "./repeatable-objects.ts";
export * as schema from "./tables/index.ts";
export { auditLog } from "./tables/audit-log.ts";
export { marketData } from "./tables/market-data.ts";
export { marketDataRevisions } from "./tables/market-data-revisions.ts";
export { marketSeries } from "./tables/market-series.ts";
export { openOrders } from "./tables/open-orders.ts";
export { lateFillSpans } from "./tables/late-fill-spans.ts";
export { orderEvents } from "./tables/order-events.ts";
export { orders } from "./tables/orders.ts";
export { portfolioCurves } from "./tables/portfolio-curves.ts";
export { portfolioSnapshots } from "./tables/portfolio-snapshots.ts";
export { positions } from "./tables/positions.ts";
export { strategies } from "./tables/strategies.ts";
export { strategyDailyPerformance } from "./tables/strategy-daily-performance.ts";
export { systemLogs } from "./tables/system-logs.ts";
export { trades } from "./tables/trades.ts";
export { timeSeries, type TimeSeriesDeclaration } from "./time-series/declarations.ts";
export {
  type ColumnOrder,
  type Columnstore,
  hypertable,
  type HypertableDeclaration,
  type Retention,
  type SparseIndex,
} from "./time-series/hypertable.ts";
export { lintTimeSeries, type TimeSeriesProblem } from "./time-series/lint.ts";
export { type CandleTimeframe, candleTimeframes } from "./views/candles.ts";
