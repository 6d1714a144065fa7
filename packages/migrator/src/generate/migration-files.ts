// Reads and writes the files of drizzle-kit's layout: journal, snapshots, NNNN_name.sql and NNNN_name.down.sql. Always
// LF, a newline at the end, the same bytes for the same input.

import { mkdir, readFile, writeFile } from "node:fs/promises";

import { MigratorError } from "../errors.ts";
import { statementBreakpoint } from "../files/migration-statement.ts";
import type { SnapshotJson } from "./snapshot-json.ts";

export interface Journal {
  readonly version: string;
  readonly dialect: string;
  readonly entries: readonly JournalEntry[];
}

export interface JournalEntry {
  readonly idx: number;
  readonly version: string;
  readonly when: number;
  readonly tag: string;
  readonly breakpoints: boolean;
}

const emptyJournal: Journal = { version: "7", dialect: "postgresql", entries: [] };

/** The journal; an empty one for a new folder. */
export async function readJournalFile(directory: URL): Promise<Journal> {
  let text: string;
  try {
    text = await readFile(new URL("meta/_journal.json", directory), "utf8");
  } catch {
    return emptyJournal;
  }
  // drizzle-kit's own file; readMigrationFolder checks it entry by entry.
  const journal: Journal = JSON.parse(text);
  return journal;
}

export async function readSnapshotFile(directory: URL, index: number): Promise<SnapshotJson> {
  const name = `meta/${numbered(index)}_snapshot.json`;
  try {
    const snapshot: SnapshotJson = JSON.parse(await readFile(new URL(name, directory), "utf8"));
    return snapshot;
  } catch (error) {
    throw new MigratorError("snapshot-missing", `${name} cannot be read: restore it from version control.`, {
      cause: error,
    });
  }
}

/** `0003`. */
export function numbered(index: number): string {
  return String(index).padStart(4, "0");
}

export async function writeJson(directory: URL, name: string, value: unknown): Promise<void> {
  await mkdir(new URL("meta/", directory), { recursive: true });
  await writeFile(new URL(name, directory), `${JSON.stringify(value, undefined, 2)}\n`);
}

export async function writeStatements(
  directory: URL,
  name: string,
  statements: readonly string[],
): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(
    new URL(name, directory),
    `${statements.map((sql) => sql.trim()).join(`\n${statementBreakpoint}\n`)}\n`,
  );
}
