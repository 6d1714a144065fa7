// A whole migration run: lock, read, refuse or apply step by step, verify, release.

import type { CatalogueDifference } from "./catalogue/difference.ts";
import { createLedger, readLedger } from "./ledger/ledger.ts";
import type { MigratorContext } from "./migrator.ts";
import { planSteps } from "./plan/plan.ts";
import type { PlanStep } from "./plan/step.ts";
import { applyRepeatables } from "./repeatable/apply-repeatables.ts";
import { applyTimeSeries } from "./time-series/apply-time-series.ts";
import { abandonMoves } from "./time-series/move/abandon-move.ts";
import { type GuardedClass, readDeclaredTimeSeries, requireAllowed } from "./time-series/declared-state.ts";
import { timeSeriesStep } from "./time-series/time-series-steps.ts";
import { acquireMigrationLock } from "./session/migration-lock.ts";
import { requireWritable } from "./session/preflight.ts";
import type { ServerDescription } from "./session/server-description.ts";
import type { MigrationSession } from "./session/session.ts";
import type { Declaration, Situation } from "./situation.ts";
import { readSituation, requireConsistent, withSession } from "./situation.ts";
import { tryCompareWithDeclaration } from "./verify.ts";
import { applyPending } from "./versioned/apply-pending.ts";

export interface ApplyOptions {
  /** Makes every function, trigger and view again, changed or not. @defaultValue false */
  readonly reapply?: boolean;
  /** Classes of time-series steps that may be taken although they lose rows or cannot be undone. @defaultValue none */
  readonly allow?: readonly GuardedClass[];
}

export interface ApplyResult {
  readonly server: ServerDescription;
  /** What was done, in order; empty when there was nothing to do. */
  readonly steps: readonly PlanStep[];
  /** What the verification at the end found; null when it could not be made, and `notVerified` says why. */
  readonly differences: readonly CatalogueDifference[] | null;
  readonly notVerified: string | null;
  readonly durationMs: number;
}

/** Applies everything pending. @throws MigratorError */
export async function apply(
  context: MigratorContext,
  { reapply = false, allow = [] }: ApplyOptions,
): Promise<ApplyResult> {
  const start = performance.now();
  return withSession(context, async (session, declaration) => {
    // Verified under the lock too, so that no other run's half-way state is taken for drift.
    const result = await underLock(context, session, async () => ({
      steps: await applySteps(context, session, declaration, { reapply, allow }),
      ...(await verifyAtEnd(session, declaration)),
    }));
    return { server: session.server, ...result, durationMs: performance.now() - start };
  });
}

/** Runs work with the migration lock held, and gives it back whatever happens. */
export async function underLock<Result>(
  context: MigratorContext,
  session: MigrationSession,
  work: () => Promise<Result>,
): Promise<Result> {
  const lock = await acquireMigrationLock(session, {
    waitMs: context.patience.lockWaitMs,
    onEvent: context.onEvent,
  });
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    // The first error tells what happened; the lock goes with the connection in any case.
    await lock.release().catch(() => undefined);
    throw error;
  }
  await lock.release();
  return result;
}

async function applySteps(
  context: MigratorContext,
  session: MigrationSession,
  { declared, folder }: Declaration,
  { reapply, allow }: Required<ApplyOptions>,
): Promise<readonly PlanStep[]> {
  const situation = await readSituation(session, folder);
  requireConsistent(situation);
  const planned = await readDeclaredTimeSeries(session, declared, situation.rows);
  const steps = [
    ...planSteps(situation.history, declared.repeatables, situation.rows, reapply ? "all" : "changed"),
    ...planned.changes.map(timeSeriesStep),
  ];
  requireAllowed(steps, allow);
  if (steps.length === 0 && situation.hasLedger) {
    return steps;
  }
  requireWritable(session.server);
  if (!situation.hasLedger) {
    await createLedger(session);
  }
  await runSteps(context, session, declared.repeatables, situation, reapply);
  // Planned anew: the steps before may have made tables, and views in the place of those that read aggregates.
  const now = await readDeclaredTimeSeries(session, declared, (await readLedger(session)) ?? []);
  await applyTimeSeries({ session, ...context }, now.changes, declared.repeatables);
  return [...steps.filter(({ kind }) => kind !== "declared"), ...now.changes.map(timeSeriesStep)];
}

async function runSteps(
  { connection, patience, onEvent }: MigratorContext,
  session: MigrationSession,
  repeatables: Declaration["declared"]["repeatables"],
  situation: Situation,
  reapply: boolean,
): Promise<void> {
  const run = { session, connection, patience, onEvent };
  // A table half moved would not follow the change of the live one.
  if (situation.history.pending.length > 0) await abandonMoves(run);
  await applyPending(run, situation.history.pending, repeatables, situation.rows);
  // Read again: a migration that functions or views stood in the way of has made them anew already.
  await applyRepeatables(run, repeatables, (await readLedger(session)) ?? [], reapply ? "all" : "changed");
}

async function verifyAtEnd(
  session: MigrationSession,
  declaration: Declaration,
): Promise<Pick<ApplyResult, "differences" | "notVerified">> {
  const { differences, reason } = await tryCompareWithDeclaration(session, declaration);
  return { differences, notVerified: reason };
}
