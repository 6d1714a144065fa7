// The same recent rows over a history of any number of chunks: what is read of the recent ones must not grow with the rest.
// Older chunks hold one row each. Tables in chunks of a week are put into chunks of a day; these get as many days, those in chunks of an hour as
// many hours.
// Made up, and the same in every run but for the day it ends on.
// Plain SQL, for ../../repositories and the gate `growth`; not the rows of a profile, which ../market, ../orders and ../trading-days.ts make.
import { IN_DAILY_CHUNKS } from "../daily-chunks.ts";

/** How deep. */
export interface HistoryDepth {
  /** Chunks of each table that is kept in days, at least `RECENT_DAYS`. */
  readonly days: number;
  /** Chunks of each table that is kept in hours, at least `RECENT_HOURS`. */
  readonly hours: number;
}

/** Days with many rows. */
export const RECENT_DAYS = 10;

/** Hours with many rows, so that a day of a curve or of logs is read. */
export const RECENT_HOURS = 25;

/** Rows of one statement: each old one makes a chunk, whose locks are held to its end. */
const CHUNKS_PER_STATEMENT = 250;

const TRADES = `insert into trades (id, executed_at, account, strategy_id, order_id, exchange, symbol, exchange_trade_id, side, quantity, price,
  settlement_currency, fee, fee_currency, source)`;
const ORDERS = `insert into orders (id, created_at, updated_at, account, strategy_id, exchange, symbol, client_order_id, venue_order_id, side, type,
  time_in_force, status, status_reason, quantity, filled_quantity, average_fill_price, limit_price, source, last_execution_id)`;
const BARS = `insert into market_data (exchange, symbol, timeframe, time, open, high, low, close, volume, source)`;
const SNAPSHOTS = `insert into portfolio_snapshots (id, taken_at, account, strategy_id, currency, equity, cash, source)`;
const LOGS = `insert into system_logs (id, logged_at, level, component, message, strategy_id, correlation_id, duration_milliseconds, context)`;

/** Rows `from` to `to` back from now, one per chunk, oldest first. */
const oldRows = (unit: "day" | "hour", from: number, to: number): readonly string[] => {
  const moments = `clock, generate_series(${to}, ${from}, -1) n, lateral (select ${unit === "day" ? "today + interval '11 hours'" : "this_hour + interval '11 minutes'"} - n * interval '1 ${unit}' as t) x`;
  const strategy = `(select id from strategies where name = 'old')`;
  if (unit === "hour") {
    return [
      `${SNAPSHOTS} select uuid_v7_at(t), t, 'old', ${strategy}, 'USD', 1000 + n % 7, 500, 'seed' from ${moments}`,
      `${LOGS} select uuid_v7_at(t), t, 'info', 'archive', 'hour closed', null, null, 5, '{}' from ${moments}`,
    ];
  }
  return [
    `${BARS} select 'X', 'DAILY', '1d', t - interval '11 hours', 100, 101, 99, 100.5, 5, 'seed' from ${moments}`,
    `${BARS} select 'X', 'OLD', '1m', t, 100, 101, 99, 100.5, 5, 'seed' from ${moments}`,
    `${ORDERS} select uuid_v7_at(t), t, t, 'old', ${strategy}, 'X', 'OLD', 'old-' || n, 'old-' || n, case when n % 2 = 0 then 'buy' else 'sell' end::order_side, 'limit',
       'gtc', 'filled', null, 1, 1, 100, 100, 'seed', 'old-' || n from ${moments}`,
    `${TRADES} select uuid_v7_at(t), t, 'old', ${strategy}, null, 'X', 'OLD', 'old-' || n, case when n % 2 = 0 then 'buy' else 'sell' end::order_side, 1, 100 + n % 3,
       'USD', 0.01, 'USD', 'seed' from ${moments}`,
  ];
};

