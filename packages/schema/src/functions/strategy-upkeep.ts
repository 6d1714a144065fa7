// Strategy upkeep: versions counted for every change of configuration, totals kept out of callers' hands.
import { sqlFunction } from "../repeatable-object.ts";

export const countStrategyVersion = sqlFunction(
  "count_strategy_version",
  "",
  /* sql */ `
create or replace function count_strategy_version() returns trigger
language plpgsql
as $$
begin
  new.version := old.version + 1;
  new.updated_at := greatest(clock_timestamp(), old.updated_at);
  return new;
end
$$`,
);

/** Refuses totals set by hand; the roll-up itself runs one trigger deeper. */
export const guardTotals = sqlFunction(
  "guard_totals",
  "",
  /* sql */ `
create or replace function guard_totals() returns trigger
language plpgsql
as $$
begin
  if pg_trigger_depth() = 1 then
    raise exception 'The totals of a strategy are summed up from its trades and cannot be set.'
      using errcode = 'check_violation', constraint = 'strategies_totals_computed', table = 'strategies', column = 'total_trades';
  end if;
  return new;
end
$$`,
);
