// Market series upkeep: the catalogue row of each bar series, changed once per statement on market_data. What a DELETE
// takes is handed from its row trigger to its statement trigger through market_data_deletions.
import { ownersTriggerFunction } from "../repeatable-object.ts";
import { refuseWrongMerge } from "./merge-refusal.ts";

export const catalogueNewBars = ownersTriggerFunction(
  "catalogue_new_bars",
  /* sql */ `
begin
  insert into market_series as s (
    exchange, symbol, timeframe, first_time, last_time, bar_count, last_open, last_high, last_low, last_close, last_volume)
  select b.exchange, b.symbol, b.timeframe, b.first_time, b.last_time, b.bars, n.open, n.high, n.low, n.close, n.volume
  from (
    select exchange, symbol, timeframe, min(time) as first_time, max(time) as last_time, count(*) as bars
    from new_bars
    group by exchange, symbol, timeframe
  ) b
  join new_bars n on n.exchange = b.exchange and n.symbol = b.symbol and n.timeframe = b.timeframe and n.time = b.last_time
  order by b.exchange, b.symbol, b.timeframe
  on conflict (exchange, symbol, timeframe) do update set
    first_time = least(s.first_time, excluded.first_time),
    last_time = greatest(s.last_time, excluded.last_time),
    bar_count = s.bar_count + excluded.bar_count,
    last_open = case when excluded.last_time > s.last_time then excluded.last_open else s.last_open end,
    last_high = case when excluded.last_time > s.last_time then excluded.last_high else s.last_high end,
    last_low = case when excluded.last_time > s.last_time then excluded.last_low else s.last_low end,
    last_close = case when excluded.last_time > s.last_time then excluded.last_close else s.last_close end,
    last_volume = case when excluded.last_time > s.last_time then excluded.last_volume else s.last_volume end,
    updated_at = clock_timestamp();
  return null;
end`,
  // The plan is kept, with the row counts of the first statement: a nested loop would be quadratic for a later, large one.
  ["enable_nestloop = off"],
);

export const catalogueChangedBars = ownersTriggerFunction(
  "catalogue_changed_bars",
  /* sql */ `
begin
  ${refuseWrongMerge("old_bars", "new_bars", "exchange, symbol, timeframe, time")}
  -- Also for a bar that is not the last: another session may be deleting the ones after it.
  perform from market_series s
  where exists (
    select from new_bars n where n.exchange = s.exchange and n.symbol = s.symbol and n.timeframe = s.timeframe
  )
  order by s.exchange, s.symbol, s.timeframe
  for no key update;
  update market_series s set
    last_open = n.open, last_high = n.high, last_low = n.low, last_close = n.close, last_volume = n.volume,
    updated_at = clock_timestamp()
  from new_bars n
  where s.exchange = n.exchange and s.symbol = n.symbol and s.timeframe = n.timeframe and s.last_time = n.time;
  return null;
end`,
);

export const queueDeletedBar = ownersTriggerFunction(
  "queue_deleted_bar",
  /* sql */ `
begin
  insert into market_data_deletions (exchange, symbol, timeframe) values (old.exchange, old.symbol, old.timeframe);
  return null;
end`,
);

export const catalogueDeletedBars = ownersTriggerFunction(
  "catalogue_deleted_bars",
  /* sql */ `
declare
  gone record;
  -- What this transaction has counted and removed stays in the way of a scan until it ends: begin behind it, or many
  -- small deletes in one transaction would be quadratic.
  counted bigint := coalesce(nullif(current_setting('app.deletions_counted', true), ''), '0');
  first_left timestamp with time zone;
  last_left market_data%rowtype;
begin
  -- Nobody else's rows are seen: they are gone by the end of the statement that made them.
  for gone in
    with taken as (
      delete from market_data_deletions where id > counted returning *
    )
    select exchange, symbol, timeframe, sum(bars) as bars, max(max(id)) over () as last_id
    from taken
    group by exchange, symbol, timeframe
    order by exchange, symbol, timeframe
  loop
    perform set_config('app.deletions_counted', gone.last_id::text, true);
    perform from market_series s
    where s.exchange = gone.exchange and s.symbol = gone.symbol and s.timeframe = gone.timeframe
    for no key update;
    -- Bars of the same statement (MERGE) may be there already, uncounted; they count themselves next.
    delete from market_series s
    where s.exchange = gone.exchange and s.symbol = gone.symbol and s.timeframe = gone.timeframe
      and s.bar_count = gone.bars;
    continue when found;
    -- A plan locks the chunks it is for: none is converted between it and the looks below (held-chunks.ts).
    execute 'explain select from market_data where exchange = $1 and symbol = $2 and timeframe = $3'
    using gone.exchange, gone.symbol, gone.timeframe;
    select * into last_left from market_data m
    where m.exchange = gone.exchange and m.symbol = gone.symbol and m.timeframe = gone.timeframe
    order by m.time desc limit 1;
    select m.time into first_left from market_data m
    where m.exchange = gone.exchange and m.symbol = gone.symbol and m.timeframe = gone.timeframe
    order by m.time limit 1;
    update market_series s set
      first_time = first_left, last_time = last_left.time, bar_count = s.bar_count - gone.bars,
      last_open = last_left.open, last_high = last_left.high, last_low = last_left.low,
      last_close = last_left.close, last_volume = last_left.volume, updated_at = clock_timestamp()
    where s.exchange = gone.exchange and s.symbol = gone.symbol and s.timeframe = gone.timeframe;
  end loop;
  return null;
end`,
  ["plan_cache_mode = force_custom_plan", "enable_seqscan = off"],
);

export const forgetSeries = ownersTriggerFunction(
  "forget_series",
  /* sql */ `
begin
  -- A DELETE would leave what this transaction's snapshot does not show.
  truncate market_series, market_data_deletions;
  return null;
end`,
);