function stepsOf(unit: "day" | "hour", chunks: number): readonly string[] {
  const steps: string[] = [];
  for (let last = chunks - 1; last >= 0; last -= CHUNKS_PER_STATEMENT) {
    steps.push(...oldRows(unit, Math.max(0, last - CHUNKS_PER_STATEMENT + 1), last));
  }
  return steps;
}

/** SQL statements that seed a migrated database, each one step. */
export function seedChunkedHistory({ days, hours }: HistoryDepth): readonly string[] {
  return [
    IN_DAILY_CHUNKS,
    "select setseed(0.42)",
    `create temporary table clock as select date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' as today,
       date_trunc('hour', now()) as this_hour, date_trunc('minute', now()) as now, date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - interval '${RECENT_DAYS - 1} days' as start`,
    `insert into strategies (id, created_at, name, kind, base_currency, status, activated_at, max_daily_loss, max_open_orders)
     select uuid_v7_at(start - n * interval '1 minute'), start - n * interval '1 minute', case n when 0 then 'busy' when 1 then 'old' else 'other ' || n end,
       'bench', 'USD', 'active', start, 1000, 100
     from clock, generate_series(0, 10) n`,
    "create temporary table busy as select id from strategies where name = 'busy'",
    ...stepsOf("day", days),
    ...stepsOf("hour", hours),
    // 3,000 orders and as many fills over the recent days, a hundred of the orders open, one of them since the first chunk.
    `create temporary table plan as select n, start + n * (now - start) / 3001 as t, n % 30 = 0 as is_open, n % 50 = 1 as is_rejected
     from clock, generate_series(1, 3000) n`,
    `${ORDERS} select uuid_v7_at(t), t, t, 'main', id, 'X', 'SYM' || n % 20, 'client-' || n, 'venue-' || n, case when n % 2 = 0 then 'buy' else 'sell' end::order_side,
       'limit', 'gtc', case when is_open then 'new' when is_rejected then 'rejected' else 'filled' end::order_status, case when is_rejected then 'price band' end,
       10, case when is_open or is_rejected then 0 else 10 end, case when not (is_open or is_rejected) then 100 end, 100, 'seed', 'execution-' || n
     from plan, busy`,
    `${ORDERS} select uuid_v7_at(t), t, t, 'main', id, 'X', 'SYM1', 'resting', 'resting', 'buy', 'limit', 'gtc', 'new', null, 10, 0, null, 50, 'seed', 'resting'
     from clock, busy, lateral (select today - ${days - 1} * interval '1 day' + interval '10 hours' as t) x`,
    `${TRADES} select uuid_v7_at(o.created_at), o.created_at, 'main', o.strategy_id, o.id, 'X', o.symbol, 'fill-' || o.client_order_id, o.side, 10,
       round((100 + 5 * random())::numeric, 2), 'USD', 0.05, 'USD', 'seed'
     from orders o, clock where o.created_at >= start and o.account = 'main' and o.status = 'filled'`,
    `${BARS} select 'X', 'BTC', '1m', t, 100 + n % 50, 151, 99, 101 + n % 40, n % 97, 'seed'
     from clock, generate_series(start, now - interval '1 minute', interval '1 minute') with ordinality g(t, n)`,
    // A minute apart on a curve, ten log lines a minute.
    `${SNAPSHOTS} select uuid_v7_at(t), t, 'main', null, 'USD', 100000 + n % 977, 50000, 'seed'
     from clock, generate_series(this_hour - interval '${RECENT_HOURS - 1} hours', now, interval '1 minute') with ordinality g(t, n)`,
    `${LOGS} select uuid_v7_at(t), t, case when n % 100 = 0 then 'error' else 'info' end::log_level, 'component ' || n % 5,
       case when n % 500 = 0 then 'margin call received' else 'order ' || n || ' routed' end, busy.id, 'request ' || n / 4, n % 50, jsonb_build_object('request', n / 4)
     from clock, busy, generate_series(this_hour - interval '${RECENT_HOURS - 1} hours', now, interval '6 seconds') with ordinality g(t, n)`,
    "analyze",
  ];
}
