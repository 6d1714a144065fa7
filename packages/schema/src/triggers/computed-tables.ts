// Tables the database writes by itself, from what callers write elsewhere: a statement of a caller's own is
// refused, so what they say is always what their sources say.
import { type RepeatableObject, sqlTrigger } from "../repeatable-object.ts";
import { writtenByCaller } from "../functions/written-by-caller.ts";

/** Refuses `events` on `table` unless a trigger does them; `advice` says where the rows come from. */
const writtenByTriggers = (table: string, events: string, advice: string): RepeatableObject =>
  sqlTrigger(
    table,
    "a_computed",
    /* sql */ `
before ${events} on ${table}
for each statement when (${writtenByCaller(`'${table}'::regclass`, 0)})
execute function refuse_change('${table}', '${table}_computed', '${advice}')`,
  );

export const computedTableTriggers = [
  writtenByTriggers("positions", "insert or update or delete or truncate", "positions follow from trades."),
  writtenByTriggers(
    "strategy_daily_performance",
    "insert or update or delete or truncate",
    "the roll-up follows from trades.",
  ),
  writtenByTriggers(
    "portfolio_curves",
    "insert or update or delete or truncate",
    "curves follow from portfolio_snapshots.",
  ),
  writtenByTriggers(
    "market_series",
    "insert or update or delete or truncate",
    "the catalogue follows from market_data.",
  ),
  writtenByTriggers(
    "market_data_deletions",
    "update or delete or truncate",
    "it empties itself with each delete from market_data.",
  ),
  // Who may empty market_data at once may also say which bars went with a chunk: dropping one fires no trigger.
  sqlTrigger(
    "market_data_deletions",
    "b_counted",
    /* sql */ `
before insert on market_data_deletions
for each statement when (pg_trigger_depth() = 0 and not has_table_privilege('public.market_data', 'truncate'))
execute function refuse_change('market_data_deletions', 'market_data_deletions_computed', 'bars are counted as they are deleted from market_data.')`,
  ),
  writtenByTriggers(
    "open_orders",
    "insert or update or delete or truncate",
    "the working set follows from orders.",
  ),
  writtenByTriggers("late_fill_spans", "insert or update or delete or truncate", "spans follow from trades."),
  writtenByTriggers(
    "market_data_revisions",
    "insert or update",
    "revisions follow from changes of market_data.",
  ),
  writtenByTriggers("order_events", "insert", "history follows from orders."),
];
