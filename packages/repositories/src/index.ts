// The public API of @app/repositories, name by name.
export { connect, type ConnectOptions, type TradingData } from "./connect.ts";
export type { MarketData, BarRange } from "./market-data/market-data.ts";
export { type Bar, barAt, type BarBatch, type BarColumns } from "./market-data/bar-columns.ts";
export type { ImportOptions, ImportResult } from "./market-data/bar-import.ts";
export type { WriteCounts } from "./market-data/bar-write.ts";
export type { Candle, CandleRange } from "./market-data/candles.ts";
export type { MissingRange } from "./market-data/missing-ranges.ts";
export type { SeriesPage, SeriesSummary } from "./market-data/series-catalogue.ts";
export { checkCode, checkSeries, type SeriesKey } from "./market-data/series-key.ts";
export {
  barOpenAt,
  isTimeframe,
  leastSpacing,
  openingGrid,
  timeframeMicroseconds,
  TIMEFRAMES,
} from "./market-data/timeframe.ts";
