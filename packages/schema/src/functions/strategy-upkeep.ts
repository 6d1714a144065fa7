// Strategy upkeep: versions counted for every change of configuration, totals kept out of callers' hands and in the
// base currency, and no deletion that the accounting could not follow.
import { callersTriggerFunction, ownersTriggerFunction } from "../repeatable-object.ts";
import { declareLimit, withoutLimit } from "./out-of-columns.ts";
import { writtenByCaller } from "./written-by-caller.ts";

export const countStrategyVersion = callersTriggerFunction(
  "count_strategy_version",
  /* sql */ `
begin
  new.version := old.version + 1;
  new.updated_at := greatest(clock_timestamp(), old.updated_at);
  return new;
end`,
);

/** The version stays as it was counted; `version = version + 1` in an update does no harm. */
export const keepVersion = callersTriggerFunction(
  "keep_version",
  /* sql */ `
begin
  new.version := old.version;
  return new;
end`,
);

/** The totals of another base currency: the roll-up has them all, and this row's lock keeps it still. */
export const restateTotals = ownersTriggerFunction(
  "restate_totals",
  /* sql */ `
begin
  select coalesce(sum(trade_count), 0), coalesce(sum(winning_trades), 0), coalesce(sum(losing_trades), 0),
    coalesce(sum(gross_profit), 0), coalesce(sum(gross_loss), 0), coalesce(sum(fees), 0)
  into new.total_trades, new.winning_trades, new.losing_trades, new.gross_profit, new.gross_loss, new.total_fees
  from strategy_daily_performance
  where strategy_id = new.id and currency = new.base_currency;
  return new;
end`,
);

/** The body of a trigger that changes every row of a strategy, in columns too. */
const changingAllRows = (statements: string): string => /* sql */ `
declare
  ${declareLimit}
begin
  ${withoutLimit(statements)}
  return null;
end`;

/**
 * Takes a deleted strategy from its fills and orders, before the foreign keys do: those of a hypertable change each chunk by
 * itself (2.29.2, 2.31.0), and the accounting and the history of orders, which are told of a statement, would not be told.
 */
export const partWithRecords = ownersTriggerFunction(
  "part_with_records",
  changingAllRows(/* sql */ `update trades set strategy_id = null where strategy_id = old.id;
  update orders set strategy_id = null where strategy_id = old.id;`),
);

/** What foreign keys would do at a deletion: snapshots go along (CASCADE), logs stay without naming it (SET NULL). */
export const partWithStrategy = ownersTriggerFunction(
  "part_with_strategy",
  changingAllRows(/* sql */ `delete from portfolio_snapshots where strategy_id = old.id;
  update system_logs set strategy_id = null where strategy_id = old.id;`),
);

/**
 * What a foreign key would do for the row that names a strategy; the strategy is held until the transaction ends. Arguments:
 * the table, as a row trigger of a hypertable runs under the name of a chunk, and the constraint to name.
 */
export const requireStrategy = ownersTriggerFunction(
  "require_strategy",
  /* sql */ `
begin
  perform from strategies where id = new.strategy_id for key share;
  if not found then
    raise exception 'There is no strategy %.', new.strategy_id using errcode = 'foreign_key_violation',
      table = tg_argv[0], column = 'strategy_id', constraint = tg_argv[1];
  end if;
  return null;
end`,
);

/**
 * Fills of a deleted strategy are accounted anew, without it; that needs all of them, and some may have left the
 * database after their years.
 */
export const requireWholeHistory = ownersTriggerFunction(
  "require_whole_history",
  /* sql */ `
begin
  -- Again where some are missing: a chunk may have been converted while the first look waited for it (held-chunks.ts).
  for attempt in 1 .. 2 loop
    if not exists (
      select from positions p
      where p.strategy_id = old.id and (
        p.purged_through is not null
        or not exists (
          select from trades t
          where t.strategy_id = old.id and t.account = p.account and t.exchange = p.exchange and t.symbol = p.symbol
            and t.executed_at = p.first_fill_at
        )
      )
    ) then
      return old;
    end if;
  end loop;
  raise exception 'Strategy % cannot be deleted: fills of it have left the database, and the others cannot be accounted without them. Archive it instead.', old.id
    using errcode = 'check_violation', constraint = 'strategies_history_kept', table = 'strategies';
end`,
);

/** Refuses totals set by hand; the roll-up itself runs one trigger deeper. */
export const guardTotals = callersTriggerFunction(
  "guard_totals",
  /* sql */ `
begin
  if ${writtenByCaller("tg_relid", 1)} then
    raise exception 'The totals of a strategy are summed up from its trades and cannot be set.'
      using errcode = 'check_violation', constraint = 'strategies_totals_computed', table = 'strategies', column = 'total_trades';
  end if;
  return new;
end`,
);
