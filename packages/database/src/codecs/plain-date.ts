// date <-> Temporal.PlainDate, and days since 2000-01-01 for the binary format. No times.
// Invariant: the ISO calendar day is kept exactly; infinity and years that either side lacks are refused.

import { InvalidInputError } from "../errors/database-error.ts";
import { isoToPostgres, postgresToIso } from "./instant.ts";

const postgresEpoch = Temporal.PlainDate.from("2000-01-01");

/** First day of PostgreSQL's date: 4714-11-24 BC. */
const minimumDays = -2_451_545;

/** Days since 2000-01-01 of a date or of ISO text. @throws {InvalidInputError} for no date, or one before 4714-11-24 BC. */
export function dateToDays(date: Temporal.PlainDate | string): number {
  let day: Temporal.PlainDate;
  try {
    // Text with a time or an offset is refused: which day it means depends on a time zone.
    day = typeof date === "string" ? parseIsoDate(date) : date.withCalendar("iso8601");
  } catch (error) {
    throw new InvalidInputError(`${JSON.stringify(date)} is not a date like 2024-01-31.`, { cause: error });
  }
  const days = postgresEpoch.until(day, { largestUnit: "days" }).days;
  if (days < minimumDays)
    throw new InvalidInputError(`${day.toString()} is before 4714-11-24 BC, the first date held.`);
  return days;
}

function parseIsoDate(text: string): Temporal.PlainDate {
  if (!/^(?:\d{4}|[+-]\d{6})-\d\d-\d\d$/u.test(text)) throw new RangeError("not YYYY-MM-DD");
  return Temporal.PlainDate.from(text, { overflow: "reject" });
}

/** The text of a date as date input, years before Christ included. */
export function encodeDate(date: Temporal.PlainDate): string {
  dateToDays(date);
  return isoToPostgres(date.withCalendar("iso8601").toString());
}

/** Reads date text as the server writes it. @throws {InvalidInputError} for infinity, and for years after 275760. */
export function decodeDate(text: string): Temporal.PlainDate {
  const iso = postgresToIso(text, "date");
  try {
    return Temporal.PlainDate.from(iso);
  } catch (error) {
    throw new InvalidInputError(
      `The database holds the date ${text}, which Temporal.PlainDate cannot hold.`,
      {
        cause: error,
      },
    );
  }
}
