// The room for bars: what can be asked of them and done with them. Reads work on a replica; reads and writes in a
// transaction; an import needs several connections, so it is only of a whole database.
// Holds no state but whether the server keeps roll-ups; each method is in the file named after what it does.
import type { Database, Queryable } from "@app/database";
import { refreshIndicators } from "../indicators/refresh.ts";
import { timeBound, type TimeRange } from "../input/instant-field.ts";
import { knownOptions } from "../input/known-fields.ts";
import type { Page, PageOptions, RangeListOptions } from "../paging/page.ts";
import { poolScope, type Scope } from "../statements/scope.ts";
import type { IndicatorName } from "@app/schema/vocabulary";
import type { BarBatch } from "./bar-columns.ts";
import { importBars, type ImportOptions, type ImportResult } from "./bar-import.ts";
import type { BarInput } from "./bar-input.ts";
import { type BarRevision, listRevisions } from "./bar-revisions.ts";
import { toMicroseconds } from "./bar-time.ts";
import type { WriteCounts } from "./bar-write.ts";
import { type CandleRange, type CandleSource, createRollUpKnowledge, listCandles } from "./candles.ts";
import type { CandleColumns } from "./candle-roll-up.ts";
import { type DoubtfulBar, listDoubtfulBars } from "./doubtful-bars.ts";
import {
  latestBar,
  type LatestBar,
  type LatestBarsOptions,
  type LatestBarsScope,
  listLatestBars,
} from "./latest-bars.ts";
import {
  type BarRange,
  type BarStream,
  type BarsWith,
  lastBars,
  type LastBarsOptions,
  listBars,
  streamBars,
} from "./list-bars.ts";
import { findOverview, getOverview, type InstrumentOverview, listOverviews } from "./market-overview.ts";
import { requireInstrument, requireSeries } from "./known-series.ts";
import { listMissingRanges, type MissingRange } from "./missing-ranges.ts";
import {
  findSeries,
  getSeries,
  listSeries,
  listSeriesByInstrument,
  listSeriesBySymbol,
  listStaleSeries,
  type SeriesSummary,
  type StaleSeriesOptions,
} from "./series-catalogue.ts";
import { checkSeries, type InstrumentKey, type SeriesKey } from "./series-key.ts";
import { copyBarsIn, type StoreOptions, upsertBars } from "./store-bars.ts";

export type { BarRange };

/** What can be asked of bars. Every method refuses bad input with an InvalidInputError that names the field. */
export interface MarketDataReads {
  /** The extent and latest bar of a series, by primary key. @throws {NotFoundError} where it has no bars */
  getSeries(series: SeriesKey): Promise<SeriesSummary>;
  /** As getSeries, or undefined. */
  findSeries(series: SeriesKey): Promise<SeriesSummary | undefined>;
  /** Series by exchange, symbol, timeframe. */
  listSeries(options?: PageOptions): Promise<Page<SeriesSummary>>;
  /** The series of one instrument, the shortest timeframe first. */
  listSeriesByInstrument(instrument: InstrumentKey, options?: PageOptions): Promise<Page<SeriesSummary>>;
  /** Series of one symbol wherever it is traded, the shortest timeframe first. */
  listSeriesBySymbol(symbol: string, options?: PageOptions): Promise<Page<SeriesSummary>>;
  /** Series of a timeframe whose latest bar is older than a moment, the oldest first. */
  listStaleSeries(options: StaleSeriesOptions): Promise<Page<SeriesSummary>>;
  /** The latest bar of a series, by primary key; undefined where it has none. */
  latestBar(series: SeriesKey): Promise<LatestBar | undefined>;
  /** The latest bars of an exchange's series of one timeframe: a page of all, or those of given symbols. */
  listLatestBars(scope: LatestBarsScope, options?: LatestBarsOptions): Promise<Page<LatestBar>>;
  /**
   * Bars of a range as columns, oldest first.
   * @throws {NotFoundError} naming `symbol`, where there is no such series; as known at a moment, nothing is an answer
   */
  listBars<const Wanted extends IndicatorName = never>(
    series: SeriesKey,
    range: BarRange<Wanted>,
  ): Promise<BarsWith<Wanted>>;
  /** The newest `count` bars (1 to 100,000) as columns, oldest first. @throws {NotFoundError} as listBars */
  lastBars<const Wanted extends IndicatorName = never>(
    series: SeriesKey,
    count: number,
    options?: LastBarsOptions<Wanted>,
  ): Promise<BarsWith<Wanted>>;
  /**
   * Every bar of a range, page by page; two pages are in memory. Each page is what stands when it is read: for all of it as of
   * one moment give `knownAt`.
   * @throws {NotFoundError} as listBars, at the end of the stream
   */
  streamBars<const Wanted extends IndicatorName = never>(
    series: SeriesKey,
    range: BarStream<Wanted>,
  ): AsyncIterable<BarsWith<Wanted>>;
  /** Candles of any length made of stored bars, as columns. @throws {NotFoundError} naming `symbol`, where it has no bars at all */
  listCandles(source: CandleSource, range: CandleRange): Promise<CandleColumns>;
  /** What bars of a range said before they were changed or deleted, and when; oldest bar first. */
  listRevisions(series: SeriesKey, options: RangeListOptions): Promise<Page<BarRevision>>;
  /** Stretches without bars between bars of a range, oldest first. @throws {NotFoundError} naming `symbol`, where there is no such series */
  listMissingRanges(series: SeriesKey, options: RangeListOptions): Promise<Page<MissingRange>>;
  /** Bars with a quality score below 100, in every timeframe, the newest first. */
  listDoubtfulBars(instrument: InstrumentKey, options: RangeListOptions): Promise<Page<DoubtfulBar>>;
  /** An instrument's last 24 hours as of the last refresh. @throws {NotFoundError} where it had no bars then */
  getOverview(instrument: InstrumentKey): Promise<InstrumentOverview>;
  /** As getOverview, or undefined. */
  findOverview(instrument: InstrumentKey): Promise<InstrumentOverview | undefined>;
  /** The last 24 hours of every instrument, by exchange and symbol. */
  listOverviews(options?: PageOptions): Promise<Page<InstrumentOverview>>;
}

