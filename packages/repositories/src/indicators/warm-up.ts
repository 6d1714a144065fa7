// Brings the indicators of a series to where they stood before a given bar, from the bars that are stored.
// Reads only what planWarmUp asks for, except where on-balance volume is unknown and has to be summed up from further back.
import type { Queryable } from "@app/database";
import { sliceBars } from "../market-data/bar-columns.ts";
import type { SeriesKey } from "../market-data/series-key.ts";
import { MOST_BARS, readStoredBars, timeParameter } from "../market-data/stored-bars.ts";
import { createBarIndicators, planWarmUp, PRIME_BARS } from "./bar-indicators.ts";
import type { BarIndicators } from "./bar-indicators.ts";

interface ObvRow {
  readonly time: Temporal.Instant;
  readonly obv: number;
  readonly close: number;
}

/** The newest stored bar before `time` whose on-balance volume is known. */
async function lastKnownObv(
  database: Queryable,
  series: SeriesKey,
  time: number,
): Promise<ObvRow | undefined> {
  const { rows } = await database.query<ObvRow>({
    name: "market_data.last_obv",
    text: `
select time, obv, close from market_data
where exchange = $1 and symbol = $2 and timeframe = $3::timeframe and time < $4 and obv is not null
order by time desc limit 1`,
    values: [series.exchange, series.symbol, series.timeframe, timeParameter(time)],
  });
  return rows[0];
}

/** @returns the state after the last stored bar before `time`, as an uninterrupted run over the series has it. */
export async function warmUpIndicators(
  database: Queryable,
  series: SeriesKey,
  time: number,
): Promise<BarIndicators> {
  const indicators = createBarIndicators(series.timeframe);
  const plan = planWarmUp(series.timeframe, time);
  const prime = await readStoredBars(database, series, {
    before: plan.blockStart,
    limit: PRIME_BARS,
    keep: "last",
  });
  const known = await lastKnownObv(database, series, time);
  const knownAt = known === undefined ? undefined : Number(known.time.epochNanoseconds / 1_000n);

  // Nothing known: sum up from the first bar of the series. Known further back than the rest: from there.
  const wanted = Math.min(plan.replayFrom, prime.time[0] ?? Number.POSITIVE_INFINITY);
  let from = knownAt === undefined ? undefined : Math.min(wanted, knownAt);
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- page after page, in order of time
    const bars = await readStoredBars(database, series, { from, before: time, limit: MOST_BARS });
    const split = knownAt === undefined ? -1 : bars.time.indexOf(knownAt);
    if (known !== undefined && split >= 0) {
      indicators.replay(sliceBars(bars, 0, split + 1));
      indicators.resumeObv({ obv: known.obv, close: known.close });
      indicators.replay(sliceBars(bars, split + 1, bars.length));
    } else {
      indicators.replay(bars);
    }
    if (bars.length < MOST_BARS) return indicators;
    from = (bars.time[bars.length - 1] ?? 0) + 1;
  }
}
