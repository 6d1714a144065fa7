// The repeatable objects as they were when a version was generated, kept beside it in meta/NNNN_repeatable.json:
// a rollback to that version brings back its functions and views, not today's.

import { readFile, writeFile } from "node:fs/promises";

import type { RepeatableObject } from "@app/schema";

import { MigratorError } from "../errors.ts";
import { normaliseText } from "../files/sql-text.ts";

/** `0003` of `0003_add_fees`. */
export function versionPrefix(migrationName: string): string {
  return migrationName.split("_", 1)[0] ?? migrationName;
}

function frozenFile(directory: URL, migrationName: string): URL {
  return new URL(`meta/${versionPrefix(migrationName)}_repeatable.json`, directory);
}

/** @throws MigratorError `frozen-repeatables-missing`. */
export async function readFrozenRepeatables(
  directory: URL,
  migrationName: string,
): Promise<readonly RepeatableObject[]> {
  const file = frozenFile(directory, migrationName);
  try {
    // Written by writeFrozenRepeatables and checked in; a hand-made one fails at the server, inside the transaction.
    const { objects }: { readonly objects: readonly RepeatableObject[] } = JSON.parse(
      await readFile(file, "utf8"),
    );
    return objects;
  } catch (error) {
    throw new MigratorError(
      "frozen-repeatables-missing",
      `meta/${versionPrefix(migrationName)}_repeatable.json cannot be read: restore it from version control; it holds the functions, triggers and views of ${migrationName}.`,
      { cause: error },
    );
  }
}

/** Writes the file; LF only, the same bytes for the same objects. */
export async function writeFrozenRepeatables(
  directory: URL,
  migrationName: string,
  objects: readonly RepeatableObject[],
): Promise<void> {
  const frozen = objects.map(({ name, kind, create, drop, afterwards }) => ({
    name,
    kind,
    create: normaliseText(create),
    drop: normaliseText(drop),
    afterwards, // left out where there is none
  }));
  await writeFile(
    frozenFile(directory, migrationName),
    `${JSON.stringify({ objects: frozen }, undefined, 2)}\n`,
  );
}
