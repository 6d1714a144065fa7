// Bars of a range, the last bars, and a stream of any number of them, as columns; as they stand, or as they were known at a
// moment. Which stretches are read is bar-windows.ts, one read is bar-page.ts. Invariant: every read is bounded in number.
import type { Queryable } from "@app/database";
import { type IndicatorName, indicatorNames } from "@app/schema/vocabulary";
import { refusalBecause } from "../input/refuse.ts";
import { choice } from "../input/choice-field.ts";
import {
  type Moment,
  rangeFields,
  type TimeRange,
  timeRange,
  timeBound,
  momentUpTo,
} from "../input/instant-field.ts";
import { type FieldNames, knownOptions } from "../input/known-fields.ts";
import { wholeNumber } from "../input/number-field.ts";
import type { BarColumns, IndicatorColumns } from "./bar-columns.ts";
import { type BarPage, joinPages, type PageRequest, pickIndicators, readBarPage } from "./bar-page.ts";
import { now } from "../time/now.ts";
import { EARLIEST, LATEST, toMicroseconds } from "./bar-time.ts";
import { findExtent, readBackward, readForward, type ReadStretch, type SeriesExtent } from "./bar-windows.ts";
import { checkSeries, type SeriesKey } from "./series-key.ts";
import { DAY_MICROSECONDS, timeframeMicroseconds } from "./timeframe.ts";

/** Most bars of one read. */
export const MOST_BARS = 100_000;

/** What is read of each bar besides its prices and volume, and as of when. */
export interface BarOptions<Wanted extends IndicatorName = never> {
  /** Stored indicators that are wanted too; NaN where a bar has no value. @defaultValue none */
  readonly indicators?: readonly Wanted[] | undefined;
  /**
   * Bars as they were known at this moment: without those that came later, with those that were changed or deleted since, as
   * they were. Not together with `indicators`, which are not kept per revision; compute them from these bars.
   * @defaultValue as they stand
   */
  readonly knownAt?: Moment | undefined;
}

/** Prices and volume, and the indicators that were asked for. */
export type BarsWith<Wanted extends IndicatorName> = BarColumns & Pick<IndicatorColumns, Wanted>;

/** A range of bars: those that open in [from, to), the first `limit` of them. */
export interface BarRange<Wanted extends IndicatorName = never> extends TimeRange, BarOptions<Wanted> {
  /** 1 to 100,000; for the next page begin one microsecond after the last bar. */
  readonly limit: number;
}

/** The last bars of a series. */
export interface LastBarsOptions<Wanted extends IndicatorName = never> extends BarOptions<Wanted> {
  /** Only bars that open before this. @defaultValue to the newest */
  readonly before?: Moment | undefined;
}

/** A range of any number of bars. */
export interface BarStream<Wanted extends IndicatorName = never> extends TimeRange, BarOptions<Wanted> {
  /** Bars of one page at most, 1 to 100,000; two pages are in memory, of 48 bytes a bar. @defaultValue 50,000 */
  readonly pageBars?: number | undefined;
}

const barFields: FieldNames<BarOptions> = { indicators: true, knownAt: true };
const barRangeFields: FieldNames<BarRange> = { ...rangeFields, ...barFields, limit: true };
const lastBarsFields: FieldNames<LastBarsOptions> = { ...barFields, before: true };
const barStreamFields: FieldNames<BarStream> = { ...rangeFields, ...barFields, pageBars: true };

interface CheckedOptions {
  readonly indicators: readonly IndicatorName[];
  readonly knownAt: Temporal.Instant | undefined;
}

function checkOptions(options: BarOptions<IndicatorName>): CheckedOptions {
  const { indicators = [], knownAt } = options;
  if (!Array.isArray(indicators)) throw refusalBecause("indicators", "give an array of names.");
  const checked = indicators.map((name: unknown) => choice("indicators", name, indicatorNames));
  if (knownAt === undefined) return { indicators: checked, knownAt: undefined };
  if (checked.length > 0) {
    throw refusalBecause(
      "indicators",
      "they are stored as of now, not as they were known; compute them from the bars.",
    );
  }
  return { indicators: checked, knownAt: momentUpTo("knownAt", knownAt) };
}

/** A bar that was deleted is in no catalogue: as known at a moment, only the tables themselves say what there was. */
function extentOf(
  scope: Queryable,
  series: SeriesKey,
  knownAt: Temporal.Instant | undefined,
): (() => Promise<SeriesExtent | undefined>) | undefined {
  return knownAt === undefined ? () => findExtent(scope, series) : undefined;
}

function reader(
  scope: Queryable,
  series: SeriesKey,
  options: CheckedOptions,
  keep: PageRequest["keep"],
): ReadStretch {
  return (from, to, limit) => readBarPage(scope, series, { from, to, limit, keep, ...options });
}

/** What was asked for, in the shape of it. */
function shaped<Wanted extends IndicatorName>(
  page: BarPage,
  wanted: readonly IndicatorName[],
): BarsWith<Wanted> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- pickIndicators gives every column that `wanted` names
  return pickIndicators(page, wanted) as BarsWith<Wanted>;
}

