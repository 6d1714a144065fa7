// The triggers that keep rows of record for their years: no early delete, no truncate, no shorter keeping, no moment of
// recording but the database's.
import { type RepeatableObject, sqlTrigger } from "../repeatable-object.ts";

/**
 * Keeps the rows of a table until their years, counted from `timeColumn`, are over; `when` narrows which deletes
 * are looked at.
 */
export function keepsRecords(table: string, timeColumn: string, when?: string): RepeatableObject[] {
  return [kept(table, [timeColumn], when), neverTruncated(table), keptLonger(table)];
}

/**
 * The same, counted from `recorded_at` where that is later: so a row dated back by its caller stays as long as any. A
 * backfill of old rows is kept from its recording.
 */
export function keepsRecordsSinceRecording(table: string, timeColumn: string): RepeatableObject[] {
  return [
    kept(table, [timeColumn, "recorded_at"]),
    neverTruncated(table),
    keptLonger(table),
    sqlTrigger(
      table,
      "a_recorded_now",
      // The default lies between the two, so an insert without the column pays no call.
      /* sql */ `
before insert on ${table}
for each row when (new.recorded_at < now() or new.recorded_at > clock_timestamp())
execute function record_now()`,
    ),
  ];
}

function kept(table: string, timeColumns: readonly string[], when?: string): RepeatableObject {
  return sqlTrigger(
    table,
    "a_kept",
    /* sql */ `
before delete on ${table}
for each row${when === undefined ? "" : ` when (${when})`}
execute function refuse_early_delete(${[table, ...timeColumns].map((argument) => `'${argument}'`).join(", ")})`,
  );
}

function neverTruncated(table: string): RepeatableObject {
  return sqlTrigger(
    table,
    "a_never_truncated",
    /* sql */ `
before truncate on ${table}
for each statement
execute function refuse_change('${table}', '${table}_never_truncated', 'its rows are kept for years and leave one by one.')`,
  );
}

function keptLonger(table: string): RepeatableObject {
  return sqlTrigger(
    table,
    "a_kept_longer",
    /* sql */ `
before update of retain_until on ${table}
for each row when (old.retain_until is not null and coalesce(new.retain_until < old.retain_until, true))
execute function refuse_change('${table}', '${table}_retain_until_lengthens', 'retain_until is only ever set later.')`,
  );
}
