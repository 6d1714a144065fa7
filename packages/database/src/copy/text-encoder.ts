// Writes text values (text, varchar, char, citext, enum labels) in binary format: length, then UTF-8.
// Invariant: what PostgreSQL cannot store or would cut (NUL, lone surrogates, too long) is refused, never replaced.

import { checkText } from "../codecs/json.ts";
import { InvalidInputError } from "../errors/database-error.ts";
import type { WriteValue } from "./column-encoder.ts";
import { describe } from "./describe-value.ts";
import type { CopyTargetColumn } from "./copy-target.ts";
import type { RowBuffer } from "./row-buffer.ts";

/** Up to this length a loop over character codes beats the call into node's native encoder. */
const shortLength = 48;

/** Writes length and UTF-8 bytes of a text. */
export function writeText(out: RowBuffer, text: string): void {
  out.reserve(4 + text.length * 3);
  const start = out.offset + 4;
  const written = text.length <= shortLength ? writeAscii(out.bytes, start, text) : -1;
  const length = written === -1 ? out.bytes.write(checkText(text), start, "utf8") : written;
  out.view.setInt32(out.offset, length);
  out.offset = start + length;
}

/** Bytes written, or -1 for text with a NUL or anything beyond ASCII. */
function writeAscii(bytes: Buffer, start: number, text: string): number {
  const { length } = text;
  for (let index = 0; index < length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0 || code > 0x7f) return -1;
    bytes[start + index] = code;
  }
  return length;
}

/** Makes the encoder of a text column, with the limit of its varchar(n) or char(n). */
export function createTextEncoder(target: CopyTargetColumn): WriteValue {
  const limit = target.maximumCharacters ?? Infinity;
  return (out, value) => {
    if (typeof value !== "string") throw new InvalidInputError(`${describe(value)} is not a string.`);
    // PostgreSQL counts code points, of which a string never has more than its length.
    if (value.length > limit && Array.from(value).length > limit) {
      throw new InvalidInputError(`${describe(value)} is longer than the column's ${target.declaredType}.`);
    }
    writeText(out, value);
  };
}
