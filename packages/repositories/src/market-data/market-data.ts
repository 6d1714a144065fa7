// The room for bars: what can be asked of them and done with them. Reads work on a replica; reads and writes in a
// transaction; an import needs several connections, so it is only of a whole database.
// Holds no state but whether the server keeps roll-ups; each method is in the file named after what it does.
import type { Database, Queryable } from "@app/database";
import { refreshIndicators } from "../indicators/refresh.ts";
import { type Moment, timeBound } from "../input/instant-field.ts";
import type { Page } from "../paging/cursor.ts";
import { poolScope, type Scope } from "../statements/scope.ts";
import type { BarBatch, IndicatorName } from "./bar-columns.ts";
import { importBars, type ImportOptions, type ImportResult } from "./bar-import.ts";
import type { BarInput } from "./bar-input.ts";
import { type BarRevision, listRevisions, type RevisionRange } from "./bar-revisions.ts";
import { toMicroseconds } from "./bar-time.ts";
import type { WriteCounts } from "./bar-write.ts";
import { type CandleRange, type CandleSource, createRollUpKnowledge, listCandles } from "./candles.ts";
import type { CandleColumns } from "./candle-roll-up.ts";
import { type DoubtfulBar, type DoubtfulBarRange, listDoubtfulBars } from "./doubtful-bars.ts";
import { latestBar, type LatestBar, type LatestBarsOptions, listLatestBars } from "./latest-bars.ts";
import {
  type BarRange,
  type BarStream,
  type BarsWith,
  lastBars,
  type LastBarsOptions,
  listBars,
  streamBars,
} from "./list-bars.ts";
import { findOverview, getOverview, type InstrumentOverview, listOverview } from "./market-overview.ts";
import { requireInstrument, requireSeries } from "./known-series.ts";
import { listMissingRanges, type MissingRange, type MissingRangeOptions } from "./missing-ranges.ts";
import {
  findSeries,
  getSeries,
  listSeries,
  listSeriesBySymbol,
  listSeriesOfInstrument,
  listStaleSeries,
  type PageOptions,
  type SeriesPage,
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
  /** Series by exchange, symbol, timeframe, a page of up to 1,000. */
  listSeries(page?: PageOptions): Promise<SeriesPage>;
  /** All series of one instrument, the shortest timeframe first. */
  listSeriesOfInstrument(instrument: InstrumentKey): Promise<readonly SeriesSummary[]>;
  /** Series of one symbol wherever it is traded. */
  listSeriesBySymbol(options: {
    readonly symbol: string;
    readonly limit?: number | undefined;
  }): Promise<readonly SeriesSummary[]>;
  /** Series whose latest bar is older than a moment, the oldest first. */
  listStaleSeries(options: StaleSeriesOptions): Promise<readonly SeriesSummary[]>;
  /** The latest bar of a series, by primary key; undefined where it has none. */
  latestBar(series: SeriesKey): Promise<LatestBar | undefined>;
  /** The latest bars of an exchange's series of one timeframe: a page of all, or those of given symbols. */
  listLatestBars(options: LatestBarsOptions): Promise<Page<LatestBar>>;
  /** Bars of a range as columns, oldest first. @throws {NotFoundError} naming `symbol`, where there is no such series */
  listBars<const Wanted extends IndicatorName = never>(
    series: SeriesKey,
    range: BarRange<Wanted>,
  ): Promise<BarsWith<Wanted>>;
  /** The newest `count` bars (1 to 100,000) as columns, oldest first. */
  lastBars<const Wanted extends IndicatorName = never>(
    series: SeriesKey,
    count: number,
    options?: LastBarsOptions<Wanted>,
  ): Promise<BarsWith<Wanted>>;
  /**
   * Every bar of a range, page by page; two pages are in memory. Each page is what stands when it is read: for all of it as of
   * one moment give `knownAt`.
   */
  streamBars<const Wanted extends IndicatorName = never>(
    series: SeriesKey,
    range: BarStream<Wanted>,
  ): AsyncIterable<BarsWith<Wanted>>;
  /** Candles of any length made of stored bars, as columns. @throws {NotFoundError} naming `symbol`, where it has no bars at all */
  listCandles(source: CandleSource, range: CandleRange): Promise<CandleColumns>;
  /** What bars of a range said before they were changed or deleted, and when. */
  listRevisions(series: SeriesKey, range: RevisionRange): Promise<Page<BarRevision>>;
  /** Stretches without bars between bars of a range, a page of up to 10,000. */
  listMissingRanges(series: SeriesKey, range: MissingRangeOptions): Promise<Page<MissingRange>>;
  /** Bars with a quality score below 100, the newest first. */
  listDoubtfulBars(instrument: InstrumentKey, range: DoubtfulBarRange): Promise<readonly DoubtfulBar[]>;
  /** An instrument's last 24 hours as of the last refresh. @throws {NotFoundError} where it had no bars then */
  getOverview(instrument: InstrumentKey): Promise<InstrumentOverview>;
  /** As getOverview, or undefined. */
  findOverview(instrument: InstrumentKey): Promise<InstrumentOverview | undefined>;
  /** The last 24 hours of every instrument, a page of up to 1,000. */
  listOverview(page?: PageOptions): Promise<Page<InstrumentOverview>>;
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
  refreshIndicators(series: SeriesKey, from: Moment): Promise<number>;
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
    listSeries: (page) => listSeries(scope, page),
    listSeriesOfInstrument: (instrument) => listSeriesOfInstrument(scope, instrument),
    listSeriesBySymbol: (options) => listSeriesBySymbol(scope, options),
    listStaleSeries: (options) => listStaleSeries(scope, options),
    latestBar: (series) => latestBar(scope, series),
    listLatestBars: (options) => listLatestBars(scope, options),
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
    listRevisions: (series, range) => listRevisions(scope, series, range),
    async listMissingRanges(series, range) {
      const page = await listMissingRanges(scope, series, range);
      await requireSeries(scope, series, page.items.length);
      return page;
    },
    listDoubtfulBars: (instrument, range) => listDoubtfulBars(scope, instrument, range),
    getOverview: (instrument) => getOverview(scope, instrument),
    findOverview: (instrument) => findOverview(scope, instrument),
    listOverview: (page) => listOverview(scope, page),
  };
}

/** @returns the bars of a scope, in whose transaction everything happens where it is one */
export function createMarketDataIn(scope: Scope): MarketDataInTransaction {
  return {
    ...createMarketDataReads(scope),
    copyIn: (series, batch, options) => copyBarsIn(scope, series, batch, options),
    upsert: (series, bars, options) => upsertBars(scope, series, bars, options),
    async refreshIndicators(series, from) {
      checkSeries(series);
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
