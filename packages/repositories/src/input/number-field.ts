// Numbers that are counts or measures, never money.
import { refusal } from "./refuse.ts";

/** A whole number from `least` to `most`. @throws {InvalidInputError} naming the field */
export function wholeNumber(field: string, value: unknown, least: number, most: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw refusal(field, value, `a whole number from ${least} to ${most}`);
}

/** A finite number from `least` to `most`. @throws {InvalidInputError} naming the field */
export function finiteNumber(field: string, value: unknown, least: number, most: number): number {
  if (typeof value === "number" && Number.isFinite(value) && value >= least && value <= most) return value;
  throw refusal(field, value, `a number from ${least} to ${most}`);
}

/** Most rows of one page. */
export const MOST_ROWS = 1_000;

/** Rows of a page: 1 to 1,000; 100 unless given. @throws {InvalidInputError} naming `limit` */
export function pageLimit(value: unknown = 100): number {
  return wholeNumber("limit", value, 1, MOST_ROWS);
}
