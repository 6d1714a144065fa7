// Where a series has holes: stretches longer than one bar without any. Knows no trading hours, so a market that closes at
// night has one every night.
import { InvalidInputError } from "@app/database";
import type { Queryable } from "@app/database";
import { checkSeries } from "./series-key.ts";
import type { SeriesKey } from "./series-key.ts";
import { timeframeMicroseconds } from "./timeframe.ts";

/** A stretch without bars, between two that are there. */
export interface MissingRange {
  /** Where the first missing bar would open. */
  readonly from: Temporal.Instant;
  /** The next bar that is there. */
  readonly to: Temporal.Instant;
  readonly missingBars: number;
}

/** @throws InvalidInputError for a reversed range or a limit outside of 1 to 10,000 */
export async function findMissingRanges(
  database: Queryable,
  series: SeriesKey,
  range: { readonly from: Temporal.Instant; readonly to: Temporal.Instant; readonly limit: number },
): Promise<readonly MissingRange[]> {
  checkSeries(series);
  const { from, to, limit } = range;
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) {
    throw new InvalidInputError(`The limit ${limit} is not a whole number from 1 to 10000.`);
  }
  if (Temporal.Instant.compare(from, to) > 0) throw new InvalidInputError("The range ends before it begins.");
  const seconds = timeframeMicroseconds(series.timeframe) / 1_000_000;
  const { rows } = await database.query<{ from: Temporal.Instant; to: Temporal.Instant; missing: number }>({
    name: "market_data.missing_ranges",
    text: `
select time + $6::interval as "from", next as "to",
  greatest(1, round(extract(epoch from next - time) / $7::float8)::int - 1) as missing
from (
  select time, lead(time) over (order by time) as next
  from market_data
  where exchange = $1 and symbol = $2 and timeframe = $3::timeframe and time >= $4 and time < $5
) bars
where next - time > $6::interval
order by time
limit $8`,
    values: [
      series.exchange,
      series.symbol,
      series.timeframe,
      from,
      to,
      `${seconds} seconds`,
      seconds,
      limit,
    ],
  });
  return rows.map((row) => ({ from: row.from, to: row.to, missingBars: row.missing }));
}
