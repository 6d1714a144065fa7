// Keyset cursors: where a page ended, as opaque text. A page begins right behind it whatever arrived meanwhile, so no row is
// lost or doubled, and page 10,000 costs what page 1 costs. A cursor names the list it belongs to; another list refuses it.
import { instantToMicroseconds, microsecondsToInstant } from "@app/database";
import { refusalBecause } from "../input/refuse.ts";

/** The place of a row in a list by (time, id), newest first. */
export interface Place {
  readonly time: Temporal.Instant;
  readonly id: string;
}

const cursorPattern = /^(-?\d{1,19})\.([\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})$/u;

/** Below every id there can be. */
export const LOWEST_ID = "00000000-0000-0000-0000-000000000000";

/** Above every id there can be. */
export const HIGHEST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/** Behind every row there can be. */
export const NEWEST: Place = {
  time: Temporal.Instant.from("9999-12-31T00:00:00Z"),
  id: HIGHEST_ID,
};

/** Before every row there can be: timestamptz reaches back further, no market does. */
export const BEGINNING: Place = { time: Temporal.Instant.from("1600-01-01T00:00:00Z"), id: LOWEST_ID };

/** @returns the cursor behind a row of the list */
export function encodeCursor(list: string, { time, id }: Place): string {
  return Buffer.from(`${list} ${instantToMicroseconds(time)}.${id}`).toString("base64url");
}

/**
 * @returns the position a cursor stands for; without one `start`, the newest end of the list unless given
 * @throws {InvalidInputError} naming `cursor`, for what is no cursor of this list
 */
export function decodeCursor(list: string, cursor: unknown, start: Place = NEWEST): Place {
  if (cursor === undefined) return start;
  const text = typeof cursor === "string" ? Buffer.from(cursor, "base64url").toString() : "";
  const match = text.startsWith(`${list} `) ? cursorPattern.exec(text.slice(list.length + 1)) : null;
  if (match === null)
    throw refusalBecause("cursor", `this is no cursor of the list ${list}; pass on \`next\` as it came.`);
  return { time: microsecondsToInstant(BigInt(match[1] ?? 0)), id: match[2] ?? "" };
}
