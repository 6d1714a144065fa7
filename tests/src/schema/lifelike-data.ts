// Fills the tables with enough lifelike rows for the planner to choose as it would in production: few open among
// many closed orders, few warnings among many log lines, and so on. One SQL text, the same rows every time.

/** SQL that seeds a migrated database; takes a few seconds. */
export const lifelikeData = /* sql */ `
select setseed(0.42);

insert into strategies (id, created_at, name, kind, base_currency, status, activated_at, stopped_at, symbols, tags, configuration)
select uuid_v7_at(t), t, 'strategy ' || n, 'kind ' || n % 40, 'USD',
  case when n % 50 = 0 then 'active' else 'stopped' end::strategy_status, t, t + interval '1 day',
  array['SYM' || n % 200], array['tag' || n % 300], jsonb_build_object('seed', n)
from generate_series(1, 3000) n, lateral (select '2025-01-01 00:00:00+00'::timestamptz + n * interval '1 hour' as t) x;

-- Everybody trades, but most orders and fills belong to twenty strategies.
create temporary table busy as select id, row_number() over (order by id) as slot from strategies order by id limit 20;

insert into orders (id, created_at, account, strategy_id, exchange, symbol, client_order_id, venue_order_id, side, type,
  time_in_force, expires_at, status, quantity, filled_quantity, average_fill_price, source, last_execution_id, parent_order_id)
select uuid_v7_at(t), t, 'account ' || n % 5, b.id, 'X' || n % 3, 'SYM' || n % 40, 'client ' || n, 'venue ' || n,
  case when n % 2 = 0 then 'buy' else 'sell' end::order_side, 'market',
  case when n % 100 = 7 then 'gtd' else 'gtc' end::time_in_force, case when n % 100 = 7 then t + interval '1 day' end,
  s.status::order_status, 10, case when s.status = 'filled' then 10 else 0 end, case when s.status = 'filled' then 100 end,
  'seed', 'execution ' || n, null
from generate_series(1, 30000) n
cross join lateral (select '2026-01-01 00:00:00+00'::timestamptz + n * interval '2 minutes' as t) x
cross join lateral (select case when n % 100 = 7 then 'new' when n % 100 = 8 then 'rejected' when n % 3 = 0 then 'canceled' else 'filled' end as status) s
join busy b on b.slot = n % 20 + 1;

-- Many that rest in the book for weeks, of the large accounts and of a thousand small ones.
insert into orders (id, created_at, account, strategy_id, exchange, symbol, client_order_id, venue_order_id, side, type,
  limit_price, time_in_force, expires_at, status, quantity, source)
select uuid_v7_at(t), t, case when n % 2 = 0 then 'account ' || n % 5 else 'resting account ' || n % 1000 end, b.id, 'X' || n % 3, 'REST' || n % 400, 'resting ' || n, 'resting ' || n,
  'sell', 'limit', 200, case when n % 2 = 0 then 'gtd' else 'gtc' end::time_in_force,
  case when n % 2 = 0 then t + (1 + n % 300) * interval '1 day' end, 'new', 5, 'seed'
from generate_series(1, 8000) n
cross join lateral (select '2026-01-01 00:00:00+00'::timestamptz + n * interval '5 minutes' as t) x
join busy b on b.slot = n % 20 + 1;

update orders set parent_order_id = (select id from orders o where o.client_order_id = 'client 1')
where client_order_id in ('client 107', 'client 207');
update orders set status = 'rejected', status_reason = 'price band' where status = 'new' and client_order_id like 'client 1%7';
update orders set retain_until = '2040-01-01' where client_order_id like 'client 99%';

insert into trades (id, executed_at, account, strategy_id, order_id, exchange, symbol, exchange_trade_id, side, quantity,
  price, settlement_currency, fee, fee_currency, source)
select uuid_v7_at(o.created_at), o.created_at, o.account, o.strategy_id, o.id, o.exchange, o.symbol, 'fill ' || o.client_order_id,
  o.side, 10, round((100 + 5 * random())::numeric, 2), 'USD', 0.01, 'USD', 'seed'
from orders o where o.status = 'filled';
update trades set busted_at = executed_at + interval '1 minute' where exchange_trade_id like '%99';

-- Many positions that were opened and closed.
insert into trades (id, executed_at, account, strategy_id, exchange, symbol, exchange_trade_id, side, quantity, price,
  settlement_currency, fee_currency, source)
select uuid_v7_at(t), t, 'account ' || n % 5, b.id, 'X' || n % 3, 'OLD' || n, 'old ' || n || ' ' || side, side::order_side, 1, 100,
  'USD', 'USD', 'seed'
from generate_series(1, 2000) n
cross join (values ('buy', interval '0'), ('sell', interval '1 hour')) v(side, later)
cross join lateral (select '2025-12-01 00:00:00+00'::timestamptz + n * interval '1 minute' + later as t) x
join busy b on b.slot = n % 20 + 1;

insert into market_data (exchange, symbol, timeframe, time, open, high, low, close, volume, quality_score, source)
select 'X' || s % 3, 'SYM' || s, '1m', t, 100, 101, 99, 100, 5, case when extract(minute from t) = 17 then 50 else 100 end, 'seed'
from generate_series(1, 20) s, generate_series('2026-02-01 00:00:00+00'::timestamptz, '2026-02-02 23:59:00+00', '1 minute') t;
insert into market_data (exchange, symbol, timeframe, time, open, high, low, close, source)
select 'Y' || s % 100, 'SYM' || s / 100, case when s % 3 = 0 then '1m' else '1d' end::timeframe,
  '2026-02-01 00:00:00+00'::timestamptz - s % 400 * interval '1 day', 1, 1, 1, 1, 'seed'
from generate_series(1, 5000) s;

-- A feed that corrects one bar in six.
update market_data set volume = 6 where source = 'seed' and extract(minute from time)::int % 6 = 0;

insert into portfolio_snapshots (id, taken_at, account, strategy_id, currency, equity, cash, margin_used_percentage, source)
select uuid_v7_at(t), t, 'account ' || n % 5, b.id, 'USD',
  case when n % 400 = 399 then 70 else 100 end, 50, case when n % 300 = 0 then 90 else 10 end, 'seed'
from generate_series(1, 20000) n
cross join lateral (select '2026-01-01 00:00:00+00'::timestamptz + n * interval '3 minutes' as t) x
join busy b on b.slot = n % 20 + 1;

-- Many small accounts with a snapshot each.
insert into portfolio_snapshots (id, taken_at, account, strategy_id, currency, equity, cash, source)
select uuid_v7_at(t), t, 'small account ' || n, b.id, 'USD', 100, 100, 'seed'
from generate_series(1, 3000) n
cross join lateral (select '2026-01-01 00:00:00+00'::timestamptz + n * interval '1 minute' as t) x
join busy b on b.slot = n % 20 + 1;

insert into system_logs (id, logged_at, level, component, message, strategy_id, correlation_id, duration_milliseconds, context)
select uuid_v7_at(t), t, case when n % 100 = 0 then 'error' else 'info' end::log_level, 'component ' || n % 20,
  case when n % 500 = 0 then 'margin call received' else 'order ' || n || ' routed' end,
  case when n % 4 = 0 then b.id end, case when n % 3 = 0 then 'request ' || n / 9 end,
  case when n % 200 = 0 then 1500 + n % 100 else n % 50 end, jsonb_build_object('request', n)
from generate_series(1, 40000) n
cross join lateral (select '2026-01-01 00:00:00+00'::timestamptz + n * interval '1 minute' as t) x
join busy b on b.slot = n % 20 + 1;

insert into audit_log (id, occurred_at, action, entity_type, entity_id, actor, after)
select uuid_v7_at(t), t, 'restart', 'service', 'service ' || n % 500, 'operator ' || n % 100, jsonb_build_object('ticket', n)
from generate_series(1, 40000) n
cross join lateral (select '2026-01-01 00:00:00+00'::timestamptz + n * interval '1 minute' as t) x;

-- Orders that rested for months; their fills are not needed to look one up.
select set_config('accounting.maintenance', 'on', false);
insert into late_fill_spans (order_id, first_executed_at, last_executed_at)
select id, created_at + interval '60 days', created_at + interval '61 days' from orders order by created_at limit 5000;
select set_config('accounting.maintenance', '', false);

refresh materialized view market_overview;

analyze;
`;
