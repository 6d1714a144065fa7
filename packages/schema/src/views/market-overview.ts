// market_overview: one row per instrument with its last price and its last 24 hours of trading, from its finest
// series. Materialised, since it reads a day of bars per instrument; its unique index lets it be refreshed while
// it is read (REFRESH MATERIALIZED VIEW CONCURRENTLY).
import type { RepeatableObject } from "../repeatable-object.ts";

export const marketOverview: RepeatableObject = {
  name: "market_overview",
  kind: "materialized_view",
  create: /* sql */ `
create materialized view market_overview as
select
  s.exchange,
  s.symbol,
  s.timeframe,
  s.last_time,
  s.last_close as last_price,
  d.open_24h,
  d.high_24h,
  d.low_24h,
  d.volume_24h,
  (s.last_close / d.open_24h - 1) * 100 as change_percentage_24h,
  s.bar_count
from (
  select distinct on (exchange, symbol) *
  from market_series
  order by exchange, symbol, timeframe
) s
cross join lateral (
  select
    (array_agg(m.open order by m.time))[1] as open_24h,
    max(m.high) as high_24h,
    min(m.low) as low_24h,
    sum(m.volume) as volume_24h
  from market_data m
  where m.exchange = s.exchange and m.symbol = s.symbol and m.timeframe = s.timeframe
    and m.time > s.last_time - interval '24 hours' and m.time <= s.last_time
) d
--> statement-breakpoint
create unique index market_overview_key on market_overview (exchange, symbol)`.trim(),
  drop: "drop materialized view if exists market_overview",
};
