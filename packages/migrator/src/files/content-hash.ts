// Hashes of what was applied. Text is brought to LF first: a checkout with CRLF is not an edit.

import { createHash } from "node:crypto";

import { normaliseText } from "./sql-text.ts";

/** sha256, in hex, of the parts; a part's end counts, so `["ab","c"]` differs from `["a","bc"]`. */
export function contentHash(...parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const [index, part] of parts.entries()) {
    if (index > 0) {
      hash.update("\0");
    }
    hash.update(normaliseText(part));
  }
  return hash.digest("hex");
}
