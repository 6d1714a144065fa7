// What is asked of trades.
import { catalogued } from "./catalogued-query.ts";

export const tradeQueries = [
  catalogued(
    "trades.get",
    "trade_history",
    ["trades_pkey"],
    `select * from trades
where id = :id
  and executed_at >= uuid_extract_timestamp(:id)
  and executed_at < uuid_extract_timestamp(:id) + interval '1 millisecond'`,
  ),
  catalogued(
    "trades.find_by_exchange_trade_id",
    "trade_history",
    ["trades_exchange_trade_id_key"],
    `select * from trades
where exchange = :exchange and account = :account and symbol = :symbol and side = :side
  and exchange_trade_id = :exchangeTradeId and executed_at >= :from
order by executed_at, correction limit :limit`,
  ),
  catalogued(
    "trades.position_history",
    "trade_history",
    ["trades_position_idx"],
    `select id, executed_at, side, quantity, price, realized_pnl, position_quantity, position_cost_basis
from trades
where strategy_id = :strategyId and account = :account and exchange = :exchange and symbol = :symbol
  and executed_at >= :from and executed_at < :to
order by executed_at, id limit :limit`,
  ),
  catalogued(
    "trades.list_by_strategy",
    "trade_history",
    ["trades_strategy_executed_at_idx"],
    `select * from trades
where strategy_id = :strategyId and executed_at >= :from and (executed_at, id) < (:cursorTime, :cursorId)
order by executed_at desc, id desc limit :limit`,
  ),
  catalogued(
    "trades.list_by_account",
    "trade_history",
    ["trades_account_executed_at_idx"],
    `select * from trades
where account = :account and executed_at >= :from and (executed_at, id) < (:cursorTime, :cursorId)
order by executed_at desc, id desc limit :limit`,
  ),
  catalogued(
    "trades.list_by_symbol",
    "trade_history",
    ["trades_symbol_executed_at_idx"],
    `select * from trades
where exchange = :exchange and symbol = :symbol and executed_at >= :from and (executed_at, id) < (:cursorTime, :cursorId)
order by executed_at desc, id desc limit :limit`,
  ),
  catalogued(
    "trades.list_by_order",
    "trade_history",
    ["trades_order_idx"],
    `select * from trades
where order_id = :orderId and executed_at >= uuid_extract_timestamp(:orderId)
order by executed_at limit :limit`,
  ),
  catalogued(
    "trades.list_winners",
    "trade_history",
    ["trades_strategy_executed_at_idx"],
    `select * from trades
where strategy_id = :strategyId and realized_pnl > 0 and executed_at >= :from
order by executed_at desc limit :limit`,
  ),
  catalogued(
    "trades.list_losers",
    "trade_history",
    ["trades_strategy_executed_at_idx"],
    `select * from trades
where strategy_id = :strategyId and realized_pnl < 0 and executed_at >= :from
order by executed_at desc limit :limit`,
  ),
  catalogued(
    "trades.list_busted",
    "operations",
    ["trades_busted_idx"],
    `select * from trades where busted_at >= :from order by busted_at desc limit :limit`,
  ),
];
