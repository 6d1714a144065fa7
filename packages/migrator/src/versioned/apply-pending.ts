// Runs all pending versioned migrations in order. When functions, triggers or views stand in a migration's way (a
// column they use changes its type or goes), it and what follows runs in one transaction in which they are first taken down
// and at the end made again: no session ever writes without its triggers.

import type { RepeatableObject } from "@app/schema";

import { MigrationStatementError } from "../errors.ts";
import type { PendingMigration } from "../ledger/history.ts";
import type { LedgerRow } from "../ledger/ledger-row.ts";
import { readLedger } from "../ledger/ledger.ts";
import { repeatableChanges } from "../repeatable/repeatable-changes.ts";
import { repeatablesName, runRepeatableChanges } from "../repeatable/apply-repeatables.ts";
import type { Run } from "../run.ts";
import { withLockRetry } from "../session/retry.ts";
import { inTransaction } from "../session/transaction.ts";
import { applyStepwise } from "./apply-stepwise.ts";
import { applyTransactional, runMigrationStatements } from "./apply-transactional.ts";

// "Other objects depend on it", and "cannot alter type of a column used by a view".
const blockedByDependents = new Set(["2BP01", "0A000"]);

/** Applies what is pending. `rows` is the ledger as it was before. */
export async function applyPending(
  run: Run,
  pending: readonly PendingMigration[],
  repeatables: readonly RepeatableObject[],
  rows: readonly LedgerRow[],
): Promise<void> {
  for (let index = 0; index < pending.length; index += 1) {
    const migration = pending[index];
    if (migration === undefined) {
      return;
    }
    if (!migration.file.transactional) {
      const interrupted = rows.some((row) => row.kind === "versioned" && row.name === migration.file.name);
      await reported(run, [migration], async () => applyStepwise(run, migration, interrupted));
      continue;
    }
    try {
      await reported(run, [migration], async () => applyTransactional(run, migration));
    } catch (error) {
      if (!(error instanceof MigrationStatementError) || !blockedByDependents.has(error.sqlState ?? "")) {
        throw error;
      }
      const group = transactionalPrefix(pending.slice(index));
      const parked = await applyWithRepeatablesParked(run, group, repeatables, error);
      if (!parked) {
        throw error;
      }
      index += group.length - 1;
    }
  }
}

/** Answers false when there was nothing to take down, so that the failure has another cause. */
async function applyWithRepeatablesParked(
  run: Run,
  group: readonly PendingMigration[],
  repeatables: readonly RepeatableObject[],
  error: MigrationStatementError,
): Promise<boolean> {
  const rows = (await readLedger(run.session)) ?? [];
  if (!rows.some((row) => row.kind === "repeatable")) {
    return false;
  }
  const changes = repeatableChanges(repeatables, rows, "all");
  const name = group.map(({ file }) => file.name).join(", ");
  run.onEvent({ type: "parked-repeatables", name: `${name} with ${repeatablesName}`, reason: error.message });
  const { session, connection, patience, onEvent } = run;
  const { lockTimeoutMs, attempts } = patience;
  await reported(run, group, async () =>
    withLockRetry({ session, connection, name, attempts, lockTimeoutMs, onEvent }, async () =>
      inTransaction(session, lockTimeoutMs, async () => {
        const taken = await runRepeatableChanges(
          run,
          [],
          changes.filter((change) => change.action === "drop"),
        );
        for (const migration of group) {
          await runMigrationStatements(run, migration);
        }
        await runRepeatableChanges(
          run,
          repeatables,
          changes.filter((change) => change.action !== "drop"),
          taken,
        );
      }),
    ),
  );
  return true;
}

function transactionalPrefix(pending: readonly PendingMigration[]): readonly PendingMigration[] {
  const end = pending.findIndex(({ file }) => !file.transactional);
  return end === -1 ? pending : pending.slice(0, end);
}

async function reported(
  run: Run,
  group: readonly PendingMigration[],
  work: () => Promise<void>,
): Promise<void> {
  const start = performance.now();
  for (const { file, statementsDone } of group) {
    run.onEvent({
      type: "step-started",
      kind: "versioned",
      action: statementsDone > 0 ? "resume" : "apply",
      name: file.name,
    });
  }
  await work();
  for (const { file, statementsDone } of group) {
    run.onEvent({
      type: "step-done",
      kind: "versioned",
      action: statementsDone > 0 ? "resume" : "apply",
      name: file.name,
      durationMs: performance.now() - start,
    });
  }
}
