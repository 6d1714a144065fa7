// A moment in time: timestamptz with microseconds in the database, Temporal.Instant in TypeScript. Never a
// Date, which drops microseconds. Input finer than a microsecond is refused, not rounded.
import { sql } from "drizzle-orm";
import { type AnyPgColumn, check, customType } from "drizzle-orm/pg-core";

/**
 * Column of a moment, microsecond exact.
 *
 * @throws RangeError where an instant carries nanoseconds: timestamptz has none, and RTS 25 granularity is
 * one microsecond (Delegated Regulation (EU) 2017/574).
 */
export const instant = customType<{ data: Temporal.Instant; driverData: string }>({
  dataType: () => "timestamp with time zone",
  toDriver(value) {
    if (value.epochNanoseconds % 1_000n !== 0n) {
      throw new RangeError(`The instant ${value.toString()} is finer than a microsecond.`);
    }
    return value.toString();
  },
  fromDriver: (text) => Temporal.Instant.from(text),
});

/**
 * One named check that moments are finite: PostgreSQL knows `infinity`, which no Temporal.Instant can hold, so one
 * such row could never be read again.
 */
export function finiteInstants(name: string, columns: readonly AnyPgColumn[]) {
  return check(
    name,
    sql.join(
      columns.map((column) => sql`isfinite(${column})`),
      sql` and `,
    ),
  );
}
