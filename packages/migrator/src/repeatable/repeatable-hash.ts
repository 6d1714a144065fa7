// The identity of a repeatable object's text: what is compared with the ledger.

import type { RepeatableObject } from "@app/schema";

import { contentHash } from "../files/content-hash.ts";

/** Changes when the kind, the creating or the removing text changes; line endings do not count. */
export function repeatableHash(object: RepeatableObject): string {
  return contentHash(object.kind, object.create, object.drop);
}
