// Computes the indicators of stored bars anew, from a bar to the end of the series, and writes those that differ.
// The prices are not touched. Every page is a transaction of its own; a second run finishes what a first one began.
import type { Scope } from "../statements/scope.ts";
import {
  type BarColumns,
  createIndicatorColumns,
  type IndicatorColumns,
} from "../market-data/bar-columns.ts";
import { indicatorColumnNames } from "../market-data/bar-table-columns.ts";
import { stageBars, withoutNestedLoops } from "../market-data/bar-write.ts";
import type { SeriesKey } from "../market-data/series-key.ts";
import { LATEST, toInstant } from "../market-data/bar-time.ts";
import { readBarPage } from "../market-data/bar-page.ts";
import { findExtent, readForward } from "../market-data/bar-windows.ts";
import { warmUpIndicators } from "./warm-up.ts";

const PAGE_BARS = 20_000;

const list = (of: string): string => indicatorColumnNames.map((column) => `${of}.${column}`).join(", ");

const UPDATE = `
update market_data m
set ${indicatorColumnNames.map((column) => `${column} = s.${column}`).join(", ")}
from bar_staging s
where m.exchange = $1 and m.symbol = $2 and m.timeframe = $3::timeframe and m.time >= $4 and m.time <= $5
  and m.time = s.time
  -- A bar that was revised since it was read has been given its own by whoever revised it.
  and (m.high, m.low, m.close, m.volume) = (s.high, s.low, s.close, s.volume)
  and (${list("m")}) is distinct from (${list("s")})`;

/**
 * @param from microseconds since 1970; bars before it are taken as they are
 * @param onProgress told after each page how many bars were looked at
 * @returns how many bars had other values
 */
export async function refreshIndicators(
  scope: Scope,
  series: SeriesKey,
  from: number,
  onProgress?: (bars: number) => void,
): Promise<number> {
  const indicators = await warmUpIndicators(scope, series, from);
  const computed = createIndicatorColumns(PAGE_BARS);
  let changed = 0;
  let looked = 0;
  const pages = readForward(
    (start, end, limit) => readBarPage(scope, series, { from: start, to: end, limit, keep: "first" }),
    {
      timeframe: series.timeframe,
      from,
      to: LATEST,
      pageBars: PAGE_BARS,
      extent: () => findExtent(scope, series),
    },
  );
  for await (const bars of pages) {
    indicators.compute(bars, computed);
    changed += await updateIndicators(scope, series, bars, computed);
    looked += bars.length;
    onProgress?.(looked);
  }
  return changed;
}

async function updateIndicators(
  scope: Scope,
  series: SeriesKey,
  bars: BarColumns,
  computed: IndicatorColumns,
): Promise<number> {
  // The volume too: it says, with the prices, that the bar is still the one the indicators were computed of.
  const carried = { volume: true, tradeCount: false, rawPayload: false, indicators: true };
  return await scope.atomically(
    async (transaction) => {
      await stageBars(transaction, { ...series, source: "" }, bars, computed, carried);
      return await withoutNestedLoops(transaction, async () => {
        const { rowCount } = await transaction.query({
          name: "market_data.refresh_indicators",
          text: UPDATE,
          values: [
            series.exchange,
            series.symbol,
            series.timeframe,
            toInstant(bars.time[0] ?? 0),
            toInstant(bars.time[bars.length - 1] ?? 0),
          ],
        });
        return rowCount;
      });
    },
    { idempotent: true },
  );
}
