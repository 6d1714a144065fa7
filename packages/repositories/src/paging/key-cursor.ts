// Cursors of lists in order of a key: where a page ended, as opaque text. The key itself is inside, so a page can go on behind a
// row that is gone. A cursor names the list it belongs to; another list refuses it.
import { refusalBecause } from "../input/refuse.ts";
import { LOWEST_ID } from "./cursor.ts";

const uuidPattern = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/u;

/** @returns the cursor behind a key */
export function encodeKeyCursor(list: string, key: Readonly<Record<string, string>>): string {
  return Buffer.from(JSON.stringify([list, key])).toString("base64url");
}

/**
 * @returns the key a cursor stands for; before every key without one
 * @throws {InvalidInputError} naming `cursor`, for what is no cursor of this list
 */
export function decodeKeyCursor(
  list: string,
  cursor: unknown,
  columns: readonly string[],
): Readonly<Record<string, string>> {
  const first = Object.fromEntries(columns.map((column) => [column, column === "id" ? LOWEST_ID : ""]));
  if (cursor === undefined) return first;
  const key = keyOf(list, cursor);
  const entries = columns.map((column) => [column, key?.[column]] as const);
  for (const [column, value] of entries) {
    if (
      typeof value !== "string" ||
      value.includes("\0") ||
      !value.isWellFormed() ||
      (column === "id" && !uuidPattern.test(value))
    ) {
      throw refusalBecause("cursor", `this is no cursor of the list ${list}; pass on \`next\` as it came.`);
    }
  }
  return Object.fromEntries(entries.map(([column, value]) => [column, String(value)]));
}

function keyOf(list: string, cursor: unknown): Record<string, unknown> | undefined {
  if (typeof cursor !== "string") return undefined;
  let decoded: unknown;
  try {
    decoded = JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(decoded) || decoded[0] !== list) return undefined;
  const key: unknown = decoded[1];
  return typeof key === "object" && key !== null ? { ...key } : undefined;
}
