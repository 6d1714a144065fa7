// Cursors of lists in order of a key: where a page ended, as opaque text. The key itself is inside, so a page can go on behind a
// row that is gone. Which list it is of: sealed-cursor.ts.
import { LOWEST_ID } from "./cursor.ts";
import { foreignCursor, type ListIdentity, openCursor, sealCursor } from "./sealed-cursor.ts";

const uuidPattern = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/u;

/** @returns the cursor behind a key */
export function encodeKeyCursor(list: ListIdentity, key: Readonly<Record<string, string>>): string {
  return sealCursor(list, Buffer.from(JSON.stringify(key)));
}

/**
 * @returns the key a cursor stands for; before every key without one
 * @throws {InvalidInputError} naming `cursor`, for what is no cursor of this list
 */
export function decodeKeyCursor(
  list: ListIdentity,
  cursor: unknown,
  columns: readonly string[],
): Readonly<Record<string, string>> {
  if (cursor === undefined)
    return Object.fromEntries(columns.map((column) => [column, column === "id" ? LOWEST_ID : ""]));
  const key = keyOf(openCursor(list, cursor).toString());
  const entries = columns.map((column) => [column, key?.[column]] as const);
  for (const [column, value] of entries) {
    if (
      typeof value !== "string" ||
      value.includes("\0") ||
      !value.isWellFormed() ||
      (column === "id" && !uuidPattern.test(value))
    ) {
      throw foreignCursor(list);
    }
  }
  return Object.fromEntries(entries.map(([column, value]) => [column, String(value)]));
}

function keyOf(text: string): Record<string, unknown> | undefined {
  let key: unknown;
  try {
    key = JSON.parse(text);
  } catch {
    return undefined;
  }
  return typeof key === "object" && key !== null ? { ...key } : undefined;
}
