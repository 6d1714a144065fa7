// The public API of @app/repositories, name by name: what a backend imports.

export { connect, type ConnectOptions } from "./connect.ts";
export type { TradingData, TradingReads, TradingTransaction } from "./trading-data.ts";

// What callers catch, and how they say where the database is.
export {
  AccessDeniedError,
  ConflictError,
  type ConnectionEvent,
  ConnectionSettings,
  DatabaseError,
  type DatabaseErrorKind,
  type DatabaseHealth,
  type DatabaseHooks,
  type DatabaseOptions,
  type Decimal,
  type HealthOptions,
  InvalidInputError,
  type IsolationLevel,
  NotFoundError,
  parseConnection,
  type ParseConnectionOptions,
  type PoolStatus,
  type Queryable,
  type QueryEvent,
  type QueryResult,
  RetryableError,
  type RetryEvent,
  SchemaMismatchError,
  type Statement,
  TimeoutError,
  type TransactionEvent,
  type TransactionOptions,
  UnavailableError,
  UnknownOutcomeError,
  UnsupportedServerError,
  UsageError,
} from "@app/database";

// The words of statuses, sides and types, and the changes of status that are allowed.
export {
  canChangeOrderStatus,
  type IndicatorName,
  indicatorNames,
  type Liquidity,
  liquidities,
  type LogLevel,
  logLevels,
  type OrderEventType,
  orderEventTypes,
  type OrderSide,
  orderSides,
  type OrderStatus,
  orderStatuses,
  orderStatusTransitions,
  type OrderType,
  orderTypes,
  type ShortSellingIndicator,
  shortSellingIndicators,
  type StrategyStatus,
  strategyStatuses,
  type Timeframe,
  timeframes,
  type TimeInForce,
  timesInForce,
  tradingCapacities,
  type TradingCapacity,
  workingOrderStatuses,
} from "@app/schema/vocabulary";

export { createId, timeOfId } from "./identity/time-ordered-id.ts";
export { now } from "./time/now.ts";
export type { DayRange } from "./input/day-field.ts";
export type { Moment, OpenTimeRange, TimeRange } from "./input/instant-field.ts";
export type { JsonObject } from "./input/json-field.ts";
export type { Owner } from "./input/owner-field.ts";
export type { LookUpOptions } from "./paging/history.ts";
export type { HistoryOptions, Page, PageOptions, RangeListOptions } from "./paging/page.ts";

export type { MarketData, MarketDataInTransaction, MarketDataReads } from "./market-data/market-data.ts";
export {
  type Bar,
  barAt,
  type BarBatch,
  type BarColumns,
  type IndicatorColumns,
} from "./market-data/bar-columns.ts";
export { computeIndicators } from "./indicators/compute-indicators.ts";
export type { ImportOptions, ImportResult } from "./market-data/bar-import.ts";
export type { BarInput } from "./market-data/bar-input.ts";
export type { BarRevision } from "./market-data/bar-revisions.ts";
export type { WriteCounts } from "./market-data/bar-write.ts";
export { type Candle, candleAt, type CandleColumns, candleRows } from "./market-data/candle-roll-up.ts";
export type { BucketOptions } from "./market-data/candle-buckets.ts";
export type { TradingSession } from "./market-data/candle-sessions.ts";
export type { CandleRange, CandleSource } from "./market-data/candles.ts";
export type { DoubtfulBar } from "./market-data/doubtful-bars.ts";
export type { LatestBar, LatestBarsOptions, LatestBarsScope } from "./market-data/latest-bars.ts";
export type { BarOptions, BarRange, BarStream, BarsWith, LastBarsOptions } from "./market-data/list-bars.ts";
export type { InstrumentOverview } from "./market-data/market-overview.ts";
export type { MissingRange } from "./market-data/missing-ranges.ts";
export type { SeriesSummary, StaleSeriesOptions } from "./market-data/series-catalogue.ts";
export { checkSeries, type InstrumentKey, type SeriesKey } from "./market-data/series-key.ts";
export type { StoreOptions } from "./market-data/store-bars.ts";
export {
  barOpenAt,
  isTimeframe,
  leastSpacing,
  openingGrid,
  timeframeMicroseconds,
} from "./market-data/timeframe.ts";

export type { OrderReads, Orders } from "./orders/orders.ts";
export type { OrderName, OrderReference } from "./orders/order-reference.ts";
export type { NewOrder, Order, OrderEvent, OrderRecordFields, OrderTerms } from "./orders/order.ts";
export type { Bracket, BracketChild, NewBracket } from "./orders/bracket.ts";
export {
  type ExecutionReport,
  type FillReport,
  type ReplacedReport,
  type ReportResult,
  type ReportType,
  reportTypes,
  type RequestRejectedReport,
  type StateReport,
  type TradeCancelReport,
  type TradeCorrectReport,
} from "./orders/execution-report.ts";
export type { OrderFilter } from "./orders/list-orders.ts";
export type { ExpiringOptions } from "./orders/open-orders.ts";
export type { KnownAtOptions, OrderEventFilter } from "./orders/order-history.ts";
export type { OrderRequest } from "./orders/order-requests.ts";

