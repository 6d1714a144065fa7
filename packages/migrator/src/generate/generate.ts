// `pnpm db:generate`: from the declared tables to the next migration with its way back, and to what a database must look
// like afterwards. Writes nothing when nothing changed; never touches a migration that exists.

import { createHash } from "node:crypto";
import { access } from "node:fs/promises";

import type { ConnectionSettings } from "@app/database";
import type { RepeatableObject } from "@app/schema";

import { readCatalogue } from "../catalogue/read-catalogue.ts";
import { declarationHash } from "../declared/declared-schema.ts";
import { writeExpectedCatalogue } from "../declared/expected-catalogue.ts";
import { writeFrozenRepeatables } from "../declared/frozen-repeatables.ts";
import { type FrozenTimeSeries, writeFrozenTimeSeries } from "../declared/frozen-time-series.ts";
import { MigratorError } from "../errors.ts";
import { emptyJournal, type Journal, readJournal } from "../files/journal.ts";
import { asDirectory, readMigrationFolder } from "../files/migration-folder.ts";
import { readSnapshot } from "../files/snapshot-file.ts";
import { createMigrator } from "../migrator.ts";
import { openSession } from "../session/session.ts";
import type { DrizzleKit } from "./drizzle-kit.ts";
import { loadDrizzleKit } from "./drizzle-kit.ts";
import { numbered, writeJson, writeStatements } from "./migration-files.ts";
import type { Rename } from "./rename.ts";
import { applyRenames } from "./rename.ts";
import { withScratchDatabase } from "./scratch-database.ts";
import type { SnapshotJson } from "./snapshot-json.ts";
import { orderStatements } from "./statement-order.ts";
import { findAmbiguities, unambiguousPath } from "./unambiguous-path.ts";

export interface GenerateOptions {
  /** Folder of the migrations. */
  readonly migrations: URL;
  /** Module of drizzle tables and enums. */
  readonly schema: Readonly<Record<string, unknown>>;
  readonly repeatables: readonly RepeatableObject[];
  /** Kept as a file beside the migrations. @defaultValue none, and no file */
  readonly timeSeries?: FrozenTimeSeries;
  /** Server on which a scratch database is made, migrated, read and dropped. */
  readonly server: ConnectionSettings;
  /** Second part of the migration's name. @defaultValue `schema_change` */
  readonly name?: string;
  readonly renames?: readonly Rename[];
  /** What went and what came are different things: drop the one, create the other. @defaultValue false */
  readonly noRenames?: boolean;
  /** Milliseconds since 1970, written into the journal. @defaultValue the clock */
  readonly now?: () => number;
}

export interface GenerateResult {
  /** The new migration; null when the tables had not changed. */
  readonly migration: string | null;
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** Down files written for migrations that had none. */
  readonly downFilesAdded: readonly string[];
  /** Fingerprint of the catalogue a fully migrated database must have. */
  readonly fingerprint: string;
}

/** @throws MigratorError `generate-ambiguous` when something may be a rename and nobody said so */
export async function generate(options: GenerateOptions): Promise<GenerateResult> {
  const directory = asDirectory(options.migrations);
  const kit = await loadDrizzleKit();
  const journal = (await readJournal(directory)) ?? emptyJournal;
  const downFilesAdded = await addMissingDownFiles(kit, directory, journal);
  const generated = await generateMigration(kit, directory, journal, options);
  const newest = generated?.tag ?? journal.entries.at(-1)?.tag;
  if (newest === undefined) {
    throw new MigratorError(
      "generate-invalid",
      "The schema declares no table, so there is nothing to generate.",
    );
  }
  await writeFrozenRepeatables(directory, newest, options.repeatables);
  if (options.timeSeries !== undefined) await writeFrozenTimeSeries(directory, options.timeSeries);
  const fingerprint = await writeCatalogue(directory, options);
  return {
    migration: generated?.tag ?? null,
    up: generated?.up ?? [],
    down: generated?.down ?? [],
    downFilesAdded,
    fingerprint,
  };
}

interface Generated {
  readonly tag: string;
  readonly up: readonly string[];
  readonly down: readonly string[];
}