/** What can be done with bars in a transaction. */
export interface MarketDataInTransaction extends MarketDataReads {
  /**
   * Stores a batch of bars, ascending in time, all or none, by binary COPY. Idempotent: the last revision of a bar wins, the
   * same bars twice change nothing, from another source neither.
   */
  copyIn(series: SeriesKey, batch: BarBatch, options: StoreOptions): Promise<WriteCounts>;
  /** As copyIn, for up to 10,000 bars given as objects in any order. */
  upsert(series: SeriesKey, bars: readonly BarInput[], options: StoreOptions): Promise<WriteCounts>;
  /** Computes the stored indicators from `from` to the end of the series anew. @returns how many bars changed */
  refreshIndicators(series: SeriesKey, range: Pick<TimeRange, "from">): Promise<number>;
}

/** Bars in a database. */
export interface MarketData extends MarketDataInTransaction {
  /**
   * Stores batches of bars, each ascending in time, on several connections. Idempotent as copyIn. Committed batch by batch;
   * after a failure run it again.
   */
  importBars(
    series: SeriesKey,
    batches: AsyncIterable<BarBatch>,
    options: ImportOptions,
  ): Promise<ImportResult>;
}

/** @returns what can be asked of the bars a scope sees: a pool, a replica's pool, a transaction */
export function createMarketDataReads(scope: Queryable): MarketDataReads {
  const rollUps = createRollUpKnowledge(scope);
  return {
    getSeries: (series) => getSeries(scope, series),
    findSeries: (series) => findSeries(scope, series),
    listSeries: (options) => listSeries(scope, options),
    listSeriesByInstrument: (instrument, options) => listSeriesByInstrument(scope, instrument, options),
    listSeriesBySymbol: (symbol, options) => listSeriesBySymbol(scope, symbol, options),
    listStaleSeries: (options) => listStaleSeries(scope, options),
    latestBar: (series) => latestBar(scope, series),
    listLatestBars: (of, options) => listLatestBars(scope, of, options),
    async listBars(series, range) {
      const bars = await listBars(scope, series, range);
      await requireSeries(scope, series, bars.length, range);
      return bars;
    },
    async lastBars(series, count, options) {
      const bars = await lastBars(scope, series, count, options);
      await requireSeries(scope, series, bars.length, options);
      return bars;
    },
    async *streamBars(series, range) {
      let found = 0;
      for await (const page of streamBars(scope, series, range)) {
        found += page.length;
        yield page;
      }
      await requireSeries(scope, series, found, range);
    },
    async listCandles(source, range) {
      const candles = await listCandles(scope, rollUps, source, range);
      await requireInstrument(scope, source, candles.length, range);
      return candles;
    },
    listRevisions: (series, options) => listRevisions(scope, series, options),
    async listMissingRanges(series, options) {
      const page = await listMissingRanges(scope, series, options);
      await requireSeries(scope, series, page.items.length);
      return page;
    },
    listDoubtfulBars: (instrument, options) => listDoubtfulBars(scope, instrument, options),
    getOverview: (instrument) => getOverview(scope, instrument),
    findOverview: (instrument) => findOverview(scope, instrument),
    listOverviews: (options) => listOverviews(scope, options),
  };
}

/** @returns the bars of a scope, in whose transaction everything happens where it is one */
export function createMarketDataIn(scope: Scope): MarketDataInTransaction {
  return {
    ...createMarketDataReads(scope),
    copyIn: (series, batch, options) => copyBarsIn(scope, series, batch, options),
    upsert: (series, bars, options) => upsertBars(scope, series, bars, options),
    async refreshIndicators(series, range) {
      checkSeries(series);
      const { from } = knownOptions("range", range, { from: true });
      return await refreshIndicators(scope, series, toMicroseconds(timeBound("from", from)));
    },
  };
}

/** @returns the bars of a database */
export function createMarketData(database: Database): MarketData {
  return {
    ...createMarketDataIn(poolScope(database)),
    importBars: (series, batches, options) => importBars(database, series, batches, options),
  };
}
