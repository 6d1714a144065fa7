// Longer bars rolled up from stored ones when asked: hours from minutes, days from hours. Buckets begin where a bar of
// that timeframe opens in UTC. A bucket without bars is left out.
import { InvalidInputError } from "@app/database";
import type { Queryable } from "@app/database";
import type { Timeframe } from "@app/schema/vocabulary";
import type { Bar } from "./bar-columns.ts";
import { microseconds } from "./microseconds.ts";
import { checkSeries } from "./series-key.ts";
import type { SeriesKey } from "./series-key.ts";
import { barOpenAt, timeframeMicroseconds } from "./timeframe.ts";

/** Most candles of one read. */
export const MOST_CANDLES = 10_000;

/** A rolled-up bar. */
export interface Candle extends Bar {
  /** Bars it was made of; fewer than its length holds means that some are missing. */
  readonly bars: number;
}

/** Which candles are meant: all that open in [from, to). */
export interface CandleRange {
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
  readonly timeframe: Timeframe;
}

const STATEMENT = `
select date_bin($4::interval, time, $5) as time,
  (array_agg(open order by time))[1] as open, max(high) as high, min(low) as low,
  (array_agg(close order by time desc))[1] as close, sum(volume) as volume, count(*)::int as bars
from market_data
where exchange = $1 and symbol = $2 and timeframe = $3::timeframe and time >= $6 and time < $7
group by 1
order by 1`;

/** @throws InvalidInputError for a reversed range, for more than 10,000 candles, for candles shorter than the bars */
export async function readCandles(
  database: Queryable,
  series: SeriesKey,
  range: CandleRange,
): Promise<readonly Candle[]> {
  checkSeries(series);
  const length = timeframeMicroseconds(range.timeframe);
  const from = microseconds(range.from);
  const to = microseconds(range.to);
  if (from > to) throw new InvalidInputError("The range of candles ends before it begins.");
  if (length % timeframeMicroseconds(series.timeframe) !== 0) {
    throw new InvalidInputError(`Candles of ${range.timeframe} cannot be made of ${series.timeframe} bars.`);
  }
  if ((to - from) / length > MOST_CANDLES) {
    throw new InvalidInputError(
      `The range holds more than ${MOST_CANDLES} candles of ${range.timeframe}; ask for less.`,
    );
  }
  const { rows } = await database.query<Candle>({
    name: "market_data.candles",
    text: STATEMENT,
    values: [
      series.exchange,
      series.symbol,
      series.timeframe,
      `${length / 1_000_000} seconds`,
      Temporal.Instant.fromEpochMilliseconds(barOpenAt(range.timeframe, 0) / 1_000),
      range.from,
      range.to,
    ],
  });
  return rows;
}
