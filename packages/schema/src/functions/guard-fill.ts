// What may change on a fill, whoever writes it: a trigger for each row. Not the accounting that follows (fill-accounting.ts).
import { callersTriggerFunction } from "../repeatable-object.ts";
import { writtenByCaller } from "./written-by-caller.ts";

/** Guards what may change on a fill: a bust and its reason, once; a payload that was missing; nothing that is computed. */
export const guardFill = callersTriggerFunction(
  "guard_fill",
  /* sql */ `
begin
  if old.busted_at is not null and new.busted_at is distinct from old.busted_at then
    raise exception 'Trade % is busted; that cannot be taken back.', old.id
      using errcode = 'check_violation', constraint = 'trades_bust_is_final', table = 'trades', column = 'busted_at';
  end if;
  if old.bust_reason is not null and new.bust_reason is distinct from old.bust_reason then
    raise exception 'Trade % has its reason for the bust; that cannot be changed.', old.id
      using errcode = 'check_violation', constraint = 'trades_bust_is_final', table = 'trades', column = 'bust_reason';
  end if;
  if old.raw_payload is not null and new.raw_payload is distinct from old.raw_payload then
    raise exception 'Trade % has its payload; that is filled in once and cannot be changed.', old.id
      using errcode = 'check_violation', constraint = 'trades_immutable', table = 'trades', column = 'raw_payload';
  end if;
  -- Only the foreign key may take a fill from its strategy, when that is deleted.
  if new.strategy_id is distinct from old.strategy_id
    and (new.strategy_id is not null or exists (select from strategies where id = old.strategy_id)) then
    raise exception 'Trade % belongs to its strategy and cannot be moved to another.', old.id
      using errcode = 'check_violation', constraint = 'trades_immutable', table = 'trades', column = 'strategy_id';
  end if;
  if new.busted_at is distinct from old.busted_at or new.strategy_id is distinct from old.strategy_id then
    -- Not accounted any more; the statement trigger does it anew.
    new.realized_pnl := null;
    new.position_quantity := null;
    new.position_cost_basis := null;
  elsif ${writtenByCaller("tg_relid", 1)}
    and (new.realized_pnl, new.position_quantity, new.position_cost_basis)
      is distinct from (old.realized_pnl, old.position_quantity, old.position_cost_basis) then
    raise exception 'realized_pnl, position_quantity and position_cost_basis of trade % are computed and cannot be set.', old.id
      using errcode = 'check_violation', constraint = 'trades_accounting_computed', table = 'trades', column = 'realized_pnl';
  end if;
  return new;
end`,
);