async function generateMigration(
  kit: DrizzleKit,
  directory: URL,
  journal: Journal,
  options: GenerateOptions,
): Promise<Generated | undefined> {
  const index = journal.entries.length;
  const previous = await snapshotBefore(kit, directory, journal, index);
  const renamed = applyRenames(previous, options.renames ?? []);
  // Without a previous version drizzle-kit writes its all-zero id; the empty snapshot's own is random.
  const previousId = index === 0 ? undefined : previous.id;
  const current = withStableId(kit.snapshotOf(options.schema, previousId), options.renames ?? []);
  refuseAmbiguities(renamed.snapshot, current, options.noRenames === true);
  const up = [...renamed.up, ...(await statementsOfPath(kit, renamed.snapshot, current))];
  if (up.length === 0) {
    return undefined;
  }
  const down = [...(await statementsOfPath(kit, current, renamed.snapshot)), ...renamed.down];
  const tag = `${numbered(index)}_${migrationName(options.name)}`;
  const entry = {
    idx: index,
    version: journal.version,
    when: (options.now ?? Date.now)(),
    tag,
    breakpoints: true,
  };
  await writeStatements(directory, `${tag}.sql`, up);
  await writeStatements(directory, `${tag}.down.sql`, down);
  await writeJson(directory, `meta/${numbered(index)}_snapshot.json`, current);
  await writeJson(directory, "meta/_journal.json", { ...journal, entries: [...journal.entries, entry] });
  return { tag, up, down };
}

/** The snapshot the migration at `index` starts from; an empty one for the first. */
async function snapshotBefore(
  kit: DrizzleKit,
  directory: URL,
  journal: Journal,
  index: number,
): Promise<SnapshotJson> {
  const previous = journal.entries[index - 1];
  return previous === undefined ? kit.snapshotOf({}, undefined) : readSnapshot(directory, previous.tag);
}

async function statementsOfPath(
  kit: DrizzleKit,
  from: SnapshotJson,
  to: SnapshotJson,
): Promise<readonly string[]> {
  const path = unambiguousPath(from, to);
  const statements: string[] = [];
  for (const [index, start] of path.entries()) {
    const end = path[index + 1];
    if (end !== undefined) {
      statements.push(...orderStatements(await kit.statementsBetween(start, end), start));
    }
  }
  return statements;
}

function refuseAmbiguities(from: SnapshotJson, to: SnapshotJson, noRenames: boolean): void {
  const [first] = findAmbiguities(from, to);
  if (first !== undefined && !noRenames) {
    const { gone, come } = first;
    throw new MigratorError(
      "generate-ambiguous",
      `${gone.join(", ")} went and ${come.join(", ")} came: if that is a rename, say \`--rename ${gone[0] ?? ""}:${come[0] ?? ""}\`; if not, say \`--no-renames\`, and what went is dropped with its values.`,
    );
  }
}

/** drizzle-kit draws a random id; one made of the content keeps the file the same when it is generated again. */
function withStableId(snapshot: SnapshotJson, renames: readonly Rename[]): SnapshotJson {
  const tables: Record<string, string> = {};
  const columns: Record<string, string> = {};
  for (const { table, column, to } of renames) {
    if (column === undefined) {
      tables[`"public"."${table}"`] = `"public"."${to}"`;
    } else {
      columns[`"public"."${table}"."${column}"`] = `"public"."${table}"."${to}"`;
    }
  }
  const content = { ...snapshot, id: "", _meta: { schemas: {}, tables, columns } };
  const hex = createHash("sha256").update(JSON.stringify(content)).digest("hex");
  // The form of a UUID version 8, "made by the application".
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  return { ...content, id };
}

function migrationName(name = "schema_change"): string {
  if (!/^[a-z0-9]+(?:_[a-z0-9]+)*$/.test(name)) {
    throw new MigratorError(
      "generate-invalid",
      `"${name}" cannot name a migration: use lower-case words joined by underscores, such as add_fees.`,
    );
  }
  return name;
}

/** For migrations that drizzle-kit itself made. */
async function addMissingDownFiles(
  kit: DrizzleKit,
  directory: URL,
  journal: Journal,
): Promise<readonly string[]> {
  const added: string[] = [];
  for (const { idx, tag } of journal.entries) {
    const name = `${tag}.down.sql`;
    if (!(await exists(new URL(name, directory)))) {
      const from = await readSnapshot(directory, tag);
      const to = await snapshotBefore(kit, directory, journal, idx);
      await writeStatements(directory, name, await statementsOfPath(kit, from, to));
      added.push(name);
    }
  }
  return added;
}

async function exists(file: URL): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}

/** Applies everything to a scratch database and keeps what it then holds. */
async function writeCatalogue(directory: URL, options: GenerateOptions): Promise<string> {
  const { repeatables } = options;
  return withScratchDatabase(options.server, async (connection) => {
    await createMigrator({ connection, declared: { migrations: directory, repeatables } }).apply();
    const session = await openSession(connection);
    try {
      const catalogue = await readCatalogue(session);
      const folder = await readMigrationFolder(directory);
      await writeExpectedCatalogue(directory, {
        declarationHash: declarationHash(folder, repeatables),
        catalogue,
      });
      return catalogue.fingerprint;
    } finally {
      await session.close();
    }
  });
}
