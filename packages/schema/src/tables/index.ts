// Every table and enum type, as drizzle-kit reads them and as repositories import them. Indexes are declared
// ascending throughout: a b-tree is read backwards as fast, and drizzle-kit writes DESC as DESC NULLS LAST, which an
// ORDER BY ... DESC (nulls first) cannot use.
export { auditLog } from "./audit-log.ts";
export {
  liquidityEnum,
  logLevelEnum,
  orderEventTypeEnum,
  orderSideEnum,
  orderStatusEnum,
  orderTypeEnum,
  shortSellingIndicatorEnum,
  strategyStatusEnum,
  timeframeEnum,
  timeInForceEnum,
  tradingCapacityEnum,
} from "./enums.ts";
export { marketData } from "./market-data.ts";
export { marketDataRevisions } from "./market-data-revisions.ts";
export { marketDataDeletions } from "./market-data-deletions.ts";
export { marketSeries } from "./market-series.ts";
export { openOrders } from "./open-orders.ts";
export { lateFillSpans } from "./late-fill-spans.ts";
export { orderEvents } from "./order-events.ts";
export { orders } from "./orders.ts";
export { portfolioCurves } from "./portfolio-curves.ts";
export { portfolioSnapshots } from "./portfolio-snapshots.ts";
export { positions } from "./positions.ts";
export { strategies } from "./strategies.ts";
export { strategyDailyPerformance } from "./strategy-daily-performance.ts";
export { systemLogs } from "./system-logs.ts";
export { trades } from "./trades.ts";
