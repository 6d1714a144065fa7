// Tells TimescaleDB of bars that came by COPY. Its COPY, where a table has a trigger with a transition table as market_data
// does, writes the rows but no entry into the log that roll-ups are refreshed by (2.29.2, seen: src/copy.c, TS_CIM_SINGLE):
// the candles of those bars would stay as they were, for good. An UPDATE is logged, from the first to the last of its rows
// in each chunk, so the first and the last bar of each day are written once more as they are. What is evidently not a COPY is
// left alone; it was logged.
import { ownersTriggerFunction } from "../repeatable-object.ts";
import { candleRollupName } from "../time-series/candle-rollups.ts";

export const markCopiedBars = ownersTriggerFunction(
  "mark_copied_bars",
  /* sql */ `
declare
  copied record;
  first_bar record;
  last_bar record;
begin
  if to_regclass('public.${candleRollupName("5m")}') is null or current_query() ~* '^\\s*(insert|with|merge)\\M' then
    return null;
  end if;
  for copied in
    select min(time) as first_time, max(time) as last_time
    from new_bars where timeframe = '1m'
    group by date_bin('1 day', time, 'epoch'::timestamptz)
  loop
    select exchange, symbol into first_bar from new_bars where timeframe = '1m' and time = copied.first_time limit 1;
    select exchange, symbol into last_bar from new_bars where timeframe = '1m' and time = copied.last_time limit 1;
    update market_data m set ingested_at = m.ingested_at
    where m.timeframe = '1m' and m.time between copied.first_time and copied.last_time
      and ((m.exchange = first_bar.exchange and m.symbol = first_bar.symbol and m.time = copied.first_time)
        or (m.exchange = last_bar.exchange and m.symbol = last_bar.symbol and m.time = copied.last_time));
  end loop;
  return null;
end`,
  // With its times known, the plan of the UPDATE holds one chunk and not seven years of them.
  ["plan_cache_mode = force_custom_plan"],
);
