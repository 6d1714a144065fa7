// What is asked of the working set: the keys of the orders that may still be executed, whatever their age.
import { catalogued } from "./catalogued-query.ts";
import { selectList } from "./select-list.ts";

const openOrder = selectList(["order_id", "created_at"]);

const openNewestFirst = `(created_at, order_id) < (:cursorTime, :cursorId)
order by created_at desc, order_id desc limit :limit`;

export const openOrderQueries = [
  catalogued(
    "open_orders.list_by_account",
    "trade_history",
    ["open_orders_account_idx"],
    `select ${openOrder} from open_orders
where account = :account and ${openNewestFirst}`,
  ),
  catalogued(
    "open_orders.list_by_strategy",
    "trade_history",
    ["open_orders_strategy_idx"],
    `select ${openOrder} from open_orders
where strategy_id = :strategyId and ${openNewestFirst}`,
  ),
  catalogued(
    "open_orders.list_by_symbol",
    "trade_history",
    ["open_orders_symbol_idx"],
    `select ${openOrder} from open_orders
where exchange = :exchange and symbol = :symbol and ${openNewestFirst}`,
  ),
  catalogued(
    "open_orders.find_by_client_order_id",
    "trade_history",
    ["open_orders_client_order_id_key"],
    `select ${openOrder} from open_orders
where account = :account and exchange = :exchange and client_order_id = :clientOrderId
order by reopening limit 1`,
  ),
  catalogued(
    "open_orders.find_by_former_client_order_id",
    "trade_history",
    ["open_orders_client_order_id_key"],
    `select ${openOrder} from open_orders
where account = :account and exchange = :exchange and former_client_order_ids @> array[:clientOrderId]
order by created_at desc limit 1`,
  ),
  catalogued(
    "open_orders.find_by_venue_order_id",
    "trade_history",
    ["open_orders_venue_order_id_idx"],
    `select ${openOrder} from open_orders
where exchange = :exchange and venue_order_id = :venueOrderId
order by created_at desc limit 1`,
  ),
  catalogued(
    "open_orders.list_expiring",
    "operations",
    ["open_orders_expires_at_idx"],
    `select ${openOrder}, expires_at as "expiresAt" from open_orders
where expires_at < :to and (expires_at, order_id) > (:cursorTime, :cursorId)
order by expires_at, order_id limit :limit`,
  ),
];
