// Open orders upkeep: the working set of orders, changed once per statement by exactly what the statement changed.
import { ownersTriggerFunction } from "../repeatable-object.ts";
import { workingOrderStatuses } from "../vocabulary/order-status.ts";

const working = workingOrderStatuses.map((status) => `'${status}'`).join(", ");
const copied = "account, strategy_id, exchange, symbol, side, client_order_id, venue_order_id, expires_at";

export const listOpenOrders = ownersTriggerFunction(
  "list_open_orders",
  /* sql */ `
begin
  insert into open_orders (order_id, created_at, ${copied})
  select id, created_at, ${copied} from new_orders where status in (${working});
  return null;
end`,
);

export const relistOpenOrders = ownersTriggerFunction(
  "relist_open_orders",
  /* sql */ `
begin
  delete from open_orders w using new_orders n where w.order_id = n.id and n.status not in (${working});
  update open_orders w
  set strategy_id = n.strategy_id, client_order_id = n.client_order_id, venue_order_id = n.venue_order_id,
    expires_at = n.expires_at
  from new_orders n
  where w.order_id = n.id
    and (w.strategy_id, w.client_order_id, w.venue_order_id, w.expires_at)
      is distinct from (n.strategy_id, n.client_order_id, n.venue_order_id, n.expires_at);
  -- One that lost a fill to a bust works again.
  insert into open_orders (order_id, created_at, ${copied}, reopening)
  select id, created_at, ${copied}, version from new_orders n
  where status in (${working}) and not exists (select from open_orders w where w.order_id = n.id);
  return null;
end`,
  // The plan is kept, with the row counts of the first statement: a nested loop would be quadratic for a later, large one.
  ["enable_nestloop = off"],
);

export const unlistOpenOrder = ownersTriggerFunction(
  "unlist_open_order",
  /* sql */ `
begin
  delete from open_orders where order_id = old.id;
  return null;
end`,
);
