// A migrations folder made for a test: what the test declares, in the layout the migrator reads. Not for production: the
// files are written by hand rather than generated.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import type { ConnectionSettings } from "@app/database";
import type { RepeatableObject } from "@app/schema";

import { readCatalogue } from "../catalogue/read-catalogue.ts";
import type { DeclaredSchema } from "../declared/declared-schema.ts";
import { declarationHash } from "../declared/declared-schema.ts";
import { writeExpectedCatalogue } from "../declared/expected-catalogue.ts";
import { writeFrozenRepeatables } from "../declared/frozen-repeatables.ts";
import { readMigrationFolder } from "../files/migration-folder.ts";
import { numbered, writeJson, writeStatements } from "../generate/migration-files.ts";
import { openSession } from "../session/session.ts";

export interface FixtureMigration {
  /** Second part of the name; the number is its place. */
  readonly name: string;
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** Tables and their columns with types after this migration, for what a rollback would lose. */
  readonly tables?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Renames of this version, as drizzle-kit notes them: `"public"."old"` to `"public"."new"`. */
  readonly renames?: {
    readonly tables?: Record<string, string>;
    readonly columns?: Record<string, string>;
  };
  /** The functions, triggers and views of this version. @defaultValue those of the fixture */
  readonly repeatables?: readonly RepeatableObject[];
}

export interface MigrationFixture extends AsyncDisposable {
  readonly directory: URL;
  readonly declared: DeclaredSchema;
  /** The text of a file of the folder. */
  read(name: string): Promise<string>;
  write(name: string, text: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** Takes what a database holds now for what it must hold. */
  expect(connection: ConnectionSettings): Promise<void>;
}

/** Writes the folder to a temporary place; it is removed with the fixture. */
export async function createMigrationFixture(
  migrations: readonly FixtureMigration[],
  repeatables: readonly RepeatableObject[] = [],
): Promise<MigrationFixture> {
  const path = await mkdtemp(join(tmpdir(), "migration-fixture-"));
  const directory = pathToFileURL(`${path}/`);
  const tagOf = ({ name }: FixtureMigration, index: number): string => `${numbered(index)}_${name}`;
  await writeJson(directory, "meta/_journal.json", {
    version: "7",
    dialect: "postgresql",
    entries: migrations.map((migration, idx) => ({
      idx,
      version: "7",
      when: 1_700_000_000_000 + idx,
      tag: tagOf(migration, idx),
      breakpoints: true,
    })),
  });
  for (const [index, migration] of migrations.entries()) {
    const tag = tagOf(migration, index);
    await writeStatements(directory, `${tag}.sql`, migration.up);
    await writeStatements(directory, `${tag}.down.sql`, migration.down);
    await writeJson(directory, `meta/${numbered(index)}_snapshot.json`, snapshotOf(migration));
    await writeFrozenRepeatables(directory, tag, migration.repeatables ?? repeatables);
  }
  return {
    directory,
    declared: { migrations: directory, repeatables },
    read: async (name) => readFile(new URL(name, directory), "utf8"),
    write: async (name, text) => writeFile(new URL(name, directory), text),
    remove: async (name) => rm(new URL(name, directory)),
    expect: async (connection) => expectLive(directory, repeatables, connection),
    [Symbol.asyncDispose]: async () => rm(path, { recursive: true, force: true }),
  };
}

function snapshotOf({ tables = {}, renames = {} }: FixtureMigration): object {
  return {
    tables: Object.fromEntries(
      Object.entries(tables).map(([name, columns]) => [
        `public.${name}`,
        {
          name,
          columns: Object.fromEntries(
            Object.entries(columns).map(([column, type]) => [column, { name: column, type }]),
          ),
        },
      ]),
    ),
    _meta: { schemas: {}, tables: renames.tables ?? {}, columns: renames.columns ?? {} },
  };
}

async function expectLive(
  directory: URL,
  repeatables: readonly RepeatableObject[],
  connection: ConnectionSettings,
): Promise<void> {
  const session = await openSession(connection);
  try {
    await writeExpectedCatalogue(directory, {
      declarationHash: declarationHash(await readMigrationFolder(directory), repeatables),
      catalogue: await readCatalogue(session),
    });
  } finally {
    await session.close();
  }
}