/** Bars of a range, oldest first. */
export async function listBars<Wanted extends IndicatorName = never>(
  scope: Queryable,
  series: SeriesKey,
  range: BarRange<Wanted>,
): Promise<BarsWith<Wanted>> {
  checkSeries(series);
  const { from, to } = timeRange(knownOptions("range", range, barRangeFields));
  const limit = wholeNumber("limit", range.limit, 1, MOST_BARS);
  const options = checkOptions(range);
  const pages: BarPage[] = [];
  let bars = 0;
  const stretches = readForward(reader(scope, series, options, "first"), {
    timeframe: series.timeframe,
    from: toMicroseconds(from),
    to: toMicroseconds(to),
    pageBars: limit,
    extent: extentOf(scope, series, options.knownAt),
  });
  for await (const page of stretches) {
    pages.push(page);
    bars += page.length;
    if (bars >= limit) break;
  }
  const joined = joinPages(pages);
  return shaped(bars > limit ? firstBars(joined, limit) : joined, options.indicators);
}

function firstBars(page: BarPage, count: number): BarPage {
  const cut = Object.entries(page).map(([name, value]) => [
    name,
    value instanceof Float64Array ? value.slice(0, count) : count,
  ]);
  return { ...page, ...Object.fromEntries(cut), length: count };
}

/** The newest `count` bars, oldest first. */
export async function lastBars<Wanted extends IndicatorName = never>(
  scope: Queryable,
  series: SeriesKey,
  count: number,
  lastOptions: LastBarsOptions<Wanted> = {},
): Promise<BarsWith<Wanted>> {
  checkSeries(series);
  const limit = wholeNumber("count", count, 1, MOST_BARS);
  const options = checkOptions(knownOptions("options", lastOptions, lastBarsFields));
  const before =
    lastOptions.before === undefined ? undefined : toMicroseconds(timeBound("before", lastOptions.before));
  const pages = await readLast(reader(scope, series, options, "last"), {
    scope,
    series,
    limit,
    before,
    knownAt: options.knownAt,
  });
  return shaped(joinPages(pages), options.indicators);
}

interface LastRequest {
  readonly scope: Queryable;
  readonly series: SeriesKey;
  readonly limit: number;
  readonly before: number | undefined;
  readonly knownAt: Temporal.Instant | undefined;
}

/**
 * Reads back from the moment that is asked about, at first as far as bars without a gap reach: that is all of it where a market
 * never closes, and the series row need not be asked where it ends.
 */
export async function readLast(
  read: ReadStretch,
  { scope, series, limit, before, knownAt }: LastRequest,
): Promise<readonly BarPage[]> {
  const { timeframe } = series;
  if (knownAt !== undefined) {
    // Of a series that is gone nothing says how far its bars lay apart.
    const spacing = (await findExtent(scope, series))?.spacing ?? timeframeMicroseconds(timeframe);
    const seen = toMicroseconds(knownAt) + 1;
    return await readBackward(read, { before: Math.min(before ?? seen, seen), spacing, timeframe, limit });
  }
  const length = timeframeMicroseconds(timeframe);
  // A day more costs a chunk to plan, and finds the bars of a feed that lies behind or of a market that is closed for the night.
  const near = Math.min(before ?? LATEST, toMicroseconds(now())) - (limit + 1) * length - DAY_MICROSECONDS;
  const newest = near <= EARLIEST ? undefined : await read(near, before ?? LATEST, limit);
  if (newest?.length === limit) return [newest];
  const extent = await findExtent(scope, series);
  if (extent === undefined) return [];
  // Bars that came since the look-up lie behind its end.
  const end = newest === undefined ? extent.last + DAY_MICROSECONDS : near;
  const older = await readBackward(read, {
    before: Math.min(before ?? end, end, extent.last + DAY_MICROSECONDS),
    since: extent.first,
    spacing: extent.spacing,
    timeframe,
    limit: limit - (newest?.length ?? 0),
  });
  return newest === undefined || newest.length === 0 ? older : [...older, newest];
}

/** Every bar of a range, page by page, the next page on its way while the caller works on one. */
export async function* streamBars<Wanted extends IndicatorName = never>(
  scope: Queryable,
  series: SeriesKey,
  range: BarStream<Wanted>,
): AsyncGenerator<BarsWith<Wanted>, void, undefined> {
  checkSeries(series);
  const { from, to } = timeRange(knownOptions("range", range, barStreamFields));
  const pageBars = wholeNumber("pageBars", range.pageBars ?? 50_000, 1, MOST_BARS);
  const options = checkOptions(range);
  const pages = readForward(reader(scope, series, options, "first"), {
    timeframe: series.timeframe,
    from: toMicroseconds(from),
    to: toMicroseconds(to),
    pageBars,
    extent: extentOf(scope, series, options.knownAt),
  });
  for await (const page of readAhead(pages)) yield shaped(page, options.indicators);
}

/** Begins the next read before the caller asks for it. A failure is thrown when its turn comes. */
async function* readAhead<Item>(
  items: AsyncGenerator<Item, void, undefined>,
): AsyncGenerator<Item, void, undefined> {
  let next = items.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done === true) return;
      next = items.next();
      // Awaited in the next round; until then nobody listens.
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    await items.return();
  }
}

/** The last bar before a moment, or undefined. For what is computed on from it. */
export async function lastBarBefore(
  scope: Queryable,
  series: SeriesKey,
  before: number,
  knownAt: Temporal.Instant | undefined,
): Promise<BarPage | undefined> {
  if (before <= EARLIEST) return undefined;
  const options = { indicators: [], knownAt };
  const pages = await readLast(reader(scope, series, options, "last"), {
    scope,
    series,
    limit: 1,
    before,
    knownAt,
  });
  return pages[0];
}
