// Days of the calendar, without a time.
import { refusal } from "./refuse.ts";

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
