// What is asked of the history of orders.
import { behindCursor } from "./behind-cursor.ts";
import { catalogued } from "./catalogued-query.ts";
import { selectList } from "./select-list.ts";

/** Every column of order_events, in the table's order. */
export const orderEventColumns = [
  "id",
  "event_time",
  "order_id",
  "order_version",
  "type",
  "account",
  "strategy_id",
  "exchange",
  "symbol",
  "client_order_id",
  "venue_order_id",
  "execution_id",
  "transact_time",
  "from_status",
  "to_status",
  "reason",
  "quantity",
  "filled_quantity",
  "average_fill_price",
  "limit_price",
  "stop_price",
  "trailing_offset",
  "changes",
  "recorded_at",
  "recorded_by",
  "retain_until",
] as const;

const event = selectList(orderEventColumns);

const newestFirst = `${behindCursor("event_time")}
order by event_time desc, id desc limit :limit`;

export const orderEventQueries = [
  catalogued(
    "order_events.list_by_order",
    "trade_history",
    ["order_events_order_version_key"],
    `select ${event} from order_events
where order_id = :orderId and event_time >= uuid_extract_timestamp(:orderId) and event_time <= :to and order_version > :version
order by order_version limit :limit`,
  ),
  catalogued(
    "order_events.standing",
    "trade_history",
    ["order_events_order_version_key"],
    // What a report on an order has to be held against.
    `select bool_or(execution_id = :executionId) as "isReported",
  max(transact_time) filter (where type = 'replaced' or changes ? 'client_order_id') as "replacedAt",
  max(transact_time) filter (where changes ? 'quantity') as "quantityAt",
  max(transact_time) filter (where type in ('accepted', 'suspended', 'cancel_requested', 'replace_requested', 'replaced')) as "stateReportedAt",
  (array_agg(from_status order by order_version desc) filter (where to_status = 'filled' and from_status <> 'filled'))[1] as "beforeLastFill"
from order_events
where order_id = :orderId and event_time >= uuid_extract_timestamp(:orderId) and event_time <= :to`,
  ),
  catalogued(
    "order_events.known_at",
    "trade_history",
    ["order_events_order_version_key"],
    `select ${event} from order_events
where order_id = :orderId and event_time >= uuid_extract_timestamp(:orderId)
  and event_time <= :to and recorded_at <= :knownAt
order by order_version desc limit 1`,
  ),
  catalogued(
    "order_events.list_known_at",
    "trade_history",
    ["order_events_order_version_key"],
    // The last version of each order that was recorded by then. The end is a parameter: of a sum with an interval, which depends on the
    // session's time zone, the planner does not know which chunks it leaves out.
    `select distinct on (order_id) ${event} from order_events
where order_id = any(:ids) and event_time >= :from and event_time <= :to and recorded_at <= :knownAt
order by order_id, order_version desc`,
  ),
  catalogued(
    "order_events.list_by_strategy",
    "trade_history",
    ["order_events_strategy_time_idx"],
    `select ${event} from order_events
where strategy_id = :strategyId and ${newestFirst}`,
  ),
  catalogued(
    "order_events.list_by_account",
    "trade_history",
    ["order_events_account_time_idx"],
    `select ${event} from order_events
where account = :account and ${newestFirst}`,
  ),
  catalogued(
    "order_events.list_rejections",
    "operations",
    ["order_events_rejected_idx"],
    `select ${event} from order_events
where exchange = :exchange and type = 'rejected' and ${newestFirst}`,
  ),
  catalogued(
    "order_events.find_by_execution_id",
    "trade_history",
    ["order_events_execution_id_idx"],
    // `offset 0` keeps the order out of the search: in columns, merging batches by time looks at each row of those that a Bloom filter
    // lets through, and a search without an order at whole arrays (two months of 28,000 events a day: 19 ms and 7, TimescaleDB 2.29.2). Events of one execution are few.
    `select * from (
  select ${event} from order_events
  where exchange = :exchange and execution_id = :executionId and ${behindCursor("event_time")} offset 0
) e order by "eventTime" desc, id desc limit :limit`,
  ),
  catalogued(
    "order_events.find_by_change",
    "operations",
    ["order_events_changes_idx"],
    `select ${event} from order_events
where changes ? :field and ${newestFirst}`,
  ),
];
