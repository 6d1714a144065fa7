// Keyset cursors: where a page ended, as opaque text. A page begins right behind it whatever arrived meanwhile, so no row is
// lost or doubled, and page 10,000 costs what page 1 costs. A cursor names the list it belongs to; another list refuses it.
import { instantToMicroseconds, microsecondsToInstant } from "@app/database";
import { refusalBecause } from "../input/refuse.ts";

/** The place of a row in a list by (time, id), newest first. */
export interface Place {
  readonly time: Temporal.Instant;
  readonly id: string;
}

/** One page, and where the next one begins. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /**
   * Give it as `cursor` to read on; undefined where nothing is left. A page that is just full may have one that leads to an
   * empty page.
   */
  readonly next: string | undefined;
}

const cursorPattern = /^(-?\d{1,19})\.([\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})$/u;

/** Behind every row there can be. */
export const NEWEST: Place = {
  time: Temporal.Instant.from("9999-12-31T00:00:00Z"),
  id: "ffffffff-ffff-ffff-ffff-ffffffffffff",
};

/** @returns the cursor behind a row of the list */
export function encodeCursor(list: string, { time, id }: Place): string {
  return Buffer.from(`${list} ${instantToMicroseconds(time)}.${id}`).toString("base64url");
}

/**
 * @returns the position a cursor stands for; the newest end of the list without one
 * @throws {InvalidInputError} naming `cursor`, for what is no cursor of this list
 */
export function decodeCursor(list: string, cursor: unknown): Place {
  if (cursor === undefined) return NEWEST;
  const text = typeof cursor === "string" ? Buffer.from(cursor, "base64url").toString() : "";
  const match = text.startsWith(`${list} `) ? cursorPattern.exec(text.slice(list.length + 1)) : null;
  if (match === null)
    throw refusalBecause("cursor", `this is no cursor of the list ${list}; pass on \`next\` as it came.`);
  return { time: microsecondsToInstant(BigInt(match[1] ?? 0)), id: match[2] ?? "" };
}
