// Turns one cell of a file (text from CSV, number or text from JSON) into a number or a time.
// Says NaN for "not one"; the reasons given to people are made elsewhere, only for the rows that are refused.
import type { TimeForm } from "./epoch-unit.ts";
import { parseTimeText } from "./time-text.ts";

/** Longest text taken for a number; a double needs 24 characters at most, exchanges send up to about 30. */
export const LONGEST_NUMBER = 40;

const BLANK = 32;
const LOWER_CASE = 32;
const LETTER_B = 98;
const LETTER_O = 111;
const LETTER_X = 120;

/**
 * @returns the number in a cell, NaN where there is none. Stricter than `Number`: no empty text, no hexadecimal, no
 * "Infinity", nothing longer than LONGEST_NUMBER.
 */
export function cellNumber(cell: unknown): number {
  if (typeof cell === "number") return Number.isFinite(cell) ? cell : Number.NaN;
  if (typeof cell !== "string" || cell.length === 0 || cell.length > LONGEST_NUMBER) return Number.NaN;
  if (cell.charCodeAt(0) <= BLANK || cell.charCodeAt(cell.length - 1) <= BLANK) {
    const trimmed = cell.trim();
    return trimmed.length === cell.length ? Number.NaN : cellNumber(trimmed);
  }
  // 0x10, 0b1 and 0o7 are numbers to JavaScript and misprints in a price file.
  const second = cell.charCodeAt(1) | LOWER_CASE;
  if (second === LETTER_X || second === LETTER_B || second === LETTER_O) return Number.NaN;
  const value = Number(cell);
  return Number.isFinite(value) ? value : Number.NaN;
}

/** @returns a cell's time in microseconds since 1970, NaN where it is none in this form. */
export function cellTime(cell: unknown, form: TimeForm): number {
  if (form === "text") return typeof cell === "string" ? parseTimeText(cell.trim()) : Number.NaN;
  if (form === "date number") {
    return parseTimeText(
      typeof cell === "number" ? String(cell) : typeof cell === "string" ? cell.trim() : "",
    );
  }
  const value = cellNumber(cell);
  switch (form) {
    case "s":
      return Math.round(value * 1_000_000);
    case "ms":
      return Math.round(value * 1_000);
    case "us":
      return Math.round(value);
    case "ns":
      return Math.round(value / 1_000);
  }
}
