// Brings the indicators of a series to where they stood before a given bar, from the bars that are stored.
// Reads only what planWarmUp asks for, except where on-balance volume is unknown and has to be summed up from further back.
import type { Queryable } from "@app/database";
import { sliceBars } from "../market-data/bar-columns.ts";
import { joinPages, readBarPage } from "../market-data/bar-page.ts";
import { toInstant, toMicroseconds } from "../market-data/bar-time.ts";
import {
  findExtent,
  readBackward,
  readForward,
  type ReadStretch,
  type SeriesExtent,
} from "../market-data/bar-windows.ts";
import type { SeriesKey } from "../market-data/series-key.ts";
import { timeframeMicroseconds } from "../market-data/timeframe.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { createBarIndicators, planWarmUp, PRIME_BARS } from "./bar-indicators.ts";
import type { BarIndicators } from "./bar-indicators.ts";

/** Bars of one read. */
const PAGE_BARS = 20_000;

/** How far back the last bar is looked for at first, in bars; then eight times as far, and so on. */
const FIRST_LOOK_BARS = 8;

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

/** Reads one bar where the indicators of the last one were computed; else it looks for the last whose OBV is known. */
async function obvBefore(
  scope: Queryable,
  series: SeriesKey,
  time: number,
  first: number,
): Promise<ObvStanding> {
  type ObvQuery = "market_data.last_obv" | "market_data.last_known_obv";
  async function newest(name: ObvQuery): Promise<ObvRow | undefined> {
    let span = FIRST_LOOK_BARS * timeframeMicroseconds(series.timeframe);
    for (let end = time; end > first;) {
      const from = Math.max(first, end - span);
      const { exchange, symbol, timeframe } = series;
      const values = { exchange, symbol, timeframe, from: toInstant(from), to: toInstant(end) };
      const { rows } = await scope.query<ObvRow>(catalogued(name, values));
      if (rows[0] !== undefined) return rows[0];
      end = from;
      span *= FIRST_LOOK_BARS;
    }
    return undefined;
  }
  const last = await newest("market_data.last_obv");
  if (last?.obv === null && last.computed) return "no volume yet";
  const row = last?.obv === null ? await newest("market_data.last_known_obv") : last;
  if (row === undefined || row.obv === null) return "unknown";
  return { time: toMicroseconds(row.time), obv: row.obv, close: row.close };
}

/** @returns the state after the last stored bar before `time`, as an uninterrupted run over the series has it. */
export async function warmUpIndicators(
  scope: Queryable,
  series: SeriesKey,
  time: number,
): Promise<BarIndicators> {
  const indicators = createBarIndicators(series.timeframe);
  const extent = await findExtent(scope, series);
  if (extent === undefined || extent.first >= time) return indicators;
  const plan = planWarmUp(series.timeframe, time);
  const prime = await readPrime(scope, series, plan.blockStart, extent);
  const standing = await obvBefore(scope, series, time, extent.first);
  const known = typeof standing === "object" ? standing : undefined;

  // Unknown: sum up from the first bar of the series. Known further back than the rest: from there.
  const wanted = Math.min(plan.replayFrom, prime.time[0] ?? Number.POSITIVE_INFINITY);
  const from = standing === "unknown" ? extent.first : Math.min(wanted, known?.time ?? wanted);
  const pages = readForward(reader(scope, series, "first"), {
    timeframe: series.timeframe,
    from: Math.max(from, extent.first),
    to: time,
    pageBars: PAGE_BARS,
    extent: () => findExtent(scope, series),
  });
  for await (const bars of pages) {
    const split = known === undefined ? -1 : bars.time.indexOf(known.time);
    if (known !== undefined && split >= 0) {
      indicators.replay(sliceBars(bars, 0, split + 1));
      indicators.resumeObv({ obv: known.obv, close: known.close });
      indicators.replay(sliceBars(bars, split + 1, bars.length));
    } else {
      indicators.replay(bars);
    }
  }
  return indicators;
}

function reader(scope: Queryable, series: SeriesKey, keep: "first" | "last"): ReadStretch {
  return (from, to, limit) => readBarPage(scope, series, { from, to, limit, keep });
}

/** The bars from which the price indicators begin anew at the start of a block. */
async function readPrime(
  scope: Queryable,
  series: SeriesKey,
  before: number,
  { first, spacing }: SeriesExtent,
): Promise<ReturnType<typeof joinPages>> {
  const { timeframe } = series;
  const options = { before, since: first, spacing, timeframe, limit: PRIME_BARS };
  return joinPages(await readBackward(reader(scope, series, "last"), options));
}
