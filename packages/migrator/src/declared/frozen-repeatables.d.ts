import type { RepeatableObject } from "@app/schema";
/** `0003` of `0003_add_fees`. */
export declare function versionPrefix(migrationName: string): string;
/** @throws MigratorError `frozen-repeatables-missing`. */
export declare function readFrozenRepeatables(
  directory: URL,
  migrationName: string,
): Promise<readonly RepeatableObject[]>;
/** Writes the file; LF only, the same bytes for the same objects. */
export declare function writeFrozenRepeatables(
  directory: URL,
  migrationName: string,
  objects: readonly RepeatableObject[],
): Promise<void>;
