// The triggers that keep rows of record for their years: no early delete, no truncate.
import { type RepeatableObject, sqlTrigger } from "../repeatable-object.ts";

/**
 * Keeps the rows of a table until their years, counted from `timeColumn`, are over; `when` narrows which deletes
 * are looked at.
 */
export function keepsRecords(table: string, timeColumn: string, when?: string): RepeatableObject[] {
  return [
    sqlTrigger(
      table,
      "a_kept",
      /* sql */ `
before delete on ${table}
for each row${when === undefined ? "" : ` when (${when})`}
execute function refuse_early_delete('${table}', '${timeColumn}')`,
    ),
    sqlTrigger(
      table,
      "a_never_truncated",
      /* sql */ `
before truncate on ${table}
for each statement
execute function refuse_change('${table}', '${table}_never_truncated', 'its rows are kept for years and leave one by one.')`,
    ),
  ];
}
