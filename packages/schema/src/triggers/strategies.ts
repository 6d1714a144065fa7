// Triggers of strategies: versions counted, totals guarded, configuration changes audited.
import { sqlTrigger } from "../repeatable-object.ts";
import { strategies } from "../tables/strategies.ts";
import { immutableColumns, storedColumns } from "./immutable-columns.ts";

const totals = [
  "total_trades",
  "winning_trades",
  "losing_trades",
  "gross_profit",
  "gross_loss",
  "total_fees",
];
const configuration = storedColumns(strategies, [...totals, "version", "updated_at"]);
const row = (side: "old" | "new", columns: readonly string[]) =>
  columns.map((column) => `${side}.${column}`).join(", ");

export const strategyTriggers = [
  immutableColumns(strategies, ["id", "created_at"], "a strategy keeps its identity; make another."),
  sqlTrigger(
    "strategies",
    "a_version_counted",
    /* sql */ `
before insert on strategies
for each row when (new.version <> 1)
execute function refuse_change('strategies', 'strategies_version_counted', 'the version is counted here; leave it out.')`,
  ),
  sqlTrigger(
    "strategies",
    "a_whole_history",
    /* sql */ `
before delete on strategies
for each row
execute function require_whole_history()`,
  ),
  sqlTrigger(
    "strategies",
    "a_guard_new_totals",
    /* sql */ `
before insert on strategies
for each row when ((${row("new", totals)}) is distinct from (0, 0, 0, 0, 0, 0))
execute function guard_totals()`,
  ),
  sqlTrigger(
    "strategies",
    "b_guard_totals",
    /* sql */ `
before update of ${totals.join(", ")} on strategies
for each row when ((${row("old", totals)}) is distinct from (${row("new", totals)}))
execute function guard_totals()`,
  ),
  sqlTrigger(
    "strategies",
    "b_keep_version",
    /* sql */ `
before update of version on strategies
for each row when (new.version <> old.version)
execute function keep_version()`,
  ),
  sqlTrigger(
    "strategies",
    "b_restate_totals",
    /* sql */ `
before update of base_currency on strategies
for each row when (new.base_currency <> old.base_currency)
execute function restate_totals()`,
  ),
  sqlTrigger(
    "strategies",
    "c_count_version",
    /* sql */ `
before update on strategies
for each row when ((${row("old", configuration)}) is distinct from (${row("new", configuration)}))
execute function count_strategy_version()`,
  ),
  // Triggers fire by name, and those of foreign keys are called RI_...: this one comes before them.
  sqlTrigger(
    "strategies",
    "A_part_with_records",
    /* sql */ `
after delete on strategies
for each row
execute function part_with_records()`,
  ),
  // After the curves have gone by foreign key, which waits for whoever is adding to one.
  sqlTrigger(
    "strategies",
    "e_part_with_strategy",
    /* sql */ `
after delete on strategies
for each row
execute function part_with_strategy()`,
  ),
  sqlTrigger(
    "strategies",
    "d_audit",
    /* sql */ `
after insert or delete or update of ${configuration.join(", ")} on strategies
for each row
execute function audit_row('strategies', 'updated_at', 'total_realized_pnl', ${totals.map((column) => `'${column}'`).join(", ")})`,
  ),
];
