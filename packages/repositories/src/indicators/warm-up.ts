// Brings the indicators of a series to where they stood before a given bar, from the bars that are stored.
// Reads only what planWarmUp asks for, except where on-balance volume is unknown and has to be summed up from further back.
import type { Queryable } from "@app/database";
import { sliceBars } from "../market-data/bar-columns.ts";
import { microseconds } from "../market-data/microseconds.ts";
import type { SeriesKey } from "../market-data/series-key.ts";
import { MOST_BARS, readStoredBars, timeParameter } from "../market-data/stored-bars.ts";
import { createBarIndicators, planWarmUp, PRIME_BARS } from "./bar-indicators.ts";
import type { BarIndicators } from "./bar-indicators.ts";

interface ObvRow {
  readonly time: Temporal.Instant;
  readonly obv: number | null;
  readonly close: number;
  /** Whether its indicators were computed at all. */
  readonly computed: boolean;
}

/** Where on-balance volume stood: at a bar, nowhere since no bar had volume yet, or unknown. */
type ObvStanding =
  | { readonly time: number; readonly obv: number; readonly close: number }
  | "no volume yet"
  | "unknown";

function selectObv(condition: string): string {
  return `
select time, obv, close, num_nonnulls(sma_20, ema_12, rsi_14) > 0 as computed from market_data
where exchange = $1 and symbol = $2 and timeframe = $3::timeframe and time < $4 ${condition}
order by time desc limit 1`;
}

const LAST_BAR = selectObv("");
const LAST_KNOWN = selectObv("and obv is not null");

/** Reads one bar where the indicators of the last one were computed; else it looks for the last whose OBV is known. */
async function obvBefore(database: Queryable, series: SeriesKey, time: number): Promise<ObvStanding> {
  const values = [series.exchange, series.symbol, series.timeframe, timeParameter(time)];
  const read = async (name: string, text: string): Promise<ObvRow | undefined> =>
    (await database.query<ObvRow>({ name, text, values })).rows[0];
  const last = await read("market_data.last_bar_obv", LAST_BAR);
  if (last?.obv === null && last.computed) return "no volume yet";
  const row = last?.obv === null ? await read("market_data.last_known_obv", LAST_KNOWN) : last;
  if (row === undefined || row.obv === null) return "unknown";
  return { time: microseconds(row.time), obv: row.obv, close: row.close };
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
  const standing = await obvBefore(database, series, time);
  const known = typeof standing === "object" ? standing : undefined;

  // Unknown: sum up from the first bar of the series. Known further back than the rest: from there.
  const wanted = Math.min(plan.replayFrom, prime.time[0] ?? Number.POSITIVE_INFINITY);
  let from: number | undefined = standing === "unknown" ? undefined : Math.min(wanted, known?.time ?? wanted);
  for (;;) {
    const bars = await readStoredBars(database, series, { from, before: time, limit: MOST_BARS });
    const split = known === undefined ? -1 : bars.time.indexOf(known.time);
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
