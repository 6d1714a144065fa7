// drizzle-kit's snapshot of a version, meta/NNNN_snapshot.json, as it lies on disk. Reads only.

import { readFile } from "node:fs/promises";

import { versionPrefix } from "../declared/frozen-repeatables.ts";
import { MigratorError } from "../errors.ts";
import type { SnapshotJson } from "../generate/snapshot-json.ts";

/**
 * The snapshot that belongs to a migration.
 * @param otherwise what else than restoring the file would help, as the rest of that sentence
 * @throws MigratorError `snapshot-missing`
 */
export async function readSnapshot(
  directory: URL,
  migrationName: string,
  otherwise = "",
): Promise<SnapshotJson> {
  const name = `meta/${versionPrefix(migrationName)}_snapshot.json`;
  try {
    // Written by drizzle-kit; its shape is drizzle-kit's contract.
    const snapshot: SnapshotJson = JSON.parse(await readFile(new URL(name, directory), "utf8"));
    return snapshot;
  } catch (error) {
    throw new MigratorError(
      "snapshot-missing",
      `${name} cannot be read: restore it from version control${otherwise}.`,
      { cause: error },
    );
  }
}
