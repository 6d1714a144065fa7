// JSON text for json and jsonb, from values or from text that is JSON already. Not the parsing of results (type-parsers.ts).
// Invariant: what is returned, the server's jsonb accepts; a NUL or lone surrogate inside a string is refused here, by name.

import { InvalidInputError } from "../errors/database-error.ts";

/** Refuses text that PostgreSQL cannot store: NUL characters and lone surrogates. */
export function checkText(text: string): string {
  if (!text.isWellFormed())
    throw new InvalidInputError("The text has a lone surrogate, which is no character.");
  if (text.includes("\0"))
    throw new InvalidInputError("The text has a NUL character, which PostgreSQL cannot store.");
  return text;
}

/** JSON.stringify escapes exactly NUL and lone surrogates this way; an even number of backslashes before is data. */
const unstorableEscape = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][\da-f]{2})/u;

/** Refuses JSON.stringify's text when a string in it has what jsonb cannot hold. */
function checkEscapes(text: string): void {
  if (text.includes(String.raw`\u`) && unstorableEscape.test(text)) {
    throw new InvalidInputError(
      "A string in the JSON has a NUL character or a lone surrogate, which jsonb cannot hold.",
    );
  }
}

/**
 * JSON text of a value.
 * @throws {InvalidInputError} for what has no JSON (undefined, a function, a cycle, a bigint), and for strings jsonb refuses
 */
export function stringifyJson(value: unknown): string {
  let text: unknown;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw new InvalidInputError("The value cannot be written as JSON: it has a cycle or a bigint.", {
      cause: error,
    });
  }
  if (typeof text !== "string")
    throw new InvalidInputError(`A value of type ${typeof value} cannot be written as JSON.`);
  checkEscapes(text);
  return text;
}

/**
 * Checks text that claims to be JSON and returns it unchanged, numbers of any length included.
 * @throws {InvalidInputError} when it is not, or holds strings that jsonb refuses
 */
export function checkJsonText(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(checkText(text));
  } catch (error) {
    if (error instanceof InvalidInputError) throw error;
    // The parser's own message repeats a piece of the text.
    throw new InvalidInputError("The text is not JSON.");
  }
  if (text.includes(String.raw`\u`)) checkEscapes(JSON.stringify(value));
  return text;
}
