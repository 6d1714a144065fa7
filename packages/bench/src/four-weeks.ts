// Four weeks of a small trading desk, made up and the same in every run: five accounts, ten strategies, 40 symbols; about 2,000
// orders and 2,800 fills a day, 7,000 log lines a day, and for ten days a snapshot of each strategy a minute. Young enough for the retention of each table.
// For `pnpm bench:compression`.

const days = 28;

/** SQL that seeds a migrated database; takes a minute. */
export const seedFourWeeks = /* sql */ `
select setseed(0.5);
create temporary table clock as select date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - interval '80 days' as start;

insert into strategies (id, created_at, name, kind, base_currency, status, activated_at, symbols)
select uuid_v7_at(t), t, 'strategy ' || n, case n % 3 when 0 then 'momentum' when 1 then 'mean reversion' else 'market making' end,
  'USD', 'active', t, array['SYM' || n]
from clock, generate_series(1, 10) n, lateral (select start - n * interval '1 hour' as t) x;
create temporary table desk as
select id, 'account ' || row_number() over (order by id) % 5 as account, row_number() over (order by id) - 1 as slot from strategies;

-- Orders come at irregular times; prices walk within their symbol, on a grid of ticks; lots are round.
create temporary table plan as
select n, start + (n * ${days} * interval '1 day' / ${days * 2_000}) + random() * interval '30 seconds' as t, n % 40 as symbol,
  d.account, d.id as strategy, round((20 + 13 * (n % 40) + 3 * sin(n / 900.0) + random())::numeric, 2) as price,
  (1 + floor(random() * 20)) * 100 as quantity, random() as luck, n % 2 = 0 as is_buy
from clock, generate_series(1, ${days * 2_000}) n join desk d on d.slot = n % 10;

insert into orders (id, created_at, account, strategy_id, exchange, symbol, client_order_id, venue_order_id, side, type, time_in_force,
  quantity, limit_price, submitted_at, source, venue_mic, client_id, investment_decision_algorithm_id, execution_algorithm_id, trading_capacity)
select uuid_v7_at(t), t, account, strategy, 'XNAS', 'SYM' || symbol, 'desk-' || to_char(t, 'YYYYMMDD') || '-' || n, (9000000000 + n * 7)::text,
  case when is_buy then 'buy' else 'sell' end::order_side, 'limit', 'day', quantity, price, t + interval '2 milliseconds', 'oms',
  'XNAS', 'client ' || symbol % 3, 'algorithm ' || symbol % 4, 'router 1', 'deal'
from plan;
update orders set status = 'new', last_execution_id = 'ack ' || venue_order_id;
update orders o set status = 'filled', filled_quantity = o.quantity, average_fill_price = p.price, last_execution_id = 'exec ' || p.n
from plan p where o.created_at = p.t and p.luck < 0.7;
update orders o set status = 'canceled', status_reason = 'canceled by strategy' from plan p where o.created_at = p.t and p.luck between 0.7 and 0.95;
update orders o set status = 'rejected', status_reason = 'price outside of band' from plan p where o.created_at = p.t and p.luck > 0.95;

insert into trades (id, executed_at, account, strategy_id, order_id, exchange, symbol, exchange_trade_id, side, quantity, price,
  settlement_currency, fee, fee_currency, liquidity, source, venue_mic, trading_capacity, investment_decision_algorithm_id, execution_algorithm_id)
select uuid_v7_at(x.t), x.t, o.account, o.strategy_id, o.id, o.exchange, o.symbol, (500000000 + row_number() over (order by o.created_at) * 3)::text,
  o.side, round(o.quantity * portion / 100), o.average_fill_price, 'USD', round(o.quantity * portion * 0.000035, 4), 'USD',
  case when portion = 60 then 'maker' else 'taker' end::liquidity, 'oms', 'XNAS', o.trading_capacity,
  o.investment_decision_algorithm_id, o.execution_algorithm_id
from orders o cross join (values (60, interval '40 milliseconds'), (40, interval '900 milliseconds')) v(portion, later)
cross join lateral (select o.created_at + later as t) x
where o.status = 'filled';

insert into portfolio_snapshots (id, taken_at, account, strategy_id, currency, equity, cash, long_exposure, short_exposure, realized_pnl,
  unrealized_pnl, margin_used, margin_used_percentage, largest_position_percentage, open_positions, value_at_risk_95, value_at_risk_99, volatility_percentage, source)
select uuid_v7_at(t), t, d.account, d.id, 'USD', 1000000 + round((5000 * sin(minute / 700.0 + slot) + 40 * random())::numeric, 2),
  400000 + minute / 30 * 10, 500000 + minute % 600 / 5 * 100, 100000 + minute % 900 / 9 * 50, minute / 15 * 2.5,
  round((3000 * sin(minute / 700.0 + slot) + 40 * random())::numeric, 2), 50000 + minute % 600 / 5 * 10,
  5 + minute % 600 / 60 * 0.1, 12.5, 4 + minute / 200 % 5, 12000 + minute / 1440 * 25, 18000 + minute / 1440 * 25, 14 + minute / 1440 % 5 * 0.25, 'risk'
from clock, generate_series(0, ${10 * 1_440 - 1}) minute, desk d, lateral (select start + minute * interval '1 minute' as t) x;

insert into system_logs (id, logged_at, level, component, message, strategy_id, correlation_id, duration_milliseconds, context, host, process_id)
select uuid_v7_at(t), t, case when n % 400 = 0 then 'error' when n % 90 = 0 then 'warn' else 'info' end::log_level,
  (array['oms', 'risk', 'feed', 'router', 'scheduler'])[1 + n % 5],
  case n % 4 when 0 then 'order ' || n / 4 || ' sent to XNAS' when 1 then 'bar of SYM' || n % 40 || ' received' when 2 then 'position of SYM' || n % 40 || ' checked'
    else 'heartbeat' end,
  d.id, 'request ' || n / 6, round((random() ^ 3 * 40)::numeric, 1)::float8,
  jsonb_build_object('symbol', 'SYM' || n % 40, 'attempt', 1 + n % 2), 'trade-' || n % 2, (4000 + n % 3)::text
from clock, generate_series(1, ${days * 7_000}) n join desk d on d.slot = n % 10,
  lateral (select start + n * interval '1 day' / 7000 + random() * interval '2 seconds' as t) x;
`;
