// Bars somebody found fault with: those with a quality score below 100. Read only; the score is written with the bar.
import type { Queryable } from "@app/database";
import type { Timeframe } from "@app/schema/vocabulary";
import { type TimeRange, timeRange } from "../input/instant-field.ts";
import { pageLimit } from "../input/number-field.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { checkInstrument, type InstrumentKey } from "./series-key.ts";

/** A bar that is not as good as the venue's own record. */
export interface DoubtfulBar {
  readonly time: Temporal.Instant;
  readonly timeframe: Timeframe;
  /** 0 (unusable) to below 100. */
  readonly qualityScore: number;
  readonly source: string;
}

/** Which: those of bars that open in [from, to), the newest `limit`. */
export interface DoubtfulBarRange extends TimeRange {
  /** 1 to 1,000. @defaultValue 100 */
  readonly limit?: number | undefined;
}

/** Doubtful bars of an instrument in every timeframe, the newest first. */
export async function listDoubtfulBars(
  scope: Queryable,
  instrument: InstrumentKey,
  range: DoubtfulBarRange,
): Promise<readonly DoubtfulBar[]> {
  checkInstrument(instrument);
  const { exchange, symbol } = instrument;
  const { from, to } = timeRange(range);
  const { rows } = await scope.query<DoubtfulBar>(
    catalogued("market_data.list_doubtful", { exchange, symbol, from, to, limit: pageLimit(range.limit) }),
  );
  return rows;
}
