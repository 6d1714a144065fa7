// Order ancestry: an order hangs on a parent, which may hang on another, but never on itself, over however many. Judged at
// commit, as parent and child may come in either order.
import { ownersTriggerFunction } from "../repeatable-object.ts";

export const refuseOrderCycle = ownersTriggerFunction(
  "refuse_order_cycle",
  /* sql */ `
declare
  seen uuid[] := '{}';
  next_id uuid := new.id;
  parent_id uuid;
  made_at timestamp with time zone;
begin
  while next_id is not null loop
    if next_id = any(seen) then
      raise exception 'Order % hangs on itself: over its parents it comes back to %.', new.id, next_id
        using errcode = 'check_violation', constraint = 'orders_parent_acyclic', table = 'orders', column = 'parent_order_id';
    end if;
    seen := array_append(seen, next_id);
    made_at := uuid_extract_timestamp(next_id);
    begin
      -- An order that is new has no children but those of its own transaction. One that changes its parent may close a circle
      -- with another that does so at once: held, the two wait for each other, and one is told to try again (40P01).
      if tg_op = 'UPDATE' and cardinality(seen) > 1 then
        select parent_order_id into parent_id from orders
        where id = next_id and created_at >= made_at and created_at < made_at + interval '1 millisecond'
        for share;
      else
        select parent_order_id into parent_id from orders
        where id = next_id and created_at >= made_at and created_at < made_at + interval '1 millisecond';
      end if;
    exception when feature_not_supported then
      -- TimescaleDB locks no row of its columnstore; there it is only looked up.
      select parent_order_id into parent_id from orders
      where id = next_id and created_at >= made_at and created_at < made_at + interval '1 millisecond';
    end;
    next_id := parent_id;
  end loop;
  return null;
end`,
  // The bound on created_at comes from the id at each step; a generic plan would carry every chunk.
  ["plan_cache_mode = force_custom_plan"],
);
