import type { SnapshotJson } from "../generate/snapshot-json.ts";
export type Snapshot = Pick<SnapshotJson, "_meta"> & {
  readonly tables: Readonly<Record<string, Pick<SnapshotJson["tables"][string], "name" | "columns">>>;
};
/** Before the first migration there is nothing. */
export declare const emptySnapshot: Snapshot;
/** @throws MigratorError `snapshot-missing`. */
export declare function readSnapshot(directory: URL, migrationName: string): Promise<Snapshot>;
/** Something with rows or values that a rollback takes away, by its present name. */
export interface Removal {
  readonly kind: "table" | "column" | "type";
  readonly table: string;
  readonly column?: string;
}
/** What goes on the way along `path`, newest snapshot first. */
export declare function removalsAlong(path: readonly Snapshot[]): readonly Removal[];
