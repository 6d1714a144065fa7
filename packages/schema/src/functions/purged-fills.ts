// Purged fills: the mark a position keeps of the fills that left the database after their years, so that nothing is
// accounted from a history with a hole in it; and the greatest win and loss a day keeps of them, which are no sums. A statement trigger would need a transition table of deleted rows, which
// TimescaleDB's columnstore refuses; a row's own trigger does without.
import { ownersTriggerFunction, sqlFunction } from "../repeatable-object.ts";
import { beginMaintenance, endMaintenance } from "./written-by-caller.ts";

/** Marks the position of a fill that is deleted. Newest first, a purge changes each position once. */
export const notePurgedFill = ownersTriggerFunction(
  "note_purged_fill",
  /* sql */ `
begin
  update positions p set purged_through = old.executed_at
  where (p.strategy_id = old.strategy_id or (old.strategy_id is null and p.strategy_id is null))
    and p.account = old.account and p.exchange = old.exchange and p.symbol = old.symbol
    and (p.purged_through is null or p.purged_through < old.executed_at);
  if old.strategy_id is not null and old.realized_pnl <> 0 then
    update strategy_daily_performance d
    set purged_largest_win = greatest(d.purged_largest_win, old.realized_pnl),
      purged_largest_loss = greatest(d.purged_largest_loss, -old.realized_pnl)
    where d.strategy_id = old.strategy_id and d.trading_day = (old.executed_at at time zone 'UTC')::date
      and d.account = old.account and d.currency = old.settlement_currency
      and (old.realized_pnl > d.purged_largest_win or -old.realized_pnl > d.purged_largest_loss);
  end if;
  return null;
end`,
);

/**
 * For the owner, before whole chunks are dropped, which fires no trigger: marks each position with the newest of its fills
 * before `older_than`, each day with their extremes, and gives the number of positions marked. In one transaction with the drop.
 */
export const notePurgedFills = sqlFunction(
  "note_purged_fills",
  "timestamp with time zone",
  /* sql */ `
create or replace function note_purged_fills(older_than timestamp with time zone) returns bigint
language plpgsql
set search_path = public, pg_temp
as $$
declare
  marked bigint;
begin
  ${beginMaintenance}
  update positions p set purged_through = greatest(p.purged_through, f.newest)
  from (
    select strategy_id, account, exchange, symbol, max(executed_at) as newest
    from trades
    where executed_at < older_than
    group by strategy_id, account, exchange, symbol
  ) f
  where p.strategy_id is not distinct from f.strategy_id
    and p.account = f.account and p.exchange = f.exchange and p.symbol = f.symbol;
  get diagnostics marked = row_count;
  update strategy_daily_performance d
  set purged_largest_win = greatest(d.purged_largest_win, f.highest),
    purged_largest_loss = greatest(d.purged_largest_loss, -f.lowest)
  from (
    select strategy_id, (executed_at at time zone 'UTC')::date as day, account, settlement_currency as currency,
      max(realized_pnl) as highest, min(realized_pnl) as lowest
    from trades
    where executed_at < older_than and strategy_id is not null and realized_pnl <> 0
    group by strategy_id, day, account, settlement_currency
  ) f
  where d.strategy_id = f.strategy_id and d.trading_day = f.day and d.account = f.account and d.currency = f.currency
    and (f.highest > d.purged_largest_win or -f.lowest > d.purged_largest_loss);
  ${endMaintenance}
  return marked;
end
$$
--> statement-breakpoint
revoke execute on function note_purged_fills(timestamp with time zone) from public`,
);
