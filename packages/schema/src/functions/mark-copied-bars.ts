// Tells TimescaleDB of bars that came by COPY. Its COPY, where a table has a trigger with a transition table as market_data
// does, writes the rows but no entry into the log that roll-ups are refreshed by (2.29.2, seen: src/copy.c, TS_CIM_SINGLE):
// the candles of those bars would stay as they were, for good. An UPDATE is logged, from the first to the last of its rows
// in each chunk, so the first and the last bar of each day are written once more as they are. What is evidently not a COPY is
// left alone; it was logged. Not seen is a COPY inside of a function that an INSERT calls, or with triggers switched off.
import { ownersTriggerFunction } from "../repeatable-object.ts";
import { candleRollupName } from "../time-series/candle-rollups.ts";

export const markCopiedBars = ownersTriggerFunction(
  "mark_copied_bars",
  /* sql */ `
declare
  copied record;
begin
  if to_regclass('public.${candleRollupName("5m")}') is null
    or (current_query() ~* '^\\s*(insert|with|merge)\\M' and current_query() !~* '\\mcopy\\M') then
    return null;
  end if;
  -- Each of the two by its whole key: without it the UPDATE would take other series of that time out of their columns.
  for copied in
    select e.exchange, e.symbol, e.time
    from (
      select (array_agg(exchange order by time))[1] as first_exchange, (array_agg(symbol order by time))[1] as first_symbol,
        (array_agg(exchange order by time desc))[1] as last_exchange, (array_agg(symbol order by time desc))[1] as last_symbol,
        min(time) as first_time, max(time) as last_time
      from new_bars where timeframe = '1m'
      group by date_bin('1 day', time, 'epoch'::timestamptz)
    ) days
    cross join lateral (
      values (first_exchange, first_symbol, first_time), (last_exchange, last_symbol, last_time)
    ) as e(exchange, symbol, time)
  loop
    update market_data m set ingested_at = m.ingested_at
    where m.exchange = copied.exchange and m.symbol = copied.symbol and m.timeframe = '1m' and m.time = copied.time;
  end loop;
  return null;
end`,
  // With its time known, the plan of the UPDATE holds one chunk and not seven years of them.
  ["plan_cache_mode = force_custom_plan"],
);
