// Runs one versioned migration in one transaction together with its ledger row: all of it, or nothing.

import { hashOfStatements } from "../ledger/history.ts";
import type { PendingMigration } from "../ledger/history.ts";
import { recordInLedger } from "../ledger/ledger.ts";
import type { Run } from "../run.ts";
import { runStatement } from "../session/run-statement.ts";
import { withLockRetry } from "../session/retry.ts";
import { inTransaction } from "../session/transaction.ts";

/** Applies a migration, with retries for its locks. */
export async function applyTransactional(run: Run, migration: PendingMigration): Promise<void> {
  const { session, connection, patience, onEvent } = run;
  const { lockTimeoutMs, attempts } = patience;
  await withLockRetry(
    { session, connection, name: migration.file.name, attempts, lockTimeoutMs, onEvent },
    async () => inTransaction(session, lockTimeoutMs, async () => runMigrationStatements(run, migration)),
  );
}

/** Runs the statements and writes the ledger row; the caller owns the transaction. */
export async function runMigrationStatements(run: Run, { file }: PendingMigration): Promise<void> {
  const start = performance.now();
  for (const statement of file.statements) {
    const began = performance.now();
    const place = {
      name: `${file.name}.sql`,
      statement: statement.number,
      statements: file.statements.length,
      firstLine: statement.firstLine,
    };
    await runStatement(run.session, statement.sql, place, "Nothing of this migration was kept.");
    run.onEvent({
      type: "statement-done",
      name: file.name,
      statement: statement.number,
      statements: file.statements.length,
      durationMs: performance.now() - began,
    });
  }
  await recordInLedger(run.session, {
    kind: "versioned",
    name: file.name,
    position: file.index,
    hash: file.hash,
    state: "applied",
    statementsDone: file.statements.length,
    doneHash: hashOfStatements(file, file.statements.length),
    objectKind: null,
    undo: null,
    durationMs: performance.now() - start,
  });
}
