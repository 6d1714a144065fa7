// Open orders upkeep: the working set of orders, changed once per statement by exactly what the statement changed; and its
// rebuild, for the owner, after one of its triggers had been missing, disabled or different.
import { ownersTriggerFunction, sqlFunction } from "../repeatable-object.ts";
import { workingOrderStatuses } from "../vocabulary/order-status.ts";
import { beginMaintenance, endMaintenance } from "./written-by-caller.ts";

const working = workingOrderStatuses.map((status) => `'${status}'`).join(", ");
const copied = "account, strategy_id, exchange, symbol, side, client_order_id, venue_order_id, expires_at";

export const listOpenOrders = ownersTriggerFunction(
  "list_open_orders",
  /* sql */ `
begin
  -- In the order of the names, so that two sessions that submit the same ones never wait in a circle.
  insert into open_orders (order_id, created_at, ${copied})
  select id, created_at, ${copied} from new_orders where status in (${working})
  order by account, exchange, client_order_id;
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
    expires_at = n.expires_at,
    former_client_order_ids = case when n.client_order_id = w.client_order_id then w.former_client_order_ids
      else array_append(w.former_client_order_ids, w.client_order_id) end
  from new_orders n
  where w.order_id = n.id
    and (w.strategy_id, w.client_order_id, w.venue_order_id, w.expires_at)
      is distinct from (n.strategy_id, n.client_order_id, n.venue_order_id, n.expires_at);
  -- One that lost a fill to a bust works again.
  insert into open_orders (order_id, created_at, ${copied}, reopening)
  select id, created_at, ${copied}, 1 + (hashtext(id::text) & 2147483646) from new_orders n
  where status in (${working}) and not exists (select from open_orders w where w.order_id = n.id)
  order by account, exchange, client_order_id;
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

/** Gives the number of open orders. Reads every order; keeps writers of orders out while it runs. */
export const rebuildOpenOrders = sqlFunction(
  "rebuild_open_orders",
  "",
  /* sql */ `
create or replace function rebuild_open_orders() returns bigint
language plpgsql
set search_path = public, pg_temp
as $$
declare
  open bigint;
begin
  lock table orders in share row exclusive mode;
  ${beginMaintenance}
  delete from open_orders;
  -- Of two of one name the older one may have been let in after a bust; nobody knows any more which.
  insert into open_orders (order_id, created_at, ${copied}, reopening)
  select id, created_at, ${copied},
    case when row_number() over (partition by account, exchange, client_order_id order by created_at desc, id desc) = 1
      then 0 else 1 + (hashtext(id::text) & 2147483646) end
  from orders where status in (${working});
  get diagnostics open = row_count;
  ${endMaintenance}
  return open;
end
$$
--> statement-breakpoint
revoke execute on function rebuild_open_orders() from public`,
);
