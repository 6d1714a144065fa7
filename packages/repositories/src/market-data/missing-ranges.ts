// Where a series has holes: stretches longer than one bar without any, between two bars that are there. Knows no trading
// hours, so a market that closes at night has one every night. Before the first bar and behind the last nothing is missing.
import type { Queryable } from "@app/database";
import { moment, type TimeRange, timeRange } from "../input/instant-field.ts";
import { wholeNumber } from "../input/number-field.ts";
import type { Page } from "../paging/cursor.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../paging/key-cursor.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { pageOf, type PageOptions } from "./series-catalogue.ts";
import { checkSeries, type SeriesKey } from "./series-key.ts";
import { timeframeMicroseconds } from "./timeframe.ts";

/** A stretch without bars, between two that are there. */
export interface MissingRange {
  /** Where the first missing bar would open. */
  readonly from: Temporal.Instant;
  /** The next bar that is there. */
  readonly to: Temporal.Instant;
  readonly missingBars: number;
}

/** Where holes are looked for: between bars that open in [from, to). */
export interface MissingRangeOptions extends TimeRange, PageOptions {}

const LIST = "market_data.list_missing_ranges";

/** Holes, the oldest first. */
export async function listMissingRanges(
  scope: Queryable,
  series: SeriesKey,
  options: MissingRangeOptions,
): Promise<Page<MissingRange>> {
  checkSeries(series);
  const { from, to } = timeRange(options);
  const limit = wholeNumber("limit", options.limit ?? 100, 1, 10_000);
  const { to: after } = decodeKeyCursor(LIST, options.cursor, ["to"]);
  const { rows } = await scope.query<MissingRange>(
    catalogued(LIST, {
      exchange: series.exchange,
      symbol: series.symbol,
      timeframe: series.timeframe,
      // A hole ends with a bar, with which the look for the next one begins.
      from: options.cursor === undefined ? from : moment("cursor", after),
      to,
      seconds: timeframeMicroseconds(series.timeframe) / 1_000_000,
      limit: limit + 1,
    }),
  );
  return pageOf(rows, limit, (last) => encodeKeyCursor(LIST, { to: last.to.toString() }));
}
