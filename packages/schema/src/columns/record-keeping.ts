// How long a record must stay: seven years from its time, or from its recording where that came later, and longer where
// `retain_until` says so (a swap's life and more, a legal hold). The delete guard of packages/schema/src/triggers reads
// the same facts.
import { type SQL, sql } from "drizzle-orm";
import { type AnyPgColumn, date } from "drizzle-orm/pg-core";
import { instant } from "./instant.ts";

/**
 * Years every order, event, fill, snapshot and audit record is kept at least. MiFID II Article 16(7) asks for
 * five and up to seven, SEC rule 17a-4 for six.
 */
export const retentionYears = 7;

/** When the database wrote the row: its own clock, whatever the caller gives (triggers/record-keeping.ts). */
export const recordedAt = () =>
  instant("recorded_at")
    .notNull()
    .default(sql`clock_timestamp()`);

/**
 * A later end of keeping than the table's own; NULL where the table's seven years are enough. UTC date. Once set it is
 * only ever set later.
 */
export const retainUntil = () => date("retain_until", { mode: "string" });

/** The condition that `retain_until` only ever lengthens; a hold without end is a far date, since 'infinity' is none. */
export function lengthensRetention(column: AnyPgColumn, time: AnyPgColumn): SQL {
  return sql`${column} >= (${time} at time zone 'UTC')::date + interval '${sql.raw(String(retentionYears))} years' and isfinite(${column})`;
}
