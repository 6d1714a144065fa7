// Computes the indicators of stored bars anew, from a bar to the end of the series, and writes those that differ.
// The prices are not touched. Every page is a transaction of its own; a second run finishes what a first one began.
import type { Database } from "@app/database";
import { createIndicatorColumns } from "../market-data/bar-columns.ts";
import { indicatorColumnNames } from "../market-data/bar-table-columns.ts";
import { stageBars } from "../market-data/bar-write.ts";
import type { SeriesKey } from "../market-data/series-key.ts";
import { readStoredBars, timeParameter } from "../market-data/stored-bars.ts";
import { warmUpIndicators } from "./warm-up.ts";

const PAGE_BARS = 20_000;

const list = (of: string): string => indicatorColumnNames.map((column) => `${of}.${column}`).join(", ");

const UPDATE = `
update market_data m
set ${indicatorColumnNames.map((column) => `${column} = s.${column}`).join(", ")}
from bar_staging s
where m.exchange = $1 and m.symbol = $2 and m.timeframe = $3::timeframe and m.time >= $4 and m.time <= $5
  and m.time = s.time and (${list("m")}) is distinct from (${list("s")})`;

/**
 * @param from microseconds since 1970; bars before it are taken as they are
 * @param onProgress told after each page how many bars were looked at
 * @returns how many bars had other values
 */
export async function refreshIndicators(
  database: Database,
  series: SeriesKey,
  from: number,
  onProgress?: (bars: number) => void,
): Promise<number> {
  const indicators = await warmUpIndicators(database, series, from);
  const computed = createIndicatorColumns(PAGE_BARS);
  let changed = 0;
  let looked = 0;
  let next = from;
  for (;;) {
    const bars = await readStoredBars(database, series, { from: next, limit: PAGE_BARS });
    if (bars.length === 0) return changed;
    indicators.compute(bars, computed);
    const last = bars.time[bars.length - 1] ?? next;
    const first = bars.time[0] ?? next;
    changed += await database.transaction(
      async (transaction) => {
        const carried = { volume: false, tradeCount: false, rawPayload: false, indicators: true };
        await stageBars(transaction, { ...series, source: "" }, bars, computed, carried);
        await transaction.query("select set_config('enable_nestloop', 'off', true)");
        const { rowCount } = await transaction.query({
          name: "market_data.refresh_indicators",
          text: UPDATE,
          values: [
            series.exchange,
            series.symbol,
            series.timeframe,
            timeParameter(first),
            timeParameter(last),
          ],
        });
        return rowCount;
      },
      { idempotent: true },
    );
    looked += bars.length;
    onProgress?.(looked);
    next = last + 1;
  }
}
