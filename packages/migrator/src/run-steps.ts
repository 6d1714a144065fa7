// Takes the steps of a plan, each kind in its turn: migrations, functions and views, time series.

import type { DeclaredSchema } from "./declared/declared-schema.ts";
import { createLedger, readLedger } from "./ledger/ledger.ts";
import type { MigratorContext } from "./migrator.ts";
import type { PlanStep } from "./plan/step.ts";
import { applyRepeatables } from "./repeatable/apply-repeatables.ts";
import { requireWritable } from "./session/preflight.ts";
import type { MigrationSession } from "./session/session.ts";
import type { Situation } from "./situation.ts";
import { applyTimeSeries } from "./time-series/apply-time-series.ts";
import { readDeclaredTimeSeries } from "./time-series/declared-state.ts";
import { abandonMoves } from "./time-series/move/abandon-move.ts";
import { timeSeriesStep } from "./time-series/time-series-steps.ts";
import { applyPending } from "./versioned/apply-pending.ts";

export interface StepRun {
  readonly context: MigratorContext;
  readonly session: MigrationSession;
  readonly declared: DeclaredSchema;
  readonly situation: Situation;
  readonly reapply: boolean;
}

/** Returns the steps as they were taken: those of time series are planned anew once the others are done. */
export async function runSteps(run: StepRun, planned: readonly PlanStep[]): Promise<readonly PlanStep[]> {
  const { context, session, declared, situation } = run;
  requireWritable(session.server);
  if (!situation.hasLedger) {
    await createLedger(session);
  }
  await runFiles(run);
  // Planned anew: the steps before may have made tables, and views in the place of those that read aggregates.
  const now = await readDeclaredTimeSeries(session, declared, (await readLedger(session)) ?? []);
  await applyTimeSeries({ session, ...context }, now.changes, declared.repeatables);
  return [...planned.filter(({ kind }) => kind !== "declared"), ...now.changes.map(timeSeriesStep)];
}

async function runFiles({ context, session, declared, situation, reapply }: StepRun): Promise<void> {
  const { connection, patience, onEvent } = context;
  const { repeatables } = declared;
  const run = { session, connection, patience, onEvent };
  // A table half moved would not follow the change of the live one.
  if (situation.history.pending.length > 0) await abandonMoves(run);
  await applyPending(run, situation.history.pending, repeatables, situation.rows);
  // Read again: a migration that functions or views stood in the way of has made them anew already.
  await applyRepeatables(run, repeatables, (await readLedger(session)) ?? [], reapply ? "all" : "changed");
}
