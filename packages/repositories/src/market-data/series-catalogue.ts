// What bars there are: one row per series, kept by the database itself as bars come and go. Never counts bars; "what is there"
// and "what is the latest" are look-ups by primary key.
import { NotFoundError, type Queryable } from "@app/database";
import { type Timeframe, timeframes } from "@app/schema/vocabulary";
import { choice } from "../input/choice-field.ts";
import { type Moment, moment, timeBound } from "../input/instant-field.ts";
import { namedCode } from "../input/text-field.ts";
import { BEGINNING } from "../paging/cursor.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../paging/key-cursor.ts";
import { givenCursor, type Page, pageFields, type PageOptions, readPage } from "../paging/page.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { checkInstrument, checkSeries, type InstrumentKey, type SeriesKey } from "./series-key.ts";

/** A series, its extent and its latest bar. */
export interface SeriesSummary extends SeriesKey {
  /** Opening time of the first bar. */
  readonly firstTime: Temporal.Instant;
  /** Opening time of the latest bar, whose prices and volume are the five fields below. */
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
export async function listSeries(scope: Queryable, options: PageOptions = {}): Promise<Page<SeriesSummary>> {
  const list = { name: LIST, of: {} };
  const after = decodeKeyCursor(list, givenCursor(options, pageFields), ["exchange", "symbol", "timeframe"]);
  const values = {
    exchange: after["exchange"],
    symbol: after["symbol"],
    timeframe: timeframeBehind(after["timeframe"]),
  };
  return readPage(
    options,
    async (limit) => (await scope.query<SeriesSummary>(catalogued(LIST, { ...values, limit }))).rows,
    ({ exchange, symbol, timeframe }) => encodeKeyCursor(list, { exchange, symbol, timeframe }),
  );
}

/** The timeframe a page goes on behind; the first page begins at the shortest, of an exchange that comes before all. */
function timeframeBehind(timeframe: string | undefined): Timeframe {
  return timeframe === "" ? timeframes[0] : choice("cursor", timeframe, timeframes);
}

const OF_INSTRUMENT = "market_series.list_by_instrument";

/** All series of one instrument, the shortest timeframe first; at most one per timeframe. */
export async function listSeriesOfInstrument(
  scope: Queryable,
  instrument: InstrumentKey,
): Promise<readonly SeriesSummary[]> {
  checkInstrument(instrument);
  const { exchange, symbol } = instrument;
  const { rows } = await scope.query<SeriesSummary>(catalogued(OF_INSTRUMENT, { exchange, symbol }));
  return rows;
}

/** A page of them: they are few, so all are read and the page is cut out. */
export async function listSeriesByInstrument(
  scope: Queryable,
  instrument: InstrumentKey,
  options: PageOptions = {},
): Promise<Page<SeriesSummary>> {
  checkInstrument(instrument);
  const { exchange, symbol } = instrument;
  const list = { name: OF_INSTRUMENT, of: { exchange, symbol } };
  const { timeframe: last } = decodeKeyCursor(list, givenCursor(options, pageFields), ["timeframe"]);
  const begun = options.cursor === undefined ? -1 : timeframes.indexOf(timeframeBehind(last));
  return readPage(
    options,
    async () =>
      (await listSeriesOfInstrument(scope, instrument)).filter(
        ({ timeframe }) => timeframes.indexOf(timeframe) > begun,
      ),
    ({ timeframe }) => encodeKeyCursor(list, { timeframe }),
  );
}

const OF_SYMBOL = "market_series.list_by_symbol";

/** Series of one symbol wherever it is traded, the shortest timeframe first. */
export async function listSeriesBySymbol(
  scope: Queryable,
  symbol: string,
  options: PageOptions = {},
): Promise<Page<SeriesSummary>> {
  const list = { name: OF_SYMBOL, of: { symbol: namedCode("symbol", symbol) } };
  const after = decodeKeyCursor(list, givenCursor(options, pageFields), ["timeframe", "exchange"]);
  const values = {
    ...list.of,
    timeframe: timeframeBehind(after["timeframe"]),
    exchange: after["exchange"],
  };
  return readPage(
    options,
    async (limit) => (await scope.query<SeriesSummary>(catalogued(OF_SYMBOL, { ...values, limit }))).rows,
    ({ timeframe, exchange }) => encodeKeyCursor(list, { timeframe, exchange }),
  );
}

/** Which series count as stale. */
export interface StaleSeriesOptions extends PageOptions {
  readonly timeframe: Timeframe;
  /** Those whose latest bar opens before this. */
  readonly before: Moment;
}

const STALE = "market_series.list_stale";

/** Series that stopped receiving bars, the one that stopped first at the top. */
export async function listStaleSeries(
  scope: Queryable,
  options: StaleSeriesOptions,
): Promise<Page<SeriesSummary>> {
  const cursor = givenCursor(options, { ...pageFields, timeframe: true, before: true });
  const timeframe = choice("timeframe", options.timeframe, timeframes);
  const list = { name: STALE, of: { timeframe } };
  const after = decodeKeyCursor(list, cursor, ["lastTime", "exchange", "symbol"]);
  const values = {
    timeframe,
    to: timeBound("before", options.before),
    cursorTime: options.cursor === undefined ? BEGINNING.time : moment("cursor", after["lastTime"]),
    exchange: after["exchange"],
    symbol: after["symbol"],
  };
  return readPage(
    options,
    async (limit) => (await scope.query<SeriesSummary>(catalogued(STALE, { ...values, limit }))).rows,
    ({ lastTime, exchange, symbol }) =>
      encodeKeyCursor(list, { lastTime: lastTime.toString(), exchange, symbol }),
  );
}
