// Order lifecycle: the transition table enforced, versions counted, and every change written to order_events in
// the same transaction.
import { retentionYears } from "../columns/record-keeping.ts";
import { earlyFillDays } from "../queries/usual-fills.ts";
import { callersTriggerFunction, ownersTriggerFunction } from "../repeatable-object.ts";
import { refuseWrongMerge } from "./merge-refusal.ts";

export const updateAtCreation = callersTriggerFunction(
  "update_at_creation",
  /* sql */ `
begin
  new.updated_at := new.created_at;
  return new;
end`,
);

export const guardOrder = callersTriggerFunction(
  "guard_order",
  /* sql */ `
begin
  if not order_status_can_become(old.status, new.status) then
    raise exception 'Order % cannot change from % to %.', old.id, old.status, new.status
      using errcode = 'check_violation', constraint = 'orders_status_transition', table = 'orders', column = 'status';
  end if;
  if new.strategy_id is distinct from old.strategy_id
    and (new.strategy_id is not null or exists (select from strategies where id = old.strategy_id)) then
    raise exception 'Order % belongs to its strategy and cannot be moved to another.', old.id
      using errcode = 'check_violation', constraint = 'orders_immutable', table = 'orders', column = 'strategy_id';
  end if;
  new.version := old.version;
  new.remaining_quantity := old.remaining_quantity; -- generated, and not yet there
  if new is not distinct from old then
    return new; -- a report that came twice changes nothing
  end if;
  new.version := old.version + 1;
  if new.updated_at = old.updated_at then
    new.updated_at := greatest(clock_timestamp(), old.updated_at);
  end if;
  return new;
end`,
);

/**
 * A filled order that loses a fill to a bust, or that was replaced for more before it was filled, goes back to what it was before
 * its last fill: what was canceled or expired stays so, what was working is not ended by either. Only its history knows; where that begins with the filled order
 * (an import), any of them may be right. What the venue said ended it counts even where that came after the last fill.
 */
export const guardBustedOrder = ownersTriggerFunction(
  "guard_busted_order",
  /* sql */ `
declare
  before_fill order_status;
begin
  -- Again where there is none: a chunk may have been converted while the first look waited for it (held-chunks.ts).
  for attempt in 1 .. 2 loop
    select from_status into before_fill
    from order_events
    where order_id = old.id and event_time >= old.created_at
      and to_status = 'filled' and from_status is distinct from 'filled'
    order by order_version desc
    limit 1;
    exit when found;
  end loop;
  before_fill := coalesce(new.ended_as, before_fill);
  if new.status <> before_fill and (before_fill in ('canceled', 'expired') or new.status in ('canceled', 'expired')) then
    raise exception 'Order % was % before it was filled, and cannot be % after a bust or a replace.', old.id, before_fill, new.status
      using errcode = 'check_violation', constraint = 'orders_status_transition', table = 'orders', column = 'status';
  end if;
  return new;
end`,
  // The bound on event_time comes from the row at each call; a generic plan would carry every chunk.
  ["plan_cache_mode = force_custom_plan"],
);

export const recordNewOrders = ownersTriggerFunction(
  "record_new_orders",
  /* sql */ `
begin
  insert into order_events (
    id, event_time, order_id, order_version, type, account, strategy_id, exchange, symbol, client_order_id,
    venue_order_id, execution_id, transact_time, from_status, to_status, reason, quantity, filled_quantity, average_fill_price,
    limit_price, stop_price, trailing_offset, retain_until)
  select
    uuid_v7_at(created_at), created_at, id, version, 'created', account, strategy_id, exchange, symbol, client_order_id,
    venue_order_id, last_execution_id, transact_time, null, status, status_reason, quantity, filled_quantity, average_fill_price,
    limit_price, stop_price, trailing_offset, retain_until
  from new_orders;
  return null;
end`,
);

export const recordChangedOrders = ownersTriggerFunction(
  "record_changed_orders",
  /* sql */ `
begin
  ${refuseWrongMerge("old_orders", "new_orders", "id")}
  if exists (
    select from old_orders o join new_orders n on n.id = o.id and n.created_at = o.created_at
    where n.version <= o.version and n is distinct from o
  ) then
    raise exception 'An order changed and its version did not grow: the change would leave no event.'
      using errcode = 'check_violation', constraint = 'orders_version_counted', table = 'orders', column = 'version',
        hint = 'The trigger b_guard of orders is missing or disabled.';
  end if;
  insert into order_events (
    id, event_time, order_id, order_version, type, account, strategy_id, exchange, symbol, client_order_id,
    venue_order_id, execution_id, transact_time, from_status, to_status, reason, quantity, filled_quantity, average_fill_price,
    limit_price, stop_price, trailing_offset, changes, retain_until)
  select
    uuid_v7_at(n.updated_at), n.updated_at, n.id, n.version,
    case
      when n.filled_quantity > o.filled_quantity then 'filled'
      when n.filled_quantity < o.filled_quantity then 'busted'
      when (n.quantity, n.limit_price, n.stop_price, n.trailing_offset)
        is distinct from (o.quantity, o.limit_price, o.stop_price, o.trailing_offset) then 'replaced'
      -- New terms that are the old ones; of no other report that changes nothing is it kept that it was applied.
      when (n.status, n.ended_as, n.venue_order_id) is not distinct from (o.status, o.ended_as, o.venue_order_id)
        -- A correction of a price changes the average alone.
        and n.average_fill_price is not distinct from o.average_fill_price
        and n.last_execution_id is distinct from o.last_execution_id then 'replaced'
      when n.status = o.status then 'updated'
      when n.status = 'new' then 'accepted'
      when n.status = 'pending_cancel' then 'cancel_requested'
      when n.status = 'pending_replace' then 'replace_requested'
      when n.status in ('canceled', 'rejected', 'expired', 'suspended') then n.status::text
      else 'updated'
    end::order_event_type,
    n.account, n.strategy_id, n.exchange, n.symbol, n.client_order_id, n.venue_order_id, n.last_execution_id,
    n.transact_time, o.status, n.status, n.status_reason, n.quantity, n.filled_quantity, n.average_fill_price,
    n.limit_price, n.stop_price, n.trailing_offset,
    (
      select jsonb_object_agg(after.key, jsonb_build_array(before.value, after.value))
      from jsonb_each(to_jsonb(n)) as after
      join jsonb_each(to_jsonb(o)) as before on before.key = after.key and before.value is distinct from after.value
      where after.key not in ('version', 'updated_at', 'status', 'status_reason', 'filled_quantity', 'remaining_quantity',
        'average_fill_price', 'last_execution_id', 'transact_time')
    ),
    n.retain_until
  from old_orders o
  join new_orders n on n.id = o.id and n.created_at = o.created_at
  where n.version > o.version;
  return null;
end`,
  // The moments in `changes` are text: one form of them, whatever the session's zone.
  // The plan is kept, with the row counts of the first statement: a nested loop would be quadratic for a later,
  // large one.
  ["timezone = 'UTC'", "enable_nestloop = off"],
);

