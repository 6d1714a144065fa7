// Where a database stands: the files, the code, the ledger and their comparison, read once per run.

import { DatabaseError } from "@app/database";

import type { DeclaredSchema } from "./declared/declared-schema.ts";
import { MigrationHistoryError } from "./errors.ts";
import type { MigrationFolder } from "./files/migration-folder.ts";
import { readMigrationFolder } from "./files/migration-folder.ts";
import type { MigrationHistory } from "./ledger/history.ts";
import { compareHistory } from "./ledger/history.ts";
import type { LedgerRow } from "./ledger/ledger-row.ts";
import { readLedger } from "./ledger/ledger.ts";
import type { MigratorContext } from "./migrator.ts";
import { ledgerDenied } from "./session/preflight.ts";
import type { MigrationSession } from "./session/session.ts";
import { openSession } from "./session/session.ts";

export interface Declaration {
  readonly declared: DeclaredSchema;
  readonly folder: MigrationFolder;
}

export interface Situation {
  /** False when this database was never migrated. */
  readonly hasLedger: boolean;
  readonly rows: readonly LedgerRow[];
  readonly history: MigrationHistory;
}

/** Opens a session while the declaration is read from disk, and closes it whatever happens. */
export async function withSession<Result>(
  context: MigratorContext,
  work: (session: MigrationSession, declaration: Declaration) => Promise<Result>,
): Promise<Result> {
  const declaring = declare(context);
  // If the connection fails first, its error is the one to tell.
  declaring.catch(() => undefined);
  const session = await openSession(context.connection);
  try {
    return await work(session, await declaring);
  } finally {
    await session.close();
  }
}

async function declare(context: MigratorContext): Promise<Declaration> {
  const declared = await context.declared();
  return { declared, folder: await readMigrationFolder(declared.migrations) };
}

/** Reads the ledger and holds the files against it. */
export async function readSituation(session: MigrationSession, folder: MigrationFolder): Promise<Situation> {
  let rows: readonly LedgerRow[] | undefined;
  try {
    rows = await readLedger(session);
  } catch (error) {
    throw error instanceof DatabaseError && error.sqlState === "42501"
      ? ledgerDenied(session.server, error)
      : error;
  }
  return { hasLedger: rows !== undefined, rows: rows ?? [], history: compareHistory(folder, rows ?? []) };
}

/** @throws MigrationHistoryError when files and ledger contradict each other. */
export function requireConsistent({ history }: Situation): void {
  const [first, ...others] = history.problems;
  if (first !== undefined) {
    throw new MigrationHistoryError([first, ...others]);
  }
}