export type { TradeReads, Trades } from "./trades/trades.ts";
export type { FillKey, FillTerms, NewFill, Trade } from "./trades/trade.ts";
export type { Bust, CorrectedTrade, Correction } from "./trades/bust-trade.ts";
export type { CopyCounts, CopyFillsOptions } from "./trades/copy-fills.ts";
export type { VenueTradeKey } from "./trades/find-trade.ts";
export {
  type PnlOwner,
  type PnlPeriod,
  type PnlPoint,
  type PnlResolution,
  pnlResolutions,
  type RealizedPnlOptions,
} from "./trades/realized-pnl.ts";
export type { Excursion, RoundTrip } from "./trades/round-trip.ts";
export type { MeasuredRoundTrip, RoundTripFilter, RoundTripListOptions } from "./trades/round-trips.ts";
export {
  type PnlSign,
  pnlSigns,
  type TradeFilter,
  type TradeListOptions,
  type TradeScope,
} from "./trades/trade-selection.ts";

export type { Positions } from "./positions/positions.ts";
export type { Position } from "./positions/position.ts";
export type { PositionKey } from "./positions/position-key.ts";
export type { PositionFillFilter, PositionFillListOptions } from "./positions/position-history.ts";
export type { PositionMark, ValuedPosition } from "./positions/position-value.ts";

export type { Strategies, StrategyReads } from "./strategies/strategies.ts";
export type { StrategyLimits } from "./strategies/risk-limits.ts";
export type { RiskLimits, RiskLimitsInput, Strategy, StrategyChanges } from "./strategies/strategy.ts";
export type { NewStrategy } from "./strategies/strategy-input.ts";
export type { StatusChange } from "./strategies/change-status.ts";
export type { FillStreakOptions } from "./strategies/fill-streaks.ts";
export type { StrategyFilter, StrategyListOptions } from "./strategies/find-strategy.ts";
export type { LeaderboardOptions } from "./strategies/leaderboard.ts";
export type {
  Activity,
  BenchmarkFigures,
  DrawdownFigures,
  FillFigures,
  LeaderboardEntry,
  ProfitAndLoss,
  ReturnFigures,
  RollUpFigures,
  StrategyPerformance,
} from "./strategies/performance.ts";
export {
  type Benchmark,
  type BenchmarkLevel,
  type CapitalSource,
  type PerformanceCalendar,
  performanceCalendars,
  type PerformanceOptions,
} from "./strategies/performance-options.ts";
export type { PositionNotional, RiskUsage, RiskUsageOptions } from "./strategies/risk-usage.ts";
export { canChangeStrategyStatus, strategyTransitions } from "./strategies/strategy-lifecycle.ts";
export type { ChangeContext, VersionedChange } from "./strategies/write-strategy.ts";
export type { Streaks } from "./performance/streaks.ts";

export type { Portfolio, PortfolioReads } from "./portfolio/portfolio.ts";
export type { CurveKey, PortfolioKey } from "./portfolio/curve-key.ts";
export type { DrawdownPeriod, DrawdownRange, DrawdownSeries } from "./portfolio/drawdowns.ts";
export type { CurvePoint, CurveRange } from "./portfolio/equity-curve.ts";
export type { CurrencyExposure, Exposure, InstrumentExposure } from "./portfolio/exposure.ts";
export type { Mark, MarkSources } from "./portfolio/marks.ts";
export type { RiskRequest } from "./portfolio/risk-breaches.ts";
export type {
  RiskBreach,
  RiskFinding,
  RiskLimit,
  RiskUnknown,
  RiskUnknownReason,
} from "./portfolio/risk-finding.ts";
export type { Holding, NewSnapshot, Snapshot } from "./portfolio/snapshot.ts";
export type { Resolution } from "./portfolio/resolution.ts";
export {
  equityBases,
  type EquityBasis,
  type TakenSnapshot,
  type TakeSnapshot,
} from "./portfolio/take-snapshot.ts";

export type { Reconciliation } from "./reconciliation/reconciliation.ts";
export type {
  Difference,
  DifferenceKind,
  ReconciledAgainst,
  ReconciledRecord,
} from "./reconciliation/difference.ts";
export {
  type ReconciliationCheck,
  reconciliationChecks,
  type ReconciliationRequest,
} from "./reconciliation/selection.ts";
export type { StatedFill, StatedOrder, StatedPosition, VenueStatement } from "./reconciliation/statement.ts";

export type {
  DropReason,
  LogEntry,
  LogFilter,
  LogFollowOptions,
  LogListOptions,
  LogOverflow,
  LogRange,
  LogRecord,
  LogReads,
  LogRow,
  Logs,
  LogStreamOptions,
  LogWriter,
  LogWriterOptions,
  LogWriterStatistics,
  NewLogRecord,
  ProblemOptions,
  SlowLogOptions,
} from "./logs/index.ts";

export type { Audit, AuditReads, EntityKey } from "./audit/audit.ts";
export type { AuditRecord, NewAuditRecord } from "./audit/audit-record.ts";
