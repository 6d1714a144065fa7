// Runs a migration whose statements must not share a transaction, one by one, and records after each how far it
// came, so that a killed run continues there. A statement that bears a transaction shares one with its record and
// so runs exactly once; one that does not is made safe to repeat (concurrent-index.ts) or marked so by its author.

import { MigrationBlockedError } from "../errors.ts";
import type { MigrationStatement } from "../files/migration-statement.ts";
import { hashOfStatements } from "../ledger/history.ts";
import type { PendingMigration } from "../ledger/history.ts";
import { recordInLedger } from "../ledger/ledger.ts";
import type { Run } from "../run.ts";
import { withLockRetry } from "../session/retry.ts";
import { runStatement } from "../session/run-statement.ts";
import { inTransaction } from "../session/transaction.ts";
import { dropInvalidIndex, readinessOf } from "./concurrent-index.ts";

/** Applies, or resumes, a migration statement by statement. */
export async function applyStepwise(
  run: Run,
  migration: PendingMigration,
  interrupted: boolean,
): Promise<void> {
  const { file, statementsDone } = migration;
  const start = performance.now();
  const record = async (done: number): Promise<void> =>
    recordInLedger(run.session, {
      kind: "versioned",
      name: file.name,
      position: file.index,
      hash: file.hash,
      state: done === file.statements.length ? "applied" : "applying",
      statementsDone: done,
      doneHash: hashOfStatements(file, done),
      objectKind: null,
      undo: null,
      durationMs: performance.now() - start,
    });
  // Written first: only a row in state `applying` lets a later run take a finished index for this migration's own.
  if (!interrupted) {
    await record(0);
  }
  for (const statement of file.statements.slice(statementsDone)) {
    const began = performance.now();
    const maybeDone = interrupted && statement.number === statementsDone + 1;
    await (statement.alone
      ? runAlone(run, migration, statement, maybeDone, record)
      : runWithRecord(run, migration, statement, record));
    run.onEvent({
      type: "statement-done",
      name: file.name,
      statement: statement.number,
      statements: file.statements.length,
      durationMs: performance.now() - began,
    });
  }
}

async function runWithRecord(
  run: Run,
  migration: PendingMigration,
  statement: MigrationStatement,
  record: (done: number) => Promise<void>,
): Promise<void> {
  const { session, connection, patience, onEvent } = run;
  const { lockTimeoutMs, attempts } = patience;
  await withLockRetry(
    { session, connection, name: migration.file.name, attempts, lockTimeoutMs, onEvent },
    async () =>
      inTransaction(session, lockTimeoutMs, async () => {
        await send(run, migration, statement);
        await record(statement.number);
      }),
  );
}

async function runAlone(
  run: Run,
  migration: PendingMigration,
  statement: MigrationStatement,
  maybeDone: boolean,
  record: (done: number) => Promise<void>,
): Promise<void> {
  const { session, connection, patience, onEvent } = run;
  const lockTimeoutMs = patience.aloneLockTimeoutMs;
  const { name } = migration.file;
  await withLockRetry(
    { session, connection, name, attempts: patience.attempts, lockTimeoutMs, onEvent },
    async () => {
      await session.query("SELECT set_config('lock_timeout', $1, false)", [`${lockTimeoutMs}ms`]);
      try {
        if (await isStillToRun(run, migration, statement, maybeDone)) {
          await sendOrCleanUp(run, migration, statement);
        }
      } finally {
        await resetLockTimeout(run);
      }
    },
  );
  await record(statement.number);
}

/** Removes what an interrupted build left; false when the statement's work is there already. */
async function isStillToRun(
  { session, onEvent }: Run,
  { file }: PendingMigration,
  statement: MigrationStatement,
  maybeDone: boolean,
): Promise<boolean> {
  const ready = await readinessOf(session, statement, maybeDone);
  if (ready.state === "being-built") {
    throw new MigrationBlockedError(
      "statement-blocked",
      `The index ${ready.index}, which ${file.name}.sql builds, is being built by another session: let it finish, then run again.`,
      [],
    );
  }
  for (const index of ready.state === "drop-invalid" ? ready.indexes : []) {
    await dropInvalidIndex(session, index);
    onEvent({ type: "invalid-index-dropped", name: file.name, index });
  }
  return ready.state !== "done";
}

/** A build that fails leaves an invalid index, which costs every writer and serves no reader. */
async function sendOrCleanUp(
  run: Run,
  migration: PendingMigration,
  statement: MigrationStatement,
): Promise<void> {
  try {
    await send(run, migration, statement);
  } catch (error) {
    try {
      await isStillToRun(run, migration, statement, false);
    } catch {
      // The connection is gone, or the index is in use: the next run removes it before it builds.
    }
    throw error;
  }
}

// A failed reset means a lost connection, of which the statement's own error tells more.
async function resetLockTimeout(run: Run): Promise<void> {
  try {
    await run.session.query("SELECT set_config('lock_timeout', '0', false)");
  } catch {
    // See above.
  }
}

async function send(run: Run, { file }: PendingMigration, statement: MigrationStatement): Promise<void> {
  const place = {
    name: `${file.name}.sql`,
    statement: statement.number,
    statements: file.statements.length,
    firstLine: statement.firstLine,
  };
  const done = statement.number - 1;
  const before =
    done === 0
      ? "Nothing of this migration was done."
      : `Of its ${file.statements.length} statements the first ${done} ${done === 1 ? "is" : "are"} done and recorded; the next run continues here.`;
  await runStatement(run.session, statement.sql, place, before);
}
