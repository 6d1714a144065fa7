// Keyset cursors: where a page ended, as opaque text. A page begins right behind it whatever arrived meanwhile, so no row is
// lost or doubled, and page 10,000 costs what page 1 costs. Which list it is of: sealed-cursor.ts.
import { instantToMicroseconds, microsecondsToInstant } from "@app/database";
import { foreignCursor, type ListIdentity, openCursor, sealCursor } from "./sealed-cursor.ts";

/** The place of a row in a list by (time, id), newest first. */
export interface Place {
  readonly time: Temporal.Instant;
  readonly id: string;
}

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

const EARLIEST = instantToMicroseconds(BEGINNING.time);
/** The last moment a Temporal.Instant can be. */
const LATEST = 8_640_000_000_000_000_000n;

/** Microseconds since 1970 in 8 bytes, and the 16 bytes of the id. */
const PLACE_BYTES = 24;

/** @returns the cursor behind a row of the list */
export function encodeCursor(list: ListIdentity, { time, id }: Place): string {
  const place = Buffer.alloc(PLACE_BYTES);
  place.writeBigInt64BE(instantToMicroseconds(time));
  place.write(id.replaceAll("-", ""), 8, "hex");
  return sealCursor(list, place);
}

/**
 * @returns the position a cursor stands for; without one `start`, the newest end of the list unless given
 * @throws {InvalidInputError} naming `cursor`, for what is no cursor of this list
 */
export function decodeCursor(list: ListIdentity, cursor: unknown, start: Place = NEWEST): Place {
  if (cursor === undefined) return start;
  const place = openCursor(list, cursor);
  if (place.length !== PLACE_BYTES) throw foreignCursor(list);
  const id = place.toString("hex", 8).replace(/^(.{8})(.{4})(.{4})(.{4})/u, "$1-$2-$3-$4-");
  const microseconds = place.readBigInt64BE();
  if (microseconds < EARLIEST || microseconds > LATEST) throw foreignCursor(list);
  return { time: microsecondsToInstant(microseconds), id };
}
