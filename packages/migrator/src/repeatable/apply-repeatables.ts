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
import { type Entitlements, readEntitlements, statementsGivingBack } from "./entitlements.ts";
import { repeatableChanges } from "./repeatable-changes.ts";
import { repeatableHash } from "./repeatable-hash.ts";

// The server found something in the way that the ledger does not know of: dependents, or a changed result type.
const wantsMore = new Set(["2BP01", "42P13", "42P16", "0A000"]);

const nextScope: Readonly<Record<RepeatableScope, RepeatableScope | undefined>> = {
  changed: "views-made-again",
  "views-made-again": "all",
  all: undefined,
};

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
    const wider = nextScope[scope];
    if (
      wider === undefined ||
      !(error instanceof MigrationStatementError) ||
      !wantsMore.has(error.sqlState ?? "")
    ) {
      throw error;
    }
    run.onEvent({ type: "parked-repeatables", name: repeatablesName, reason: error.message });
    return applyRepeatables(run, objects, rows, wider);
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

/**
 * Runs changes and renumbers the ledger to the code's order; the caller owns the transaction. Answers the owners, grants
 * and comments of what was dropped; where it is made again by a later call of the same transaction, hand them on to
 * that as `taken`.
 */
export async function runRepeatableChanges(
  run: Run,
  objects: readonly RepeatableObject[],
  changes: readonly RepeatableChange[],
  taken: ReadonlyMap<string, Entitlements> = new Map(),
): Promise<ReadonlyMap<string, Entitlements>> {
  const drops = changes.filter((change) => change.action === "drop");
  const entitlements = new Map([
    ...taken,
    ...(await readEntitlements(
      run.session,
      drops.map(({ objectKind, name }) => ({ kind: objectKind, name })),
    )),
  ]);
  for (const change of changes) {
    const start = performance.now();
    const { action, name } = change;
    run.onEvent({ type: "step-started", kind: "repeatable", action, name });
    await runChange(run, change, action === "drop" ? undefined : entitlements);
    const durationMs = performance.now() - start;
    await (change.action === "drop" ? forget(run, change) : record(run, change, durationMs));
    run.onEvent({ type: "step-done", kind: "repeatable", action, name, durationMs });
  }
  await numberInLedger(
    run.session,
    "repeatable",
    objects.map(({ name }) => name),
  );
  return entitlements;
}

async function runChange(
  run: Run,
  change: RepeatableChange,
  entitlements: ReadonlyMap<string, Entitlements> | undefined,
): Promise<void> {
  let before = entitlements?.get(change.name);
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
    if (before !== undefined && !before.ordinary && (await giveBack(run, change, before))) {
      before = undefined;
    }
  }
}

/**
 * Gives back owner, grants and comments as soon as the object is there, so that the rest of its own text has the last
 * word on grants. Answers false where it is not there yet.
 */
async function giveBack(run: Run, change: RepeatableChange, before: Entitlements): Promise<boolean> {
  const [now] = (
    await readEntitlements(run.session, [{ kind: change.objectKind, name: change.name }])
  ).values();
  if (now === undefined) {
    return false;
  }
  const statements = statementsGivingBack(before, now);
  for (const [index, sql] of statements.entries()) {
    const place = {
      name: `${change.objectKind} ${change.name}`,
      statement: index + 1,
      statements: statements.length,
      firstLine: sql,
    };
    await runStatement(
      run.session,
      sql,
      place,
      "It is to have the owner, grants and comments it had; nothing of this change was kept.",
    );
  }
  return true;
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
