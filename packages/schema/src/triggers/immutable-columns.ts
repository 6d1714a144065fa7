// The trigger that keeps what a row of record says: it fires only when an UPDATE names one of the columns, so the
// updates the database itself makes (computed columns) pay nothing for it.
import { getTableColumns } from "drizzle-orm";
import { getTableConfig, type PgTable } from "drizzle-orm/pg-core";
import { type RepeatableObject, sqlTrigger } from "../repeatable-object.ts";

/** Stored, caller-written columns of a table, by their SQL names, without those in `except`. */
export function storedColumns(table: PgTable, except: readonly string[]): string[] {
  return Object.values(getTableColumns(table))
    .filter((column) => column.generated === undefined && !except.includes(column.name))
    .map((column) => column.name);
}

/** Refuses any change to `columns`; `advice` says what to do instead. */
export function immutableColumns(
  table: PgTable,
  columns: readonly string[],
  advice: string,
): RepeatableObject {
  const name = getTableConfig(table).name;
  const row = (side: "old" | "new") => columns.map((column) => `${side}.${column}`).join(", ");
  return sqlTrigger(
    name,
    "a_immutable",
    /* sql */ `
before update of ${columns.join(", ")} on ${name}
for each row when ((${row("old")}) is distinct from (${row("new")}))
execute function refuse_change('${name}', '${name}_immutable', '${advice}')`,
  );
}
