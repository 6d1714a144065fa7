// Holds the migration files against the ledger and says what is applied, what is pending, and where the two
// contradict each other. Decides nothing: any contradiction stops a run.

import type { HistoryProblem } from "../errors.ts";
import { contentHash } from "../files/content-hash.ts";
import type { MigrationFile, MigrationFolder } from "../files/migration-folder.ts";
import type { LedgerRow } from "./ledger-row.ts";

export interface PendingMigration {
  readonly file: MigrationFile;
  /** Statements an interrupted run has done already; 0 unless it runs without a transaction. */
  readonly statementsDone: number;
}

export interface MigrationHistory {
  readonly applied: readonly LedgerRow[];
  readonly pending: readonly PendingMigration[];
  readonly problems: readonly HistoryProblem[];
}

/** Hash of a migration's first statements, by which an interrupted one is recognised. */
export function hashOfStatements(file: MigrationFile, count: number): string {
  return contentHash(...file.statements.slice(0, count).map((statement) => statement.sql));
}

/** Compares a folder with the versioned rows of the ledger. */
export function compareHistory(folder: MigrationFolder, rows: readonly LedgerRow[]): MigrationHistory {
  const versioned = rows.filter((row) => row.kind === "versioned");
  const rowByName = new Map(versioned.map((row) => [row.name, row]));
  const fileByName = new Map(folder.migrations.map((file) => [file.name, file]));
  const newHashes = new Map(
    folder.migrations.filter((file) => !rowByName.has(file.name)).map((file) => [file.hash, file]),
  );
  const gone = versioned.filter((row) => !fileByName.has(row.name));
  const renamedTo = new Set(gone.flatMap((row) => newHashes.get(row.hash)?.name ?? []));
  const pending = folder.migrations
    .filter((file) => rowByName.get(file.name)?.state !== "applied")
    .map((file) => ({ file, statementsDone: rowByName.get(file.name)?.statementsDone ?? 0 }));
  const lastApplied = folder.migrations.findLast((file) => rowByName.get(file.name)?.state === "applied");
  return {
    applied: versioned.filter((row) => row.state === "applied"),
    pending,
    problems: [
      ...folder.problems.filter(
        (problem) => !(problem.code === "migration-file-missing" && rowByName.has(problem.name)),
      ),
      ...gone.map((row) => goneProblem(row, newHashes.get(row.hash))),
      ...folder.migrations.flatMap((file) => editedProblem(file, rowByName.get(file.name))),
      ...pending
        .filter(
          ({ file }) =>
            lastApplied !== undefined && file.index < lastApplied.index && !renamedTo.has(file.name),
        )
        .map(({ file }) => lateProblem(file, lastApplied)),
    ],
  };
}

function goneProblem(row: LedgerRow, renamed: MigrationFile | undefined): HistoryProblem {
  if (renamed !== undefined) {
    return {
      code: "migration-renamed",
      name: row.name,
      message: `${row.name} was applied on ${day(row)} but is now called ${renamed.name}: give it its old name back.`,
    };
  }
  return {
    code: "migration-missing",
    name: row.name,
    message: `${row.name} was applied on ${day(row)} but its file is not here: restore it from version control, or use the checkout this database was migrated with.`,
  };
}

function editedProblem(file: MigrationFile, row: LedgerRow | undefined): readonly HistoryProblem[] {
  if (row === undefined) {
    return [];
  }
  if (row.state === "applied") {
    return row.hash === file.hash
      ? []
      : [
          {
            code: "migration-edited",
            name: file.name,
            message: `${file.name}.sql was changed after it was applied on ${day(row)}: restore its text from version control and make the change as a new migration (pnpm db:generate).`,
          },
        ];
  }
  // An interrupted migration may be mended, but not where it has already run.
  return row.doneHash === hashOfStatements(file, row.statementsDone)
    ? []
    : [
        {
          code: "migration-edited",
          name: file.name,
          message: `${file.name}.sql was interrupted after statement ${row.statementsDone}, and the statements that already ran were changed since: restore their text; only later ones may be mended.`,
        },
      ];
}

function lateProblem(file: MigrationFile, last: MigrationFile | undefined): HistoryProblem {
  return {
    code: "migration-late",
    name: file.name,
    message: `${file.name} was added before ${last?.name ?? "others"}, which is already applied: remove it and make it again with \`pnpm db:generate\`, so that it comes last.`,
  };
}

function day(row: LedgerRow): string {
  return row.appliedAt.slice(0, 10);
}
