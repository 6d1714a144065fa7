// Days of the calendar, without a time.
import { refuseLonger } from "./instant-field.ts";
import { objectField } from "./object-field.ts";
import { refusal, refusalBecause } from "./refuse.ts";

/** A day: a PlainDate or text such as 2026-01-31. @throws {InvalidInputError} naming the field */
export function dayField(field: string, value: unknown): Temporal.PlainDate {
  if (value instanceof Temporal.PlainDate) return value.withCalendar("iso8601");
  if (typeof value === "string" && /^\d{4}-\d\d-\d\d$/u.test(value)) {
    try {
      return Temporal.PlainDate.from(value, { overflow: "reject" });
    } catch {
      throw refusal(field, value, "a day of the calendar");
    }
  }
  throw refusal(field, value, "a Temporal.PlainDate or a day such as 2026-01-31");
}

/** Days of UTC, both included; as a PlainDate or "2026-01-31". */
export interface DayRange {
  /** First day that counts. */
  readonly firstDay: Temporal.PlainDate | string;
  /** Last day that counts. */
  readonly lastDay: Temporal.PlainDate | string;
}

/** Longest range, in days: a hundred years and some. */
const MOST_DAYS = 40_000;

/** @throws {InvalidInputError} naming the field; also where the range ends before it begins, or is longer than 40,000 days */
export function dayRange(range: DayRange): {
  /** First day that counts. */
  readonly firstDay: Temporal.PlainDate;
  readonly lastDay: Temporal.PlainDate;
} {
  const given = objectField("range", range);
  const firstDay = dayField("firstDay", given.firstDay);
  const lastDay = dayField("lastDay", given.lastDay);
  const length = firstDay.until(lastDay).days;
  if (length < 0) {
    throw refusalBecause(
      "lastDay",
      `the range ends on ${lastDay.toString()}, before it begins on ${firstDay.toString()}.`,
    );
  }
  // Both ends count.
  refuseLonger("lastDay", length + 1, MOST_DAYS);
  return { firstDay, lastDay };
}
