// Candles of any length, rolled up from stored bars when asked: what is read, from where, and how far. The live bar is in it, as
// far as it is stored. Where roll-ups are (TimescaleDB community), whole multiples of theirs are read from the candle views,
// which hold fewer rows; elsewhere those views would compute a whole series, so bars are read. The candles are the same.
import { InvalidInputError, type Queryable } from "@app/database";
import type { QueryName } from "@app/schema/queries";
import { type Timeframe, timeframes } from "@app/schema/vocabulary";
import { choice, flag } from "../input/choice-field.ts";
import { type Moment, momentUpTo, rangeFields, type TimeRange, timeRange } from "../input/instant-field.ts";
import { type FieldNames, knownOptions } from "../input/known-fields.ts";
import { wholeNumber } from "../input/number-field.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { readTradesPage } from "./bar-page.ts";
import { LATEST, toInstant, toMicroseconds } from "./bar-time.ts";
import { findExtent, readForward, type ReadStretch, type SeriesExtent } from "./bar-windows.ts";
import { type Bucket, type BucketGrid, type BucketOptions, createBucketGrid } from "./candle-buckets.ts";
import { type CandleColumns, createRollUp, type RollUpInput } from "./candle-roll-up.ts";
import { lastBarBefore } from "./list-bars.ts";
import { listSeriesOfInstrument } from "./series-catalogue.ts";
import { checkInstrument, type InstrumentKey, type SeriesKey } from "./series-key.ts";
import { timeframeMicroseconds } from "./timeframe.ts";

/** Most candles of one read. */
export const MOST_CANDLES = 10_000;

const PAGE_BARS = 20_000;

/** Since then offsets from UTC have been multiples of 15 minutes; whole hours come and go. */
const QUARTER_HOUR_OFFSETS_SINCE = Date.UTC(1990, 0) * 1_000;
const QUARTER_HOUR = 900_000_000;

/** Which bars candles are made of. */
export interface CandleSource extends InstrumentKey {
  /** @defaultValue the shortest stored timeframe that divides the bucket */
  readonly timeframe?: Timeframe | undefined;
}

/** Which candles: all that open in [from, to), each with all of its bars, so the last one may reach past `to`. */
export interface CandleRange extends TimeRange, BucketOptions {
  /** The first so many, 1 to 10,000. @defaultValue all, and a refusal where there are more than 10,000 */
  readonly limit?: number | undefined;
  /**
   * What becomes of a bucket without bars: left out, or filled with the close before it, without volume.
   * @defaultValue "none"
   */
  readonly gapFill?: "none" | "previous-close" | undefined;
  /** Candles of the bars as they were known at this moment. @defaultValue as they stand */
  readonly knownAt?: Moment | undefined;
  /**
   * Whether candles that were rolled up in advance may be used. They hold a bar that came late, or was corrected, once they
   * were refreshed (by the server's jobs every few minutes, farther back by `pnpm db:maintain`); bars hold it at once.
   * @defaultValue true
   */
  readonly rollUps?: boolean | undefined;
}

const rangeOptions: FieldNames<CandleRange> = {
  ...rangeFields,
  bucket: true,
  origin: true,
  session: true,
  limit: true,
  gapFill: true,
  knownAt: true,
  rollUps: true,
};

const VIEWS = [
  ["1d", "candles_1d.list"],
  ["4h", "candles_4h.list"],
  ["1h", "candles_1h.list"],
  ["15m", "candles_15m.list"],
  ["5m", "candles_5m.list"],
] as const satisfies readonly (readonly [Timeframe, QueryName])[];

/** Whether candles are rolled up in advance; asked once per pool, and once in a transaction, when it is first needed. */
export interface RollUpKnowledge {
  hasRollUps(this: void): Promise<boolean>;
}

/** @returns knowledge that asks when it is first needed */
export function createRollUpKnowledge(scope: Queryable): RollUpKnowledge {
  let known: boolean | undefined;
  return {
    async hasRollUps() {
      if (known === undefined) {
        // Where the statements find the views too: in the schemas of the session's search_path.
        const { rows } = await scope.query<{ found: boolean }>({
          text: "select to_regclass('candles_5m_rollup') is not null as found",
          isIdempotent: true,
        });
        known = rows[0]?.found === true;
      }
      return known;
    },
  };
}

