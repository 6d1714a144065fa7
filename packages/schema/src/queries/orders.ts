// What is asked of orders and their history.
import { catalogued } from "./catalogued-query.ts";

const openOrderColumns = `order_id as "orderId", created_at as "createdAt"`;

export const orderQueries = [
  catalogued(
    "orders.get",
    "trade_history",
    ["orders_pkey"],
    // The id holds its row's time, so one chunk is touched.
    `select * from orders
where id = :id
  and created_at >= uuid_extract_timestamp(:id)
  and created_at < uuid_extract_timestamp(:id) + interval '1 millisecond'`,
  ),
  catalogued(
    "orders.find_by_client_order_id",
    "trade_history",
    ["orders_client_order_id_key"],
    `select * from orders
where account = :account and exchange = :exchange and client_order_id = :clientOrderId and created_at >= :from
order by created_at desc limit 1`,
  ),
  catalogued(
    "orders.find_by_venue_order_id",
    "trade_history",
    ["orders_venue_order_id_idx"],
    `select * from orders
where exchange = :exchange and venue_order_id = :venueOrderId and created_at >= :from
order by created_at desc limit 1`,
  ),
  catalogued(
    "open_orders.list_by_account",
    "trade_history",
    ["open_orders_account_idx"],
    `select ${openOrderColumns} from open_orders
where account = :account and (created_at, order_id) < (:cursorTime, :cursorId)
order by created_at desc, order_id desc limit :limit`,
  ),
  catalogued(
    "open_orders.list_by_strategy",
    "trade_history",
    ["open_orders_strategy_idx"],
    `select ${openOrderColumns} from open_orders
where strategy_id = :strategyId and (created_at, order_id) < (:cursorTime, :cursorId)
order by created_at desc, order_id desc limit :limit`,
  ),
  catalogued(
    "open_orders.list_by_symbol",
    "trade_history",
    ["open_orders_symbol_idx"],
    `select ${openOrderColumns} from open_orders
where exchange = :exchange and symbol = :symbol and (created_at, order_id) < (:cursorTime, :cursorId)
order by created_at desc, order_id desc limit :limit`,
  ),
  catalogued(
    "open_orders.find_by_client_order_id",
    "trade_history",
    ["open_orders_client_order_id_key"],
    `select ${openOrderColumns} from open_orders
where account = :account and exchange = :exchange and client_order_id = :clientOrderId
order by created_at desc limit 1`,
  ),
  catalogued(
    "open_orders.find_by_venue_order_id",
    "trade_history",
    ["open_orders_venue_order_id_idx"],
    `select ${openOrderColumns} from open_orders
where exchange = :exchange and venue_order_id = :venueOrderId
order by created_at desc limit 1`,
  ),
  catalogued(
    "open_orders.list_expiring",
    "operations",
    ["open_orders_expires_at_idx"],
    `select ${openOrderColumns} from open_orders where expires_at < :to order by expires_at limit :limit`,
  ),
  catalogued(
    "orders.list_by_strategy",
    "trade_history",
    ["orders_strategy_created_at_idx"],
    `select * from orders
where strategy_id = :strategyId and created_at >= :from and (created_at, id) < (:cursorTime, :cursorId)
order by created_at desc, id desc limit :limit`,
  ),
  catalogued(
    "orders.list_by_account",
    "trade_history",
    ["orders_account_created_at_idx"],
    `select * from orders
where account = :account and created_at >= :from and (created_at, id) < (:cursorTime, :cursorId)
order by created_at desc, id desc limit :limit`,
  ),
  catalogued(
    "orders.list_by_symbol",
    "trade_history",
    ["orders_symbol_created_at_idx"],
    `select * from orders
where exchange = :exchange and symbol = :symbol and created_at >= :from and created_at < :to
order by created_at desc limit :limit`,
  ),
  catalogued(
    "orders.list_children",
    "trade_history",
    ["orders_parent_idx"],
    `select * from orders
where parent_order_id = :orderId and created_at >= :from
order by created_at limit :limit`,
  ),
  catalogued(
    "orders.list_rejected",
    "operations",
    ["orders_rejected_idx"],
    `select * from orders where status = 'rejected' and created_at >= :from order by created_at desc limit :limit`,
  ),
  catalogued(
    "order_events.get",
    "operations",
    ["order_events_pkey"],
    `select * from order_events where id = :id
  and event_time >= uuid_extract_timestamp(:id)
  and event_time < uuid_extract_timestamp(:id) + interval '1 millisecond'`,
  ),
  catalogued(
    "order_events.list_by_order",
    "trade_history",
    ["order_events_order_version_key"],
    `select * from order_events
where order_id = :orderId and event_time >= uuid_extract_timestamp(:orderId)
order by order_version limit :limit`,
  ),
  catalogued(
    "order_events.list_by_strategy",
    "trade_history",
    ["order_events_strategy_time_idx"],
    `select * from order_events
where strategy_id = :strategyId and event_time >= :from and event_time < :to
order by event_time desc limit :limit`,
  ),
  catalogued(
    "order_events.list_by_account",
    "trade_history",
    ["order_events_account_time_idx"],
    `select * from order_events
where account = :account and event_time >= :from and (event_time, id) < (:cursorTime, :cursorId)
order by event_time desc, id desc limit :limit`,
  ),
  catalogued(
    "order_events.list_rejections",
    "operations",
    ["order_events_rejected_idx"],
    `select * from order_events
where exchange = :exchange and type = 'rejected' and event_time >= :from
order by event_time desc limit :limit`,
  ),
  catalogued(
    "order_events.find_by_execution_id",
    "trade_history",
    ["order_events_execution_id_idx"],
    `select * from order_events where exchange = :exchange and execution_id = :executionId and event_time >= :from`,
  ),
  catalogued(
    "order_events.find_by_change",
    "operations",
    ["order_events_changes_idx"],
    `select * from order_events where changes ? :field and event_time >= :from order by event_time desc limit :limit`,
  ),
];
