// Records that one call writes, all or none: a list, and how long it may be. One limit for all of them.
import { refusal } from "./refuse.ts";
import { wholeNumber } from "./number-field.ts";

/** Most records of one call that takes a list; more go by copyIn, or in several calls. */
export const MOST_RECORDS = 10_000;

/** @throws {InvalidInputError} naming the field; its length where that is more than 10,000. The records are not looked at. */
export function recordList<Item>(field: string, records: readonly Item[]): readonly Item[] {
  if (!Array.isArray(records)) throw refusal(field, records, `an array of ${field}`);
  wholeNumber(`${field}.length`, records.length, 0, MOST_RECORDS);
  return records;
}
