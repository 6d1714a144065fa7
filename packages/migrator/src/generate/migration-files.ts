// Writes the files of drizzle-kit's layout: journal, snapshots, NNNN_name.sql and NNNN_name.down.sql. Always LF, a newline
// at the end, the same bytes for the same input.

import { mkdir, writeFile } from "node:fs/promises";

import { statementBreakpoint } from "../files/migration-statement.ts";

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
