// Where a series has holes: stretches longer than one bar without any, between two bars that are there. Knows no trading
// hours, so a market that closes at night has one every night. Before the first bar and behind the last nothing is missing.
import type { Queryable } from "@app/database";
import { moment, timeRange } from "../input/instant-field.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../paging/key-cursor.ts";
import { givenCursor, type Page, type RangeListOptions, rangeListFields, readPage } from "../paging/page.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { checkSeries, type SeriesKey } from "./series-key.ts";
import { timeframeMicroseconds } from "./timeframe.ts";

/** A stretch without bars, between two that are there. */
export interface MissingRange {
  /** Where the first missing bar would open. */
  readonly from: Temporal.Instant;
  /** The next bar that is there. */
  readonly to: Temporal.Instant;
  /** How many bars fit in between. */
  readonly missingBars: number;
}

const LIST = "market_data.list_missing_ranges";

/** Holes between bars that open in [from, to), the oldest first. */
export async function listMissingRanges(
  scope: Queryable,
  series: SeriesKey,
  options: RangeListOptions,
): Promise<Page<MissingRange>> {
  checkSeries(series);
  const { exchange, symbol, timeframe } = series;
  const cursor = givenCursor(options, rangeListFields);
  const { from, to } = timeRange(options);
  const list = { name: LIST, of: { exchange, symbol, timeframe } };
  const { to: after } = decodeKeyCursor(list, cursor, ["to"]);
  const values = {
    exchange,
    symbol,
    timeframe,
    // A hole ends with a bar, with which the look for the next one begins.
    from: cursor === undefined ? from : moment("cursor", after),
    to,
    seconds: timeframeMicroseconds(timeframe) / 1_000_000,
  };
  return readPage(
    options,
    async (limit) => (await scope.query<MissingRange>(catalogued(LIST, { ...values, limit }))).rows,
    (last) => encodeKeyCursor(list, { to: last.to.toString() }),
  );
}
