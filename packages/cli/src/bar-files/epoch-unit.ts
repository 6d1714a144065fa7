// Tells in which unit a file counts its epoch times. Decided once per file from a sample, never row by row: a single
// broken row must not be read in another unit than its neighbours.

/** How the time column of a file is written. */
export const TIME_FORMS = ["text", "date number", "s", "ms", "us", "ns"] as const;
export type TimeForm = (typeof TIME_FORMS)[number];

/** @returns whether times of this form are numbers counted from 1970. */
export function isEpochForm(form: TimeForm): boolean {
  return form !== "text" && form !== "date number";
}

const NUMERIC = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const DATE_NUMBER = /^(?:1[6-9]|20|21)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/;

function formOf(cell: unknown): TimeForm | undefined {
  const text = typeof cell === "number" ? String(cell) : typeof cell === "string" ? cell.trim() : "";
  if (text === "") return undefined;
  if (DATE_NUMBER.test(text)) return "date number";
  if (!NUMERIC.test(text)) return "text";
  // Seconds reach 1e11 in the year 5138, milliseconds 1e14 likewise, and so on: the ranges cannot overlap in practice.
  const size = Math.abs(Number(text));
  if (size < 1e11) return "s";
  if (size < 1e14) return "ms";
  if (size < 1e17) return "us";
  return size < 1e20 ? "ns" : undefined;
}

/**
 * Decides by majority which form the time cells of a file have.
 *
 * @param cells time cells of the first rows, of which some may be broken
 * @defaultValue "text" when no cell says anything, so that each row is refused with its own reason
 */
export function detectTimeForm(cells: Iterable<unknown>): TimeForm {
  const votes = new Map<TimeForm, number>();
  for (const cell of cells) {
    const form = formOf(cell);
    if (form !== undefined) votes.set(form, (votes.get(form) ?? 0) + 1);
  }
  let winner: TimeForm = "text";
  let most = 0;
  for (const [form, count] of votes) {
    if (count > most) [winner, most] = [form, count];
  }
  return winner;
}
