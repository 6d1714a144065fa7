// What reconciliation asks beside the fills of a day (reconciled-days.ts): orders, positions and curves by key, and what a venue's
// statement is held against.
import { catalogued } from "./catalogued-query.ts";
import { reconciledDayQueries } from "./reconciled-days.ts";
import { reconciledOrder as order } from "./reconciled-order.ts";

const position = `strategy_id as "strategyId", account, exchange, symbol, settlement_currency as currency, quantity, cost_basis as "costBasis",
  realized_pnl as "realizedPnl", fill_count::float8 as "fillCount", first_fill_at as "firstFillAt",
  last_fill_at as "lastFillAt", last_fill_id as "lastFillId", purged_through as "purgedThrough"`;

export const reconciliationQueries = [
  ...reconciledDayQueries,
  catalogued(
    "reconciliation.orders_by_id",
    "operations",
    ["orders_pkey"],
    `select ${order} from orders where id = any(:ids) and created_at >= :from and created_at < :to order by id`,
  ),
  catalogued(
    "reconciliation.fills_by_order",
    "operations",
    ["trades_order_idx"],
    `select order_id as "orderId", sum(quantity) as quantity, sum(quantity * price) as notional
from trades
where order_id = any(:ids) and order_id is not null and busted_at is null and executed_at >= :from and executed_at < :to
group by order_id`,
  ),
  catalogued(
    "reconciliation.positions",
    "operations",
    ["positions_pkey"],
    `select id, ${position} from positions
where id > :cursorId and (:account is null or account = :account) order by id limit :limit`,
  ),
  catalogued(
    "reconciliation.positions_of_strategy",
    "operations",
    ["positions_key"],
    `select id, ${position} from positions
where strategy_id = :strategyId and (:account is null or account = :account)`,
  ),
  catalogued(
    "reconciliation.strategy_curves",
    "operations",
    ["portfolio_curves_pkey"],
    `select id, account, strategy_id as "strategyId", currency from portfolio_curves
where strategy_id is not null and id > :cursorId and (:account is null or account = :account)
  and (:strategyId is null or strategy_id = :strategyId)
order by id limit :limit`,
  ),
  catalogued(
    "reconciliation.last_snapshots_of_days",
    "operations",
    ["portfolio_snapshots_curve_key"],
    `select distinct on (day) id as "snapshotId", taken_at as "takenAt", open_positions as "openPositions",
  realized_pnl as "realizedPnl"
from (
  select *, (taken_at at time zone 'UTC')::date as day from portfolio_snapshots
  where account = :account and strategy_id = :strategyId and currency = :currency and taken_at >= :from and taken_at < :to
) s
order by day desc, taken_at desc, id desc`,
  ),
  catalogued(
    "reconciliation.positions_of_curve",
    "operations",
    ["positions_key"],
    `select exchange, symbol, quantity, realized_pnl as "realizedPnl" from positions
where strategy_id = :strategyId and account = :account and settlement_currency = :currency`,
  ),
  catalogued(
    "reconciliation.moves_of_curve",
    "operations",
    ["trades_strategy_executed_at_idx"],
    `select exchange, symbol, sum(case when side = 'buy' then quantity else -quantity end) as quantity,
  coalesce(sum(realized_pnl), 0) as "realizedPnl"
from trades
where strategy_id = :strategyId and account is not distinct from :account and settlement_currency = :currency
  and busted_at is null and executed_at > :from and executed_at <= :to
group by exchange, symbol`,
  ),
  catalogued(
    "reconciliation.fills_of_venue",
    "operations",
    ["trades_account_executed_at_idx"],
    `select id as "tradeId", strategy_id as "strategyId", symbol, side::text as side,
  exchange_trade_id as "exchangeTradeId", executed_at as "executedAt", quantity, price, fee, fee_currency as "feeCurrency"
from trades
where account = :account and executed_at >= :from and executed_at < :to and exchange = :exchange and busted_at is null
order by executed_at, id`,
  ),
  catalogued(
    "reconciliation.positions_at_venue",
    "operations",
    ["positions_open_account_idx"],
    `select symbol, sum(quantity) as quantity from positions
where account = :account and exchange = :exchange and quantity <> 0 group by symbol order by symbol`,
  ),
  catalogued(
    "reconciliation.open_orders_at_venue",
    "operations",
    ["open_orders_account_idx"],
    `select order_id as "orderId", created_at as "createdAt" from open_orders
where account = :account and exchange = :exchange and (created_at, order_id) > (:cursorTime, :cursorId)
order by created_at, order_id limit :limit`,
  ),
];
