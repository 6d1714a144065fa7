// Carries out changes of repeatable objects and their ledger rows in one transaction.

import { DatabaseError } from "@app/database";
import type { RepeatableObject } from "@app/schema";

import { MigrationStatementError } from "../errors.ts";
import type { LedgerRow } from "../ledger/ledger-row.ts";
import { numberInLedger, recordInLedger, removeFromLedger } from "../ledger/ledger.ts";
import type { Run } from "../run.ts";
import { withLockRetry } from "../session/retry.ts";
import { runStatement } from "../session/run-statement.ts";
import { inTransaction } from "../session/transaction.ts";
import type {
  RepeatableChange,
  RepeatableDrop,
  RepeatableMake,
  RepeatableScope,
} from "./repeatable-changes.ts";
import { repeatableChanges } from "./repeatable-changes.ts";
import { repeatableHash } from "./repeatable-hash.ts";

// The server found something in the way that the ledger does not know of: dependents, or a changed result type.
const wantsAll = new Set(["2BP01", "42P13", "42P16", "0A000"]);

/** Name under which the whole set appears in events and messages. */
export const repeatablesName = "functions, triggers and views";

/** Brings the repeatable objects to those of the code. Answers what was done. */
export async function applyRepeatables(
  run: Run,
  objects: readonly RepeatableObject[],
  rows: readonly LedgerRow[],
  scope: RepeatableScope,
): Promise<readonly RepeatableChange[]> {
  const changes = repeatableChanges(objects, rows, scope);
  if (changes.length === 0) {
    return changes;
  }
  try {
    await inOneTransaction(run, objects, changes);
    return changes;
  } catch (error) {
    if (
      scope === "all" ||
      !(error instanceof MigrationStatementError) ||
      !wantsAll.has(error.sqlState ?? "")
    ) {
      throw error;
    }
    run.onEvent({ type: "parked-repeatables", name: repeatablesName, reason: error.message });
    const all = repeatableChanges(objects, rows, "all");
    await inOneTransaction(run, objects, all);
    return all;
  }
}

async function inOneTransaction(
  run: Run,
  objects: readonly RepeatableObject[],
  changes: readonly RepeatableChange[],
): Promise<void> {
  const { session, connection, patience, onEvent } = run;
  const { lockTimeoutMs, attempts } = patience;
  await withLockRetry(
    { session, connection, name: repeatablesName, attempts, lockTimeoutMs, onEvent },
    async () =>
      inTransaction(session, lockTimeoutMs, async () => runRepeatableChanges(run, objects, changes)),
  );
}

/** Runs changes and renumbers the ledger to the code's order; the caller owns the transaction. */
export async function runRepeatableChanges(
  run: Run,
  objects: readonly RepeatableObject[],
  changes: readonly RepeatableChange[],
): Promise<void> {
  for (const change of changes) {
    const start = performance.now();
    const { action, name } = change;
    run.onEvent({ type: "step-started", kind: "repeatable", action, name });
    await runChange(run, change);
    const durationMs = performance.now() - start;
    await (change.action === "drop" ? forget(run, change) : record(run, change, durationMs));
    run.onEvent({ type: "step-done", kind: "repeatable", action, name, durationMs });
  }
  await numberInLedger(
    run.session,
    "repeatable",
    objects.map(({ name }) => name),
  );
}

async function runChange(run: Run, change: RepeatableChange): Promise<void> {
  for (const statement of change.statements) {
    const place = {
      name: `${change.objectKind} ${change.name}`,
      statement: statement.number,
      statements: change.statements.length,
      firstLine: statement.firstLine,
    };
    try {
      await runStatement(run.session, statement.sql, place, "Nothing of this change was kept.");
    } catch (error) {
      throw dependentsNamed(error);
    }
  }
}

/** "Cannot drop, other objects depend on it": the server's detail says which, and only a person knows whose they are. */
function dependentsNamed(error: unknown): unknown {
  if (!(error instanceof MigrationStatementError) || error.sqlState !== "2BP01") {
    return error;
  }
  const detail = error.cause instanceof DatabaseError ? error.cause.detail : undefined;
  return new MigrationStatementError(
    "repeatable-failed",
    `${error.place.name} cannot be dropped because something this code does not declare depends on it (${detail?.replaceAll("\n", "; ") ?? "unnamed"}): drop that first, or declare it.`,
    error.place,
    error.sqlState,
    { cause: error },
  );
}

async function forget(run: Run, change: RepeatableDrop): Promise<void> {
  await removeFromLedger(run.session, "repeatable", [change.name]);
}

async function record(run: Run, change: RepeatableMake, durationMs: number): Promise<void> {
  await recordInLedger(run.session, {
    kind: "repeatable",
    name: change.name,
    position: change.position,
    hash: repeatableHash(change.object),
    state: "applied",
    statementsDone: change.statements.length,
    doneHash: null,
    objectKind: change.object.kind,
    undo: change.object.drop,
    durationMs,
  });
}
