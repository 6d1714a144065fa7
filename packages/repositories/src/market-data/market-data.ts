// The room for bars: one object over one database that offers every reading and writing of market data.
// Holds no state of its own; each method is in the file named after what it does.
import type { Database } from "@app/database";
import { refreshIndicators } from "../indicators/refresh.ts";
import type { BarBatch, BarColumns } from "./bar-columns.ts";
import { importBars } from "./bar-import.ts";
import type { ImportOptions, ImportResult } from "./bar-import.ts";
import { readCandles } from "./candles.ts";
import type { Candle, CandleRange } from "./candles.ts";
import { microseconds } from "./microseconds.ts";
import { findMissingRanges } from "./missing-ranges.ts";
import type { MissingRange } from "./missing-ranges.ts";
import { findSeries, getSeries, listSeries } from "./series-catalogue.ts";
import type { SeriesPage, SeriesSummary } from "./series-catalogue.ts";
import { checkSeries } from "./series-key.ts";
import type { SeriesKey } from "./series-key.ts";
import { readStoredBars } from "./stored-bars.ts";

/** A range of bars: those that open in [from, to), the first `limit` of them. */
export interface BarRange {
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
  /** At most this many, 1 to 100,000; for the next page begin one microsecond after the last bar. */
  readonly limit: number;
}

/** Bars in the database. */
export interface MarketData {
  /**
   * Stores batches of bars, each ascending in time. Idempotent: the last revision of a bar wins, the same bars twice
   * change nothing, from another source neither. Committed batch by batch; after a failure run it again.
   * @throws InvalidInputError naming the field of the series, or the batch that does not ascend
   */
  importBars(
    series: SeriesKey,
    batches: AsyncIterable<BarBatch>,
    options: ImportOptions,
  ): Promise<ImportResult>;
  /** Computes the stored indicators from `from` to the end of the series anew. @returns how many bars changed */
  refreshIndicators(series: SeriesKey, from: Temporal.Instant): Promise<number>;
  /** Series by exchange, symbol, timeframe: one page of up to `limit` (1 to 1,000), after the cursor if one is given. */
  listSeries(page: { readonly limit: number; readonly after?: SeriesKey | undefined }): Promise<SeriesPage>;
  /** The extent and latest bar of a series by primary key. @throws NotFoundError where it has no bars */
  getSeries(series: SeriesKey): Promise<SeriesSummary>;
  /** As getSeries, or undefined. */
  findSeries(series: SeriesKey): Promise<SeriesSummary | undefined>;
  /** Bars of a range as columns, oldest first. */
  listBars(series: SeriesKey, range: BarRange): Promise<BarColumns>;
  /** The newest `count` bars (1 to 100,000) as columns, oldest first. */
  lastBars(series: SeriesKey, count: number): Promise<BarColumns>;
  /** Longer bars made of the stored ones. */
  listCandles(series: SeriesKey, range: CandleRange): Promise<readonly Candle[]>;
  /** Stretches without bars inside of a range, the first `limit` (1 to 10,000). */
  listMissingRanges(
    series: SeriesKey,
    range: { readonly from: Temporal.Instant; readonly to: Temporal.Instant; readonly limit: number },
  ): Promise<readonly MissingRange[]>;
}

/** @returns the market data of a database */
export function createMarketData(database: Database): MarketData {
  return {
    importBars: (series, batches, options) => importBars(database, series, batches, options),
    async refreshIndicators(series, from) {
      checkSeries(series);
      return await refreshIndicators(database, series, microseconds(from));
    },
    listSeries: ({ limit, after }) => listSeries(database, limit, after),
    getSeries: (series) => getSeries(database, series),
    findSeries: (series) => findSeries(database, series),
    async listBars(series, { from, to, limit }) {
      checkSeries(series);
      return await readStoredBars(database, series, {
        from: microseconds(from),
        before: microseconds(to),
        limit,
      });
    },
    async lastBars(series, count) {
      checkSeries(series);
      return await readStoredBars(database, series, { limit: count, keep: "last" });
    },
    listCandles: (series, range) => readCandles(database, series, range),
    listMissingRanges: (series, range) => findMissingRanges(database, series, range),
  };
}
