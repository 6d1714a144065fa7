// Lists that reach back in time, newest first: a range the caller may leave open, a cursor, and windows that widen until the page
// is full. Not lists in the order of a key (key-cursor.ts).
import { type Moment, openTimeRange } from "../input/instant-field.ts";
import { knownOptions } from "../input/known-fields.ts";
import { pageLimit } from "../input/number-field.ts";
import { now as present } from "../time/now.ts";
import { decodeCursor, encodeCursor, LOWEST_ID, type Place } from "./cursor.ts";
import { givenCursor, type HistoryOptions, type Page, pageOf, rangeListFields } from "./page.ts";
import type { ListIdentity } from "./sealed-cursor.ts";
import { readNewestFirst, type ReadWindow } from "./widening-window.ts";

/** How far back a look-up by a name goes. */
export interface LookUpOptions {
  /** Nothing older is looked for. @defaultValue back to the beginning, in windows that widen */
  readonly from?: Moment | undefined;
}

/** How far back a look-up goes. @throws {InvalidInputError} naming the field */
export function lookUpStart(options: LookUpOptions): Temporal.Instant | undefined {
  return openTimeRange(knownOptions("options", options, { from: true })).from;
}

/** Where a page begins and how far it may reach. */
export interface HistoryWindow {
  readonly before: Place;
  readonly from: Temporal.Instant | undefined;
  readonly limit: number;
}

/** What a list is. */
export interface HistoryList<Row> {
  /** As its cursors know it. */
  readonly list: ListIdentity;
  readonly placeOf: (row: Row) => Place;
  /** The moment from which windows are counted. @defaultValue the present */
  readonly now?: Temporal.Instant | undefined;
  /** Lengths of the windows in days. @defaultValue for chunks of a day to a week, as {@link readNewestFirst} has them */
  readonly windowDays?: readonly number[] | undefined;
}

/** @throws {InvalidInputError} naming the field */
export function historyWindow(list: ListIdentity, options: HistoryOptions): HistoryWindow {
  const position = decodeCursor(list, givenCursor(options, rangeListFields));
  const { from, to } = openTimeRange(options);
  return { before: beforeMoment(position, to), from, limit: pageLimit(options.limit) };
}

/** The end of a range ends a list as a cursor would: no id is below the lowest, so what is left lies before it. */
export function beforeMoment(position: Place, to: Temporal.Instant | undefined): Place {
  if (to === undefined || Temporal.Instant.compare(to, position.time) > 0) return position;
  return { time: to, id: LOWEST_ID };
}

/** Reads one page of a list. */
export async function readHistoryPage<Row>(
  { list, placeOf, now = present(), windowDays }: HistoryList<Row>,
  { limit, ...window }: HistoryWindow,
  read: ReadWindow<Row>,
): Promise<Page<Row>> {
  const rows = await readNewestFirst(read, { ...window, limit: limit + 1, now, windowDays });
  return pageOf(rows, limit, (last) => encodeCursor(list, placeOf(last)));
}
