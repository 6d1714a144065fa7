// Triggers of portfolio_snapshots: the running peak, and snapshots that stay as they were taken.
import { sqlTrigger } from "../repeatable-object.ts";
import { portfolioSnapshots } from "../tables/portfolio-snapshots.ts";
import { immutableColumns, storedColumns } from "./immutable-columns.ts";
import { keepsRecords } from "./record-keeping.ts";
import { writtenByCaller } from "../functions/written-by-caller.ts";

export const portfolioSnapshotTriggers = [
  // A strategy that is deleted takes its snapshots along, by a trigger: one deeper than a delete by hand.
  ...keepsRecords("portfolio_snapshots", "taken_at", writtenByCaller("'portfolio_snapshots'::regclass", 0)),
  // Unless one of them is held for longer: then the strategy stays too.
  sqlTrigger(
    "portfolio_snapshots",
    "a_held",
    /* sql */ `
before delete on portfolio_snapshots
for each row when (pg_trigger_depth() > 0 and old.retain_until is not null)
execute function refuse_early_delete('portfolio_snapshots')`,
  ),
  immutableColumns(
    portfolioSnapshots,
    storedColumns(portfolioSnapshots, ["peak_equity", "retain_until"]),
    "a snapshot is what was seen at its moment; take another.",
  ),
  sqlTrigger(
    "portfolio_snapshots",
    "b_guard_peak",
    /* sql */ `
before update of peak_equity on portfolio_snapshots
for each row when (old.peak_equity is distinct from new.peak_equity)
execute function guard_peak()`,
  ),
  sqlTrigger(
    "portfolio_snapshots",
    "c_raise_peaks",
    /* sql */ `
after insert on portfolio_snapshots
referencing new table as new_snapshots
for each statement
execute function raise_peaks()`,
  ),
];
