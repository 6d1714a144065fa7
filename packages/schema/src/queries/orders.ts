// What is asked of orders. The working set is open-orders.ts, their history order-events.ts.
import { behindCursor } from "./behind-cursor.ts";
import { catalogued } from "./catalogued-query.ts";
import { openOrderQueries } from "./open-orders.ts";
import { orderEventQueries } from "./order-events.ts";
import { selectList } from "./select-list.ts";
import { earlyFillDays, usualFillDays } from "./usual-fills.ts";

/** Every column of orders, in the table's order. */
export const orderColumns = [
  "id",
  "created_at",
  "updated_at",
  "version",
  "account",
  "strategy_id",
  "parent_order_id",
  "exchange",
  "symbol",
  "client_order_id",
  "venue_order_id",
  "side",
  "type",
  "time_in_force",
  "expires_at",
  "status",
  "ended_as",
  "status_reason",
  "last_execution_id",
  "transact_time",
  "quantity",
  "filled_quantity",
  "remaining_quantity",
  "average_fill_price",
  "limit_price",
  "stop_price",
  "trailing_offset",
  "display_quantity",
  "minimum_quantity",
  "reduce_only",
  "post_only",
  "submitted_at",
  "source",
  "venue_mic",
  "instrument_isin",
  "client_id",
  "investment_decision_algorithm_id",
  "execution_algorithm_id",
  "decision_maker_id",
  "non_executing_broker_id",
  "trading_capacity",
  "short_selling_indicator",
  "direct_electronic_access",
  "liquidity_provision",
  "self_execution_prevention",
  "retain_until",
] as const;

const order = selectList(orderColumns);

/** An id holds its row's time, so one chunk is touched. */
const ofId = `id = :id
  and created_at >= uuid_extract_timestamp(:id)
  and created_at < uuid_extract_timestamp(:id) + interval '1 millisecond'`;

const newestFirst = `${behindCursor("created_at")}
order by created_at desc, id desc limit :limit`;

/**
 * The few orders of a name. `offset 0` keeps their order out of the choice of the index: over many chunks the newest first is cheap to begin
 * with, and the planner went through each chunk by time, 7 ms of each instead of 0.03 by the name (TimescaleDB 2.29.2).
 */
const named = (where: string): string => `select * from (
  select ${order} from orders where ${where} and ${behindCursor("created_at")} offset 0
) named
order by "createdAt" desc, id desc limit :limit`;

/**
 * Fills of one order: those of the week after it, and those within the span of its late ones (late_fill_spans). The clocks of venue and
 * caller differ, so a fill may bear a time before its order's.
 */
const fillsOfOrder = (columns: string, condition: string): string => `
  select ${columns} from trades
  where order_id = :orderId and executed_at >= uuid_extract_timestamp(:orderId) - interval '${earlyFillDays} day'
    and executed_at <= uuid_extract_timestamp(:orderId) + interval '${usualFillDays} days' and ${condition}
  union all
  select ${columns} from trades
  where order_id = :orderId and executed_at >= :from and executed_at <= :to and ${condition}`;

export const orderQueries = [
  catalogued(
    "orders.get",
    "trade_history",
    ["orders_pkey"],
    `select ${order} from orders
where ${ofId}`,
  ),
  catalogued(
    "orders.find_by_client_order_id",
    "trade_history",
    ["orders_client_order_id_idx"],
    named("account = :account and exchange = :exchange and client_order_id = :clientOrderId"),
  ),
  catalogued(
    "orders.find_by_venue_order_id",
    "trade_history",
    ["orders_venue_order_id_idx"],
    named("exchange = :exchange and venue_order_id = :venueOrderId"),
  ),
  catalogued(
    "orders.list_by_id",
    "trade_history",
    ["orders_pkey"],
    // Ids of orders made within [from, to]: the chunks of that stretch and no others.
    `select ${order} from orders
where id = any(:ids) and created_at >= :from and created_at <= :to
order by created_at desc, id desc`,
  ),
  catalogued(
    "orders.list_by_strategy",
    "trade_history",
    ["orders_strategy_created_at_idx"],
    `select ${order} from orders
where strategy_id = :strategyId and ${newestFirst}`,
  ),
  catalogued(
    "orders.list_by_account",
    "trade_history",
    ["orders_account_created_at_idx"],
    `select ${order} from orders
where account = :account and ${newestFirst}`,
  ),
  catalogued(
    "orders.list_by_symbol",
    "trade_history",
    ["orders_symbol_created_at_idx"],
    `select ${order} from orders
where exchange = :exchange and symbol = :symbol and ${newestFirst}`,
  ),
  catalogued(
    "orders.list_children",
    "trade_history",
    ["orders_parent_idx"],
    `select ${order} from orders
where parent_order_id = :orderId and created_at >= :from and (created_at, id) > (:from, :cursorId)
order by created_at, id limit :limit`,
  ),
  catalogued(
    "orders.list_rejected",
    "operations",
    ["orders_rejected_idx"],
    `select ${order} from orders where status = 'rejected' and ${newestFirst}`,
  ),
  catalogued(
    "late_fill_spans.get",
    "trade_history",
    ["late_fill_spans_pkey"],
    `select first_executed_at as "from", last_executed_at as "to" from late_fill_spans where order_id = :orderId`,
  ),
  catalogued(
    "orders.filled_by_trades",
    "trade_history",
    ["trades_order_idx"],
    `select coalesce(sum(quantity), 0) as "filledQuantity",
  trim_scale(sum(quantity * price) / nullif(sum(quantity), 0)) as "averageFillPrice"
from (${fillsOfOrder("quantity, price", "busted_at is null")}) fills`,
  ),
  catalogued(
    "orders.list_fill",
    "trade_history",
    ["trades_order_idx"],
    // A fill with its corrections; several, where the venue starts its trade ids again while the order works. One more than
    // is taken, so that whoever asks sees where there are too many.
    `select id, executed_at as "executedAt", busted_at as "bustedAt"
from (${fillsOfOrder("id, executed_at, busted_at, correction", "exchange_trade_id = :exchangeTradeId")}) fills
order by executed_at, correction limit 1001`,
  ),
  ...openOrderQueries,
  ...orderEventQueries,
];
