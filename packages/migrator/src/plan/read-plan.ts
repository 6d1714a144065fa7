// The plan of a live database: what `apply` would do to it now. Reads only.

import type { MigratorContext } from "../migrator.ts";
import type { ServerDescription } from "../session/server-description.ts";
import { readSituation, requireConsistent, withSession } from "../situation.ts";
import { readDeclaredTimeSeries } from "../time-series/declared-state.ts";
import { timeSeriesStep } from "../time-series/time-series-steps.ts";
import { planSteps } from "./plan.ts";
import type { PlanStep } from "./step.ts";

/** What a plan is made for: what is pending, or everything again. */
export interface PlanOptions {
  /** Plan to make every function, trigger and view again. @defaultValue false */
  readonly reapply?: boolean;
}

/** What `apply` would do to a database now. */
export interface PlanResult {
  readonly server: ServerDescription;
  /**
   * In the order of a run; empty when there is nothing to do. Those of time series are planned anew by `apply` once the
   * others are done.
   */
  readonly steps: readonly PlanStep[];
}

/** @throws MigrationHistoryError when nothing could be applied. */
export async function readPlan(
  context: MigratorContext,
  { reapply = false }: PlanOptions,
): Promise<PlanResult> {
  return withSession(context, async (session, { declared, folder }) => {
    const situation = await readSituation(session, folder);
    requireConsistent(situation);
    return {
      server: session.server,
      steps: [
        ...planSteps(situation.history, declared.repeatables, situation.rows, reapply ? "all" : "changed"),
        ...(await readDeclaredTimeSeries(session, declared, situation.rows)).changes.map(timeSeriesStep),
      ],
    };
  });
}
