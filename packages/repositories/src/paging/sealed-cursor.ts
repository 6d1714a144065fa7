// What makes a cursor belong to one list: a mark of the list's name and of what it is of, in front of the place. Neither hides nor
// signs anything: it keeps a cursor from being taken by a list that would go on at a place that means nothing there.
// Invariant: opaque text in, only what `sealCursor` made of the same list comes out.
import { createHash } from "node:crypto";
import { refusalBecause } from "../input/refuse.ts";

/** A list as its cursors know it. */
export interface ListIdentity {
  /** One method's list, one name. */
  readonly name: string;
  /** Whose rows, and which of them. Not the range, nor the number of rows: those may change from page to page. */
  readonly of: Readonly<Record<string, unknown>>;
}

/** 48 bits: two lists that are mixed up have the same once in 280 million million. */
const MARK_BYTES = 6;

function markOf({ name, of }: ListIdentity): Buffer {
  return createHash("sha256")
    .update(JSON.stringify([name, of]))
    .digest()
    .subarray(0, MARK_BYTES);
}

/** @returns the error for what is no cursor of a list */
export function foreignCursor({ name }: ListIdentity): Error {
  return refusalBecause(
    "cursor",
    `this is no cursor of the list ${name}, as it is asked for here; pass on \`next\` as it came, to the same list with the same filter.`,
  );
}

/** @returns a place as opaque text, for this list alone */
export function sealCursor(list: ListIdentity, place: Buffer): string {
  return Buffer.concat([markOf(list), place]).toString("base64url");
}

/** @returns the place in a cursor @throws {InvalidInputError} naming `cursor`, for what is no cursor of this list */
export function openCursor(list: ListIdentity, cursor: unknown): Buffer {
  const bytes = typeof cursor === "string" ? Buffer.from(cursor, "base64url") : Buffer.alloc(0);
  const isOurs = bytes.toString("base64url") === cursor && bytes.subarray(0, MARK_BYTES).equals(markOf(list));
  if (!isOurs) throw foreignCursor(list);
  return bytes.subarray(MARK_BYTES);
}
