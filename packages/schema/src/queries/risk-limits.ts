// What risk limits are held against: open orders and positions at marks, and the net of a day, of one strategy.
import { catalogued } from "./catalogued-query.ts";
import { given, markOf, valuedPositions } from "./valued-positions.ts";

export const riskLimitQueries = [
  catalogued(
    "strategies.get_limits",
    "operations",
    ["strategies_pkey"],
    `select id, base_currency as "baseCurrency", max_order_notional as "maxOrderNotional",
  max_position_notional as "maxPositionNotional", max_daily_loss as "maxDailyLoss",
  max_drawdown_percentage as "maxDrawdownPercentage", max_leverage as "maxLeverage", max_open_orders as "maxOpenOrders"
from strategies where id = :id`,
  ),
  catalogued(
    "strategies.list_active_ids",
    "operations",
    ["strategies_active_idx"],
    `select id, name from strategies where status = 'active' and name > :name order by name limit :limit`,
  ),
  catalogued(
    "positions.list_accounts",
    "operations",
    ["positions_key"],
    `select distinct account from positions where strategy_id = :strategyId order by account`,
  ),
  catalogued(
    "positions.notionals",
    "operations",
    ["positions_key", "market_series_pkey"],
    `${valuedPositions("p.strategy_id = :strategyId and (:account is null or p.account = :account)")}
select account, exchange, symbol, settlement_currency as currency, abs(value) as notional
from valued order by account, exchange, symbol`,
  ),
  catalogued(
    "strategy_daily_performance.net_of_day",
    "operations",
    ["strategy_daily_performance_pkey"],
    `select currency, sum(realized_pnl - fees) as net from strategy_daily_performance
where strategy_id = :strategyId and trading_day = :fromDay and (:account is null or account = :account)
group by currency order by currency`,
  ),
  catalogued(
    "open_orders.list_of_strategy",
    "operations",
    ["open_orders_strategy_idx"],
    `select order_id as "orderId", created_at as "createdAt" from open_orders
where strategy_id = :strategyId and (:account is null or account = :account)
  and (created_at, order_id) > (:cursorTime, :cursorId)
order by created_at, order_id limit :limit`,
  ),
  catalogued(
    "orders.notionals",
    "operations",
    ["orders_pkey", "positions_key"],
    // An order has no multiplier of its own: that of the position it is for counts, 1 where there is none yet.
    `with ${given}
select o.id as "orderId", o.account, o.exchange, o.symbol, p.settlement_currency as currency,
  o.quantity * coalesce(o.limit_price, o.stop_price, g.price, l.price) * coalesce(p.contract_multiplier, 1) as notional
from orders o
  left join lateral (
    select settlement_currency, contract_multiplier from positions p
    where p.strategy_id = o.strategy_id and p.account = o.account and p.exchange = o.exchange and p.symbol = o.symbol
      and p.fill_count > 0 -- once all are busted, the next fill decides anew
    limit 1
  ) p on true
  ${markOf("o", ":knownAt")}
where o.id = any(:ids) and o.created_at >= :from and o.created_at < :to
order by o.id`,
  ),
];
