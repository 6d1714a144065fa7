// Which stretches of time are read one after the other. A read over all chunks of years plans for 143 ms (measured, 2.29.2,
// 2,556 daily chunks), so each stretch is about as long as the wanted bars need, and grows where there are few.
// Not the reading of a stretch (bar-page.ts). Invariant: the stretches follow one another without hole or overlap.
import type { Queryable } from "@app/database";
import type { Timeframe } from "@app/schema/vocabulary";
import type { BarPage } from "./bar-page.ts";
import { EARLIEST, toMicroseconds } from "./bar-time.ts";
import { findSeriesRow } from "./series-catalogue.ts";
import type { SeriesKey } from "./series-key.ts";
import { DAY_MICROSECONDS, timeframeMicroseconds } from "./timeframe.ts";

/** How much longer the next stretch is where one held few bars. */
const GROWTH = 4;

/**
 * The first stretch at least: planning two chunks of a day costs less than a second statement, which a market with nights and weekends needs
 * where the stretch is as long as its bars would be in one that never closes.
 */
const SHORTEST_STRETCH = 2 * DAY_MICROSECONDS;

/** A weekend with a holiday at either end. */
const LONGEST_PAUSE = 4 * DAY_MICROSECONDS;

/** Where a series begins and ends, and how far its bars lie apart on average. */
export interface SeriesExtent {
  readonly first: number;
  readonly last: number;
  readonly spacing: number;
}

/** Reads one stretch: at most `limit` bars of [from, to). */
export type ReadStretch = (from: number, to: number, limit: number) => Promise<BarPage>;

/** @returns the extent of a series by primary key, or undefined where it has no bars */
export async function findExtent(scope: Queryable, series: SeriesKey): Promise<SeriesExtent | undefined> {
  const row = await findSeriesRow(scope, series);
  if (row === undefined) return undefined;
  const first = toMicroseconds(row.firstTime);
  const last = toMicroseconds(row.lastTime);
  const length = timeframeMicroseconds(series.timeframe);
  return { first, last, spacing: row.barCount > 1 ? (last - first) / (row.barCount - 1) : length };
}

/** What is read forwards. */
export interface ForwardOptions {
  readonly timeframe: Timeframe;
  readonly from: number;
  readonly to: number;
  /** Bars of one page. */
  readonly pageBars: number;
  /** Asked once, where a stretch is empty: nothing lies before or behind it. Undefined where it does not bound the read. */
  readonly extent?: (() => Promise<SeriesExtent | undefined>) | undefined;
}

/** Reads [from, to) oldest first, in pages of up to `pageBars`; no page is empty. */
export async function* readForward(
  read: ReadStretch,
  { timeframe, from, to, pageBars, extent }: ForwardOptions,
): AsyncGenerator<BarPage, void, undefined> {
  let position = from;
  let end = to;
  let span = Math.max(pageBars * timeframeMicroseconds(timeframe), SHORTEST_STRETCH);
  let isBounded = extent === undefined;
  while (position < end) {
    // Twice the stretch costs no more than a second statement.
    const until = end - position <= 2 * span ? end : position + span;
    const page = await read(position, until, pageBars);
    const last = page.time[page.length - 1];
    if (last !== undefined) yield page;
    if (page.length === pageBars && last !== undefined) {
      span = Math.ceil(Math.max(span / GROWTH, (last - position) * 1.05));
      position = last + 1;
      continue;
    }
    position = until;
    if (page.length < pageBars / 2) span *= GROWTH;
    if (page.length > 0 || isBounded || position >= end) continue;
    isBounded = true;
    const bounds = await extent?.();
    if (bounds === undefined) return;
    position = Math.max(position, bounds.first);
    end = Math.min(end, bounds.last + 1);
  }
}

/** What is read backwards. */
export interface BackwardOptions {
  /** Nothing at or behind this. */
  readonly before: number;
  /** Nothing before this. @defaultValue from the beginning */
  readonly since?: number | undefined;
  /** How far bars lie apart. */
  readonly spacing: number;
  readonly timeframe: Timeframe;
  readonly limit: number;
}

/** Reads the newest bars before a moment. @returns pages, the oldest first */
export async function readBackward(
  read: ReadStretch,
  { before, since = EARLIEST, spacing, timeframe, limit }: BackwardOptions,
): Promise<readonly BarPage[]> {
  const length = timeframeMicroseconds(timeframe);
  const pause = spacing > 1.05 * length ? LONGEST_PAUSE : 0;
  let span = Math.max(limit * spacing * 1.1, limit * length) + length + pause;
  const pages: BarPage[] = [];
  let left = limit;
  let end = before;
  while (left > 0 && end > since) {
    const from = Math.max(since, Math.floor(end - span));
    const page = await read(from, end, left);
    if (page.length > 0) pages.unshift(page);
    left -= page.length;
    end = from;
    span *= GROWTH;
  }
  return pages;
}
