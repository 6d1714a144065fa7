// Triggers of market_data: the series catalogue kept in step, once per statement. A DELETE has no transition table here:
// TimescaleDB refuses one on a table with columnstore, so a row trigger counts what goes.
import { sqlTrigger } from "../repeatable-object.ts";
import { marketData } from "../tables/market-data.ts";
import { reportedColumns } from "../functions/bar-revisions.ts";
import { immutableColumns } from "./immutable-columns.ts";

const reported = (side: "old" | "new") => reportedColumns.map((column) => `${side}.${column}`).join(", ");

export const marketDataTriggers = [
  immutableColumns(
    marketData,
    ["exchange", "symbol", "timeframe", "time"],
    "a bar stays in its place; delete it and insert another.",
  ),
  // Bars that only get other indicators pass by the WHEN clause without a call.
  sqlTrigger(
    "market_data",
    "a_date_revision",
    /* sql */ `
before update of ${reportedColumns.join(", ")}, ingested_at on market_data
for each row when ((${reported("old")}, old.ingested_at) is distinct from (${reported("new")}, new.ingested_at))
execute function date_revision()`,
  ),
  sqlTrigger(
    "market_data",
    "b_catalogue_new",
    /* sql */ `
after insert on market_data
referencing new table as new_bars
for each statement
execute function catalogue_new_bars()`,
  ),
  sqlTrigger(
    "market_data",
    "b_mark_copied",
    /* sql */ `
after insert on market_data
referencing new table as new_bars
for each statement
execute function mark_copied_bars()`,
  ),
  sqlTrigger(
    "market_data",
    "c_catalogue_changed",
    /* sql */ `
after update on market_data
referencing old table as old_bars new table as new_bars
for each statement
execute function catalogue_changed_bars()`,
  ),
  sqlTrigger(
    "market_data",
    "c_record_revisions",
    /* sql */ `
after update on market_data
referencing old table as old_bars new table as new_bars
for each statement
execute function record_revisions()`,
  ),
  sqlTrigger(
    "market_data",
    "d_record_deleted",
    /* sql */ `
after delete on market_data
for each row
execute function record_deleted_bar()`,
  ),
  sqlTrigger(
    "market_data",
    "d_queue_deleted",
    /* sql */ `
after delete on market_data
for each row
execute function queue_deleted_bar()`,
  ),
  sqlTrigger(
    "market_data",
    "d_catalogue_deleted",
    /* sql */ `
after delete on market_data
for each statement
execute function catalogue_deleted_bars()`,
  ),
  sqlTrigger(
    "market_data",
    "e_forget_series",
    /* sql */ `
after truncate on market_data
for each statement
execute function forget_series()`,
  ),
];
