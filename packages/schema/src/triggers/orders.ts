// Triggers of orders: the transition table enforced, every change written to order_events, parents required.
import { sqlTrigger } from "../repeatable-object.ts";
import { orders } from "../tables/orders.ts";
import { immutableColumns } from "./immutable-columns.ts";
import { keepsRecords } from "./record-keeping.ts";

export const orderTriggers = [
  ...keepsRecords("orders", "created_at"),
  immutableColumns(
    orders,
    ["id", "created_at", "account", "exchange", "symbol", "side"],
    "an order stays in its account, on its instrument and side; cancel it and place another.",
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
  sqlTrigger(
    "orders",
    "e_parent_exists",
    /* sql */ `
after insert or update of parent_order_id on orders
deferrable initially deferred
for each row when (new.parent_order_id is not null)
execute function require_order('orders', 'parent_order_id')`,
    true,
  ),
];
