// What bars there are: one row per series, kept by the database itself as bars come and go. Never counts bars; "what is there"
// and "what is the latest" are look-ups by primary key.
import { NotFoundError, type Queryable } from "@app/database";
import { type Timeframe, timeframes } from "@app/schema/vocabulary";
import { choice } from "../input/choice-field.ts";
import { type Moment, timeBound } from "../input/instant-field.ts";
import { pageLimit } from "../input/number-field.ts";
import { namedCode } from "../input/text-field.ts";
import type { Page } from "../paging/cursor.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../paging/key-cursor.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { checkInstrument, checkSeries, type InstrumentKey, type SeriesKey } from "./series-key.ts";

/** A series, its extent and its latest bar. */
export interface SeriesSummary extends SeriesKey {
  readonly firstTime: Temporal.Instant;
  /** Opening time of the latest bar. */
  readonly lastTime: Temporal.Instant;
  readonly barCount: number;
  readonly lastOpen: number;
  readonly lastHigh: number;
  readonly lastLow: number;
  readonly lastClose: number;
  readonly lastVolume: number;
  /** When the database last changed this row. */
  readonly updatedAt: Temporal.Instant;
}

/** One page of series. */
export type SeriesPage = Page<SeriesSummary>;

/** Which page. */
export interface PageOptions {
  /** 1 to 1,000. @defaultValue 100 */
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

/** Cuts a page out of one row more than it holds. */
export function pageOf<Row>(rows: readonly Row[], limit: number, cursorOf: (last: Row) => string): Page<Row> {
  const items = rows.length > limit ? rows.slice(0, limit) : rows;
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursorOf(last) : undefined };
}

/** The catalogue row of a series whose name was checked. */
export async function findSeriesRow(scope: Queryable, series: SeriesKey): Promise<SeriesSummary | undefined> {
  const { rows } = await scope.query<SeriesSummary>(catalogued("market_series.get", { ...series }));
  return rows[0];
}

/** @returns the series, or undefined where no bar of it is stored */
export async function findSeries(scope: Queryable, series: SeriesKey): Promise<SeriesSummary | undefined> {
  checkSeries(series);
  return await findSeriesRow(scope, series);
}

/** @throws {NotFoundError} where no bar of the series is stored */
export async function getSeries(scope: Queryable, series: SeriesKey): Promise<SeriesSummary> {
  const found = await findSeries(scope, series);
  if (found !== undefined) return found;
  throw new NotFoundError(
    `There are no ${series.timeframe} bars of ${series.symbol} on ${series.exchange}.`,
    {
      field: "symbol",
    },
  );
}

const LIST = "market_series.list";

/** Series by exchange, symbol and timeframe. */
export async function listSeries(scope: Queryable, options: PageOptions = {}): Promise<SeriesPage> {
  const limit = pageLimit(options.limit);
  const after = decodeKeyCursor(LIST, options.cursor, ["exchange", "symbol", "timeframe"]);
  const timeframe =
    after["timeframe"] === "" ? timeframes[0] : choice("cursor", after["timeframe"], timeframes);
  const { rows } = await scope.query<SeriesSummary>(
    catalogued(LIST, { exchange: after["exchange"], symbol: after["symbol"], timeframe, limit: limit + 1 }),
  );
  return pageOf(rows, limit, (last) =>
    encodeKeyCursor(LIST, { exchange: last.exchange, symbol: last.symbol, timeframe: last.timeframe }),
  );
}

/** All series of one instrument, the shortest timeframe first; at most one per timeframe. */
export async function listSeriesOfInstrument(
  scope: Queryable,
  instrument: InstrumentKey,
): Promise<readonly SeriesSummary[]> {
  checkInstrument(instrument);
  const { exchange, symbol } = instrument;
  const { rows } = await scope.query<SeriesSummary>(
    catalogued("market_series.list_by_instrument", { exchange, symbol }),
  );
  return rows;
}

/** Series of one symbol wherever it is traded, the shortest timeframe first. */
export async function listSeriesBySymbol(
  scope: Queryable,
  { symbol, limit }: { readonly symbol: string; readonly limit?: number | undefined },
): Promise<readonly SeriesSummary[]> {
  const { rows } = await scope.query<SeriesSummary>(
    catalogued("market_series.list_by_symbol", {
      symbol: namedCode("symbol", symbol),
      limit: pageLimit(limit),
    }),
  );
  return rows;
}

/** Which series count as stale. */
export interface StaleSeriesOptions {
  readonly timeframe: Timeframe;
  /** Those whose latest bar opens before this. */
  readonly before: Moment;
  /** 1 to 1,000. @defaultValue 100 */
  readonly limit?: number | undefined;
}

/** Series that stopped receiving bars, the one that stopped first at the top. */
export async function listStaleSeries(
  scope: Queryable,
  { timeframe, before, limit }: StaleSeriesOptions,
): Promise<readonly SeriesSummary[]> {
  const { rows } = await scope.query<SeriesSummary>(
    catalogued("market_series.list_stale", {
      timeframe: choice("timeframe", timeframe, timeframes),
      to: timeBound("before", before),
      limit: pageLimit(limit),
    }),
  );
  return rows;
}