/** Candles as columns, oldest first. */
export async function listCandles(
  scope: Queryable,
  { hasRollUps }: RollUpKnowledge,
  source: CandleSource,
  range: CandleRange,
): Promise<CandleColumns> {
  checkInstrument(source);
  const grid = createBucketGrid(knownOptions("range", range, rangeOptions));
  const { from, to } = timeRange(range);
  const limit = wholeNumber("limit", range.limit ?? MOST_CANDLES, 1, MOST_CANDLES);
  const fills = choice("gapFill", range.gapFill ?? "none", ["none", "previous-close"]) === "previous-close";
  const knownAt = range.knownAt === undefined ? undefined : momentUpTo("knownAt", range.knownAt);
  const usesRollUps = flag("rollUps", range.rollUps ?? true) && knownAt === undefined;
  const series = await chooseSeries(scope, grid, source, range.bucket);
  const bounds = wholeBuckets(grid, toMicroseconds(from), toMicroseconds(to));
  const wanted = range.limit === undefined ? limit + 1 : limit;
  const rollUp = createRollUp({ grid, first: bounds.first, to: bounds.to, limit: wanted, fills });
  if (series === undefined) return rollUp.finish();

  const view = usesRollUps ? await chooseView(hasRollUps, grid, series, bounds.first) : undefined;
  const read: ReadStretch =
    view === undefined
      ? (start, end, bars) => readTradesPage(scope, series, { from: start, to: end, limit: bars, knownAt })
      : (start, end, bars) => readCandlePage(scope, series, view[1], start, end, bars);
  const timeframe = view?.[0] ?? series.timeframe;
  const pages = readForward(read, {
    timeframe,
    from: bounds.first.start,
    to: bounds.end,
    pageBars: pageSize(bounds, timeframe, wanted),
    extent: knownAt === undefined ? () => extentOf(scope, series, timeframe) : undefined,
  });
  let isFirst = true;
  const begin = async (firstTime: number): Promise<void> => {
    isFirst = false;
    if (!fills || firstTime < bounds.first.end) return;
    const before = await lastBarBefore(scope, series, bounds.first.start, knownAt);
    const close = before?.close[before.length - 1];
    if (close !== undefined) rollUp.startFrom(close);
  };
  for await (const page of pages) {
    if (isFirst) await begin(page.time[0] ?? 0);
    rollUp.take(page);
    if (rollUp.isFull) break;
  }
  if (isFirst) await begin(LATEST);
  const candles = rollUp.finish();
  if (candles.length > limit) {
    throw new InvalidInputError(
      `The range holds more than ${MOST_CANDLES} candles of ${range.bucket}; ask for less, or give a limit.`,
      { field: "to" },
    );
  }
  return candles;
}

/** A candle of a view opens before the first bar in it. */
async function extentOf(
  scope: Queryable,
  series: SeriesKey,
  timeframe: Timeframe,
): Promise<SeriesExtent | undefined> {
  const extent = await findExtent(scope, series);
  return extent === undefined
    ? undefined
    : { ...extent, first: extent.first - timeframeMicroseconds(timeframe) };
}

interface Bounds {
  /** The first bucket that begins in the range. */
  readonly first: Bucket;
  /** No bucket begins at or after this. */
  readonly to: number;
  /** Where the last bucket that begins in the range ends. */
  readonly end: number;
}

function wholeBuckets(grid: BucketGrid, from: number, to: number): Bounds {
  const holding = grid.at(from);
  const first = holding.start < from ? grid.at(holding.end) : holding;
  const last = grid.at(Math.max(from, to - 1));
  return { first, to, end: last.start < to ? Math.min(last.end, LATEST) : to };
}

/** No more bars at once than the wanted candles are likely to need. */
function pageSize({ first, end }: Bounds, timeframe: Timeframe, candles: number): number {
  const length = timeframeMicroseconds(timeframe);
  const perCandle = Math.max(1, (first.end - first.start) / length);
  const inRange = Math.max(1, (end - first.start) / length);
  return Math.min(PAGE_BARS, Math.ceil(Math.min(perCandle * candles, inRange)));
}

async function chooseSeries(
  scope: Queryable,
  grid: BucketGrid,
  { exchange, symbol, timeframe }: CandleSource,
  bucket: string,
): Promise<SeriesKey | undefined> {
  const cannot = (of: string): InvalidInputError =>
    new InvalidInputError(`Candles of ${bucket} cannot be made of ${of} bars.`, { field: "bucket" });
  if (timeframe !== undefined) {
    const given = choice("timeframe", timeframe, timeframes);
    if (!grid.holds(timeframeMicroseconds(given))) throw cannot(given);
    return { exchange, symbol, timeframe: given };
  }
  const stored = await listSeriesOfInstrument(scope, { exchange, symbol });
  const found = stored.find((series) => grid.holds(timeframeMicroseconds(series.timeframe)));
  if (found === undefined && stored.length > 0) {
    throw cannot(stored.map((series) => series.timeframe).join(" or "));
  }
  return found === undefined ? undefined : { exchange, symbol, timeframe: found.timeframe };
}

async function chooseView(
  hasRollUps: RollUpKnowledge["hasRollUps"],
  grid: BucketGrid,
  { timeframe }: SeriesKey,
  first: Bucket,
): Promise<(typeof VIEWS)[number] | undefined> {
  if (timeframe !== "1m" || (grid.isLocal && first.start < QUARTER_HOUR_OFFSETS_SINCE)) return undefined;
  const view = VIEWS.find(([name]) => {
    const length = timeframeMicroseconds(name);
    return grid.holds(length) && (!grid.isLocal || length <= QUARTER_HOUR);
  });
  return view !== undefined && (await hasRollUps()) ? view : undefined;
}

async function readCandlePage(
  scope: Queryable,
  { exchange, symbol }: SeriesKey,
  query: (typeof VIEWS)[number][1],
  from: number,
  to: number,
  limit: number,
): Promise<RollUpInput> {
  const { rows } = await scope.query<RollUpInput>({
    ...catalogued(query, { exchange, symbol, from: toInstant(from), to: toInstant(to), limit }),
    columns: {
      time: "timestamptz",
      open: "float8",
      high: "float8",
      low: "float8",
      close: "float8",
      volume: "float8",
      tradeCount: "float8",
      vwap: "float8",
      barCount: "float8",
    },
  });
  const [page] = rows;
  if (page === undefined) throw new TypeError("A columnar read gives one row of columns, always.");
  return page;
}
