// Identity of a time-series row: a UUIDv7 made by the caller, with the row's own time inside. A look-up by id
// alone can so derive its time and touch one chunk, and a retry with the same id is harmless.
import { sql } from "drizzle-orm";
import { type AnyPgColumn, check, uuid } from "drizzle-orm/pg-core";

/** The id column; with `idHoldsTime` beside it and a primary key of (id, time). */
export const timeOrderedId = () => uuid("id").notNull();

/** The check that the id is a UUIDv7 and holds the row's time to the millisecond. Source: RFC 9562, section 5.7. */
export function idHoldsTime(name: string, id: AnyPgColumn, time: AnyPgColumn) {
  return check(
    name,
    // coalesce: uuid_extract_* give NULL for other versions, and a NULL check passes.
    sql`coalesce(uuid_extract_version(${id}) = 7 and uuid_extract_timestamp(${id}) = date_trunc('milliseconds', ${time}), false)`,
  );
}
