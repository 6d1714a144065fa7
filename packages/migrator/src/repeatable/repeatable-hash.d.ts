import type { RepeatableObject } from "@app/schema";
/** Changes when the kind, the creating or the removing text changes; line endings do not count. */
export declare function repeatableHash(object: RepeatableObject): string;
