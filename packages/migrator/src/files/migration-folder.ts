// The checked-in migrations as they lie on disk, in the order of drizzle-kit's journal. Reads only; knows
// nothing of a database. What is wrong with the files themselves comes back as problems, never as a guess.

import { readdir, readFile } from "node:fs/promises";

import type { HistoryProblem } from "../errors.ts";
import { contentHash } from "./content-hash.ts";
import { type JournalEntry, requireJournal } from "./journal.ts";
import type { MigrationStatement } from "./migration-statement.ts";
import { controlsTransaction, noTransactionDirective, splitStatements } from "./migration-statement.ts";
import { normaliseText } from "./sql-text.ts";

/** One versioned migration. */
export interface MigrationFile {
  /** Position in the journal, from 0. */
  readonly index: number;
  /** drizzle-kit's tag, `0003_add_fees`: the name in the ledger. */
  readonly name: string;
  readonly hash: string;
  readonly statements: readonly MigrationStatement[];
  /** False when its first line is `-- migrate: no-transaction`. */
  readonly transactional: boolean;
}

export interface MigrationFolder {
  readonly directory: URL;
  readonly migrations: readonly MigrationFile[];
  readonly problems: readonly HistoryProblem[];
}

/** A folder URL that relative names resolve inside of. */
export function asDirectory(directory: URL): URL {
  return directory.href.endsWith("/") ? directory : new URL(`${directory.href}/`);
}

/**
 * Reads every migration of a folder.
 * @throws MigratorError `journal-invalid` when there is no readable journal.
 */
export async function readMigrationFolder(folder: URL): Promise<MigrationFolder> {
  const directory = asDirectory(folder);
  const [{ entries }, names] = await Promise.all([requireJournal(directory), listSqlFiles(directory)]);
  const read = await Promise.all(entries.map(async (entry) => readMigration(directory, entry, names)));
  const expected = new Set(entries.flatMap((entry) => [`${entry.tag}.sql`, `${entry.tag}.down.sql`]));
  const stray = [...names].filter((name) => !expected.has(name)).toSorted();
  return {
    directory,
    migrations: read.flatMap((result) => (result.migration === undefined ? [] : [result.migration])),
    problems: [
      ...read.flatMap((result) => result.problems),
      ...stray.map((name) => ({
        code: "migration-stray" as const,
        name,
        message: `${name} lies in the migrations folder but the journal does not name it: make it with \`pnpm db:generate\`, or remove it.`,
      })),
    ],
  };
}

async function readMigration(
  directory: URL,
  entry: JournalEntry,
  names: ReadonlySet<string>,
): Promise<{ migration?: MigrationFile; problems: HistoryProblem[] }> {
  const file = `${entry.tag}.sql`;
  if (!names.has(file)) {
    return {
      problems: [
        {
          code: "migration-file-missing",
          name: entry.tag,
          message: `The journal names ${file}, but the file is not in the migrations folder: restore it from version control.`,
        },
      ],
    };
  }
  const text = normaliseText(await readFile(new URL(file, directory), "utf8"));
  const statements = splitStatements(text);
  const transactional = text.split("\n", 1)[0]?.trim() !== noTransactionDirective;
  const migration: MigrationFile = {
    index: entry.idx,
    name: entry.tag,
    hash: contentHash(text),
    statements,
    transactional,
  };
  return { migration, problems: problemsOf(migration, names) };
}

function problemsOf(migration: MigrationFile, names: ReadonlySet<string>): HistoryProblem[] {
  const { name } = migration;
  const problems: HistoryProblem[] = [];
  if (!names.has(`${name}.down.sql`)) {
    problems.push({
      code: "down-file-missing",
      name,
      message: `${name}.down.sql is missing: every migration needs its way back. Restore it from version control.`,
    });
  }
  if (migration.statements.length === 0) {
    problems.push({
      code: "migration-empty",
      name,
      message: `${name}.sql holds no statement: remove it or write it.`,
    });
  }
  for (const statement of migration.statements) {
    if (controlsTransaction(statement)) {
      problems.push({
        code: "transaction-control",
        name,
        message: `${name}.sql, statement ${statement.number} (${statement.firstLine}) begins or ends a transaction by itself: remove it, the migrator does that.`,
      });
    }
    if (migration.transactional && statement.alone) {
      problems.push({
        code: "no-transaction-directive-missing",
        name,
        message: `${name}.sql, statement ${statement.number} (${statement.firstLine}) cannot run inside a transaction: put \`${noTransactionDirective}\` on the file's first line, best in a migration of its own.`,
      });
    }
  }
  return problems;
}

async function listSqlFiles(directory: URL): Promise<ReadonlySet<string>> {
  const entries = await readdir(directory, { withFileTypes: true });
  return new Set(
    entries.filter((entry) => !entry.isDirectory() && entry.name.endsWith(".sql")).map(({ name }) => name),
  );
}
