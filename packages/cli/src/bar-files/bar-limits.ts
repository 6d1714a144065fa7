// What a bar must satisfy before the database is asked, and the sentence for each way it can fail.
// The checks run on numbers only; the reasons are made for refused rows, never for good ones.
import { LONGEST_NUMBER } from "./cell-values.ts";
import { shownText } from "./shown-text.ts";

/** Prices and volumes beyond these are misprints: the dearest quotes lie near 1e10, token volumes near 1e18. */
export const LARGEST_PRICE = 1e15;
export const SMALLEST_PRICE = 1e-18;
export const LARGEST_VOLUME = 1e30;
export const LARGEST_COUNT = 2_147_483_647;

const DAY = 86_400_000_000;
/** 1900-01-01T00:00:00Z: what is called a bar and lies before it is a placeholder (1899-12-30 is day 0 of a sheet). */
const EARLIEST = -2_208_988_800_000_000;
/** As an epoch, 0 is how a missing time is written, and what lies below is a misprint. */
const EARLIEST_EPOCH = 1;

/** Which instants a file's bars may open at. */
export interface TimeLimits {
  readonly earliest: number;
  readonly latest: number;
  readonly grid: number;
}

/**
 * @param isEpoch whether times are counted in a unit since 1970, not written as dates
 * @returns limits for bars on `grid` microseconds: from 1900, or after 1970, until a day after `now`, in microseconds
 */
export function timeLimits(grid: number, now: number, isEpoch: boolean): TimeLimits {
  return { earliest: isEpoch ? EARLIEST_EPOCH : EARLIEST, latest: now + DAY, grid };
}

/** @returns whether a price is one: finite, above zero, of a believable size. */
export function isPrice(value: number): boolean {
  return value >= SMALLEST_PRICE && value <= LARGEST_PRICE;
}

const DECIMAL_COMMA = /^[+-]?[\d.]*\d,\d+$/;
const COMMA_HINT = " (decimals are written with a point: convert the decimal commas)";

function show(cell: unknown): string {
  const text = typeof cell === "string" ? cell : (JSON.stringify(cell) ?? "nothing");
  return text.length > 40
    ? `${shownText(text.slice(0, 24))}... (${text.length} characters)`
    : `"${shownText(text)}"`;
}

function isMissing(cell: unknown): boolean {
  return cell === undefined || cell === null || (typeof cell === "string" && cell.trim() === "");
}

/** Why a cell is no number of its kind, or undefined if it is one. */
export function whyNotNumber(
  field: string,
  cell: unknown,
  value: number,
  smallest: number,
  largest: number,
): string | undefined {
  if (isMissing(cell)) return `${field} is missing`;
  if (typeof cell === "string" && cell.length > LONGEST_NUMBER)
    return `${field} is no number this long: ${show(cell)}`;
  if (Number.isNaN(value)) {
    const hint = typeof cell === "string" && DECIMAL_COMMA.test(cell.trim()) ? COMMA_HINT : "";
    return `${field} is not a number: ${show(cell)}${hint}`;
  }
  if (value <= 0 && smallest > 0) return `${field} is not above zero: ${show(cell)}`;
  if (value < smallest)
    return smallest === 0 ? `${field} is negative: ${show(cell)}` : `${field} is too small: ${show(cell)}`;
  if (value > largest) return `${field} is larger than ${largest.toExponential(0)}: ${show(cell)}`;
  return undefined;
}

/** Why a time cannot be the opening of a bar, or undefined if it can. */
export function whyNotTime(cell: unknown, time: number, limits: TimeLimits): string | undefined {
  if (isMissing(cell)) return "time is missing";
  if (Number.isNaN(time)) return `time is not understood: ${show(cell)}`;
  if (time > limits.latest) return `time lies in the future: ${show(cell)}`;
  if (time < limits.earliest) {
    return limits.earliest === EARLIEST_EPOCH
      ? `time is not above zero: ${show(cell)}`
      : `time lies before the year 1900: ${show(cell)}`;
  }
  if (time % limits.grid !== 0) {
    return `time is not the opening of a bar (not on a multiple of ${limits.grid / 60_000_000} min): ${show(cell)}`;
  }
  return undefined;
}

/** Why prices do not make a bar, or undefined if they do. */
export function whyNotBar(open: number, high: number, low: number, close: number): string | undefined {
  if (high < low) return `high ${high} is below low ${low}`;
  if (high < open || high < close)
    return `high ${high} is below ${high < open ? `open ${open}` : `close ${close}`}`;
  if (low > open || low > close)
    return `low ${low} is above ${low > open ? `open ${open}` : `close ${close}`}`;
  return undefined;
}
