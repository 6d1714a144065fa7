// Reads a list newest first without planning the chunks of years: in windows that widen step by step into the past, each
// bounded on both sides, until the page is full. Measured (2.29.2, 2,556 daily chunks): `order by time desc limit 100`
// without a bound takes 143 ms every time, in a window of 30 days 1 ms. Of a window every chunk is planned, read or not, so the
// first one is short: what is asked for most is a page of the last two days.
import { BEGINNING, LOWEST_ID, type Place } from "./cursor.ts";

/** Lengths of the windows in days, newest first; what is older than all of them is read in one last window. */
const WINDOW_DAYS = [2, 8, 30, 120, 500, 2_000] as const;

const HOURS_PER_DAY = 24;

/** Reads up to `limit` rows of a list within [from, before), newest first. */
export type ReadWindow<Row> = (
  from: Temporal.Instant,
  before: Place,
  limit: number,
) => Promise<readonly Row[]>;

/** What is read. */
export interface WindowOptions {
  /** Rows behind this position. */
  readonly before: Place;
  /** Nothing older than this; the caller's own bound. */
  readonly from?: Temporal.Instant | undefined;
  readonly limit: number;
  /** The present, from which the first window is counted where `before` is the newest end. */
  readonly now: Temporal.Instant;
  /** Lengths of the windows in days. @defaultValue 2, 8, 30, 120, 500, 2000: for chunks of a day to a week */
  readonly windowDays?: readonly number[] | undefined;
}

/** Reads rows newest first, window by window, until there are `limit` of them or nothing older is left. */
export async function readNewestFirst<Row>(
  read: ReadWindow<Row>,
  { before, from: oldest = BEGINNING.time, limit, now, windowDays = WINDOW_DAYS }: WindowOptions,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  // Rows may lie ahead of the clock (a venue's is fast): the first window has no end but the position itself.
  const latest = Temporal.Instant.compare(before.time, now) < 0 ? before.time : now;
  // The tables know no nanoseconds.
  const newest = latest.round({ smallestUnit: "microsecond", roundingMode: "floor" });
  let position = before;
  for (const days of [...windowDays, Number.POSITIVE_INFINITY]) {
    const start = Number.isFinite(days)
      ? newest.subtract({ hours: Math.round(days * HOURS_PER_DAY) })
      : BEGINNING.time;
    const from = Temporal.Instant.compare(start, oldest) > 0 ? start : oldest;
    const found = await read(from, position, limit - rows.length);
    rows.push(...found);
    if (rows.length >= limit || Temporal.Instant.compare(from, oldest) <= 0) return rows;
    // The rest lies before this window: no id is below this one at its first moment.
    position = { time: from, id: LOWEST_ID };
  }
  return rows;
}
