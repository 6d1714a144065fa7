// What the code declares, as a run needs it: the folder of versioned migrations and the repeatable objects. Where
// they come from is replaceable, so that a test can declare something else.

import type { RepeatableObject, TimeSeriesDeclaration } from "@app/schema";

import { repeatableHash } from "../repeatable/repeatable-hash.ts";
import { contentHash } from "../files/content-hash.ts";
import type { MigrationFolder } from "../files/migration-folder.ts";

/** What the code declares: versioned migrations, repeatable objects and time series. */
export interface DeclaredSchema {
  /** Folder of NNNN_name.sql, NNNN_name.down.sql and meta/. */
  readonly migrations: URL;
  /** In the order in which they are made. */
  readonly repeatables: readonly RepeatableObject[];
  /** Asked for only where the server has TimescaleDB. @defaultValue nothing is declared */
  readonly timeSeries?: () => Promise<TimeSeriesDeclaration>;
}

/** Identity of a declaration: what an expected catalogue belongs to. */
export function declarationHash(folder: MigrationFolder, repeatables: readonly RepeatableObject[]): string {
  return contentHash(
    ...folder.migrations.map((file) => `${file.name} ${file.hash}`),
    ...repeatables.map((object) => `${object.name} ${repeatableHash(object)}`),
  );
}