/**
 * Arguments: the table, its column that refers to an order, and its time column. Runs at commit, so parent and child may
 * come in either order.
 */
export const requireOrder = ownersTriggerFunction(
  "require_order",
  /* sql */ `
declare
  wanted uuid := (to_jsonb(new) ->> tg_argv[1])::uuid;
  made_at timestamp with time zone := uuid_extract_timestamp(wanted);
  refers_now uuid;
  is_found boolean;
  ordered record;
begin
  -- Again where there is none: a chunk may have been converted while the first look waited for it (held-chunks.ts).
  for attempt in 1 .. 2 loop
    if made_at > now() - interval '${retentionYears} years' + interval '1 day' then
      -- No lock on the order: it cannot be deleted for years, so it cannot vanish behind the check.
      select account, symbol, side into ordered from orders
      where id = wanted and created_at >= made_at and created_at < made_at + interval '1 millisecond';
    else
      -- One that may be deleted is held until this transaction ends, as a foreign key would hold it.
      begin
        select account, symbol, side into ordered from orders
        where id = wanted and created_at >= made_at and created_at < made_at + interval '1 millisecond'
        for key share;
      exception when feature_not_supported then
        -- TimescaleDB locks no row of its columnstore; there it is only looked up.
        select account, symbol, side into ordered from orders
        where id = wanted and created_at >= made_at and created_at < made_at + interval '1 millisecond';
      end;
    end if;
    is_found := found;
    exit when is_found;
  end loop;
  if is_found then
    -- Not the exchange: a routed order may be filled elsewhere.
    if tg_argv[0] = 'trades' and (to_jsonb(new) ->> 'account', to_jsonb(new) ->> 'symbol', to_jsonb(new) ->> 'side')
      is distinct from (ordered.account, ordered.symbol, ordered.side::text) then
      raise exception 'Trade % is not of the account, symbol and side of its order %: % % % against % % %.', new.id, wanted,
        to_jsonb(new) ->> 'account', to_jsonb(new) ->> 'side', to_jsonb(new) ->> 'symbol', ordered.account, ordered.side, ordered.symbol
        using errcode = 'check_violation', constraint = 'trades_order_matches', table = 'trades', column = 'order_id';
    end if;
    if tg_argv[0] = 'trades' and (to_jsonb(new) ->> 'executed_at')::timestamp with time zone < made_at - interval '${earlyFillDays} day' then
      raise exception 'Trade % was executed at %, more than ${earlyFillDays} day before its order % was made: no look for the fills of an order goes that far back.', new.id, to_jsonb(new) ->> 'executed_at', wanted
        using errcode = 'check_violation', constraint = 'trades_order_before_fill', table = 'trades', column = 'executed_at',
          hint = 'Give the order the time it was made at, in its id too, or record the fill without its order.';
    end if;
    return null;
  end if;
  -- This was asked when the row said so; it may be gone since, or refer to another order, which was asked for itself.
  execute format('select %I from %I where id = $1 and %I = $2', tg_argv[1], tg_argv[0], tg_argv[2])
  into refers_now
  using new.id, (to_jsonb(new) ->> tg_argv[2])::timestamp with time zone;
  if refers_now is distinct from wanted then
    return null;
  end if;
  if current_setting('transaction_isolation') in ('repeatable read', 'serializable') then
    raise exception '% %: % refers to order %, which is not among what this transaction sees; it may have been recorded since it began.', tg_argv[0], new.id, tg_argv[1], wanted
      using errcode = 'serialization_failure', constraint = tg_argv[0] || '_' || tg_argv[1] || '_exists',
        table = tg_argv[0], column = tg_argv[1], hint = 'Try the transaction again.';
  end if;
  raise exception '% %: % refers to order %, which does not exist.', tg_argv[0], new.id, tg_argv[1], wanted
    using errcode = 'foreign_key_violation', constraint = tg_argv[0] || '_' || tg_argv[1] || '_exists',
      table = tg_argv[0], column = tg_argv[1];
end`,
  // The bound on created_at comes from the id at each call; a generic plan would carry every chunk. A moment goes
  // through text in one style, whatever the session's.
  ["plan_cache_mode = force_custom_plan", "datestyle = 'ISO'", "timezone = 'UTC'"],
);
