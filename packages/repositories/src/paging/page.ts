// Pages: what every list takes and gives. A list is bounded by `limit` and goes on from `next`, whatever it is of.
// Invariant: `next` is there where there may be more.
import { type OpenTimeRange, rangeFields, type TimeRange } from "../input/instant-field.ts";
import { type FieldNames, knownOptions } from "../input/known-fields.ts";
import { pageLimit } from "../input/number-field.ts";
import { objectField } from "../input/object-field.ts";

/** Which page of a list. */
export interface PageOptions {
  /** Rows of the page, 1 to 1,000. @defaultValue 100 */
  readonly limit?: number | undefined;
  /** `next` of the page before. @defaultValue the first page */
  readonly cursor?: string | undefined;
}

/** The names of a page's options. */
export const pageFields: FieldNames<PageOptions> = { limit: true, cursor: true };

/** Which page of a list that reaches back in time; without `from` to its beginning, in windows that widen. */
export interface HistoryOptions extends OpenTimeRange, PageOptions {}

/** Which page of a list over [from, to). */
export interface RangeListOptions extends TimeRange, PageOptions {}

/** The names of the options of a page of a range. */
export const rangeListFields: FieldNames<RangeListOptions & HistoryOptions> = {
  ...rangeFields,
  ...pageFields,
};

/** One page, and where the next one begins. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /**
   * Give it as `cursor` to read on; undefined where nothing is left. A page may hold fewer than `limit`, even none, and have
   * one: go on until it is undefined.
   */
  readonly next: string | undefined;
}

/** The cursor that a page's options name, unchecked. @throws {InvalidInputError} naming what is none of the options */
export function givenCursor<Options extends PageOptions>(
  options: Options,
  fields: FieldNames<Options>,
): string | undefined {
  return knownOptions("options", options, fields).cursor;
}

/** A page of what was read with one row more than it holds: that row tells whether there is a next one. */
export function pageOf<Row>(rows: readonly Row[], limit: number, cursorOf: (last: Row) => string): Page<Row> {
  const items = rows.length > limit ? rows.slice(0, limit) : rows;
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursorOf(last) : undefined };
}

/**
 * Reads a page by a statement that takes the number of rows.
 * @throws {InvalidInputError} naming `limit`
 */
export async function readPage<Row>(
  options: PageOptions,
  read: (limit: number) => Promise<readonly Row[]>,
  cursorOf: (last: Row) => string,
): Promise<Page<Row>> {
  const limit = pageLimit(objectField("options", options).limit);
  return pageOf(await read(limit + 1), limit, cursorOf);
}
