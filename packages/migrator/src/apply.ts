// A whole migration run: lock, read, refuse or apply step by step, verify, release.

import type { CatalogueDifference } from "./catalogue/difference.ts";
import type { MigratorContext } from "./migrator.ts";
import { planSteps } from "./plan/plan.ts";
import type { PlanStep } from "./plan/step.ts";
import { type GuardedClass, readDeclaredTimeSeries, requireAllowed } from "./time-series/declared-state.ts";
import { timeSeriesStep } from "./time-series/time-series-steps.ts";
import { acquireMigrationLock } from "./session/migration-lock.ts";
import type { ServerDescription } from "./session/server-description.ts";
import type { MigrationSession } from "./session/session.ts";
import type { Declaration } from "./situation.ts";
import { readSituation, requireConsistent, withSession } from "./situation.ts";
import { tryCompareWithDeclaration } from "./verify.ts";

/** What a migration run does besides applying what is pending, and which risks it may take. */
export interface ApplyOptions {
  /** Makes every function, trigger and view again, changed or not. @defaultValue false */
  readonly reapply?: boolean;
  /** Classes of time-series steps that may be taken although they lose rows or cannot be undone. @defaultValue none */
  readonly allow?: readonly GuardedClass[];
}

/** What a migration run did, and how far the database is from the declared state after it. */
export interface ApplyResult {
  readonly server: ServerDescription;
  /** What was done, in order; empty when there was nothing to do. */
  readonly steps: readonly PlanStep[];
  /** What the verification at the end found; null when it could not be made, and `notVerified` says why. */
  readonly differences: readonly CatalogueDifference[] | null;
  /** Why there was no verification; null when there was one. */
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
  // Loaded only now: most of the migrator's code makes changes, and most runs find none to make.
  const { runSteps } = await import("./run-steps.ts");
  return runSteps({ context, session, declared, situation, reapply }, steps);
}

async function verifyAtEnd(
  session: MigrationSession,
  declaration: Declaration,
): Promise<Pick<ApplyResult, "differences" | "notVerified">> {
  const { differences, reason } = await tryCompareWithDeclaration(session, declaration);
  return { differences, notVerified: reason };
}
