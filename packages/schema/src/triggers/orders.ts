// Triggers of orders: the transition table enforced, every change written to order_events, parents required.
import { type RepeatableObject, sqlTrigger } from "../repeatable-object.ts";
import { orders } from "../tables/orders.ts";
import { finalOrderStatuses } from "../vocabulary/order-status.ts";
import { immutableColumns, storedColumns } from "./immutable-columns.ts";
import { keepsRecords } from "./record-keeping.ts";

/** What makes an order the order it is, from the first moment on. */
const identity = ["id", "created_at", "account", "exchange", "symbol", "side"];

/** What reports and record keeping may still bring once an order is done. The rest are its terms. */
const afterTheEnd = [
  "updated_at",
  "version",
  "status",
  "ended_as",
  "status_reason",
  "last_execution_id",
  "transact_time",
  "filled_quantity",
  "average_fill_price",
  // Guarded for itself: only the foreign key takes an order from its strategy.
  "strategy_id",
  // May be learned late, not changed; see below.
  "venue_order_id",
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
];

/** What a replace the venue reports may change even then: it was in force before the end, or FIX's matrix C.1.c has it. */
const replaceable = ["quantity", "limit_price", "stop_price", "trailing_offset", "client_order_id"];
const kept = storedColumns(orders, [...identity, ...afterTheEnd, ...replaceable]);
const final = finalOrderStatuses.map((status) => `'${status}'`).join(", ");
const rowOf = (side: "old" | "new", columns: readonly string[]) =>
  columns.map((column) => `${side}.${column}`).join(", ");

/** A trigger that keeps the working set: while it was off, orders came and went unseen. */
const listing = (...trigger: Parameters<typeof sqlTrigger>): RepeatableObject => ({
  ...sqlTrigger(...trigger),
  afterwards: "SELECT rebuild_open_orders()",
});

export const orderTriggers = [
  ...keepsRecords("orders", "created_at"),
  immutableColumns(
    orders,
    identity,
    "an order stays in its account, on its instrument and side; cancel it and place another.",
  ),
  sqlTrigger(
    "orders",
    "a_terms_final",
    /* sql */ `
before update of ${[...replaceable, ...kept].join(", ")}, venue_order_id on orders
for each row when (
  old.status in (${final})
  and (
    (${rowOf("old", kept)}) is distinct from (${rowOf("new", kept)})
    or (${rowOf("old", replaceable)}, coalesce(old.venue_order_id, new.venue_order_id))
      is distinct from (${rowOf("new", replaceable)}, new.venue_order_id)
      -- By a report alone, which another execution id and the venue's time tell.
      and (old.status = 'rejected' or new.transact_time is null
        or coalesce(new.last_execution_id, old.last_execution_id) is not distinct from old.last_execution_id)))
execute function refuse_change('orders', 'orders_terms_final', 'an order that is done keeps its terms, but for a replace that is reported; place another.')`,
  ),
  sqlTrigger(
    "orders",
    "a_updated_at_creation",
    // The default, in a transaction older than the order or on a server whose clock is behind the caller's.
    /* sql */ `
before insert on orders
for each row when (new.updated_at = now() and new.updated_at < new.created_at)
execute function update_at_creation()`,
  ),
  sqlTrigger(
    "orders",
    "a_version_counted",
    /* sql */ `
before insert on orders
for each row when (new.version <> 1)
execute function refuse_change('orders', 'orders_version_counted', 'the version is counted here; leave it out.')`,
  ),
  sqlTrigger(
    "orders",
    "b_guard",
    /* sql */ `
before update on orders
for each row
execute function guard_order()`,
  ),
  sqlTrigger(
    "orders",
    "b_guard_busted",
    /* sql */ `
before update of status on orders
for each row when (old.status = 'filled' and new.status <> 'filled')
execute function guard_busted_order()`,
  ),
  sqlTrigger(
    "orders",
    "c_record_new",
    /* sql */ `
after insert on orders
referencing new table as new_orders
for each statement
execute function record_new_orders()`,
  ),
  sqlTrigger(
    "orders",
    "d_record_changed",
    /* sql */ `
after update on orders
referencing old table as old_orders new table as new_orders
for each statement
execute function record_changed_orders()`,
  ),
  listing(
    "orders",
    "d_list_open",
    /* sql */ `
after insert on orders
referencing new table as new_orders
for each statement
execute function list_open_orders()`,
  ),
  listing(
    "orders",
    "d_relist_open",
    /* sql */ `
after update on orders
referencing new table as new_orders
for each statement
execute function relist_open_orders()`,
  ),
  listing(
    "orders",
    "d_unlist_open",
    /* sql */ `
after delete on orders
for each row
execute function unlist_open_order()`,
  ),
  sqlTrigger(
    "orders",
    "e_parent_exists",
    /* sql */ `
after insert or update of parent_order_id on orders
deferrable initially deferred
for each row when (new.parent_order_id is not null)
execute function require_order('orders', 'parent_order_id', 'created_at')`,
    true,
  ),
  sqlTrigger(
    "orders",
    "e_parent_acyclic",
    /* sql */ `
after insert or update of parent_order_id on orders
deferrable initially deferred
for each row when (new.parent_order_id is not null)
execute function refuse_order_cycle()`,
    true,
  ),
];
