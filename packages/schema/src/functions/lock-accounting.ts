// Lock accounting: what a session that takes fills back locks before it touches them, in the order in which the accounting
// locks: strategies, then positions, each by key, then fills. An UPDATE alone holds its fill before any trigger runs, and
// may wait in a circle with a late fill of the same position, or with another bust.
import { sqlFunction } from "../repeatable-object.ts";

/**
 * Locks the strategies and positions of fills until the transaction ends; of several, give all in one call. Any row lock
 * on strategies asks for UPDATE there, so this has the owner's rights, for whoever may update `busted_at` of trades.
 */
export const lockAccounting = sqlFunction(
  "lock_accounting",
  "uuid[]",
  /* sql */ `
create or replace function lock_accounting(trade_ids uuid[]) returns void
language plpgsql
security definer
set search_path = public, pg_temp
-- Each id says which chunk its fill lies in; a generic plan would carry all of them.
set plan_cache_mode = force_custom_plan
as $$
declare
  -- Who calls: in here the current user is the owner.
  caller constant name := coalesce(nullif(current_setting('role'), 'none'), session_user);
  trade_id uuid;
  of_fill record;
  owners uuid[] := '{}';
  touched uuid[] := '{}';
begin
  if not has_column_privilege(caller, 'trades'::regclass, 'busted_at', 'UPDATE') then
    raise exception 'Role % may not take fills back, so it has nothing to lock.', caller
      using errcode = 'insufficient_privilege', table = 'trades', column = 'busted_at';
  end if;
  foreach trade_id in array trade_ids loop
    select t.strategy_id, t.account, t.exchange, t.symbol into of_fill
    from trades t
    where t.id = trade_id and t.executed_at >= uuid_extract_timestamp(trade_id)
      and t.executed_at < uuid_extract_timestamp(trade_id) + interval '1 millisecond';
    owners := array_append(owners, of_fill.strategy_id);
    touched := touched || array(
      select p.id from positions p
      where (p.strategy_id = of_fill.strategy_id or (of_fill.strategy_id is null and p.strategy_id is null))
        and p.account = of_fill.account and p.exchange = of_fill.exchange and p.symbol = of_fill.symbol
    );
  end loop;
  perform from strategies where id = any(owners) order by id for no key update;
  perform from positions where id = any(touched) order by strategy_id, account, exchange, symbol for no key update;
end
$$`,
);
