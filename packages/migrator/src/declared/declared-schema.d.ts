import type { RepeatableObject } from "@app/schema";
import type { MigrationFolder } from "../files/migration-folder.ts";
export interface DeclaredSchema {
  /** Folder of NNNN_name.sql, NNNN_name.down.sql and meta/. */
  readonly migrations: URL;
  readonly repeatables: readonly RepeatableObject[];
}
/** Identity of a declaration: what an expected catalogue belongs to. */
export declare function declarationHash(
  folder: MigrationFolder,
  repeatables: readonly RepeatableObject[],
): string;
