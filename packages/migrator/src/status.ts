// Where a database stands, for a person: the server, what is applied, what is pending, what contradicts, what drifted.

import type { CatalogueDifference } from "./catalogue/difference.ts";
import type { HistoryProblem } from "./errors.ts";
import type { LedgerRow } from "./ledger/ledger-row.ts";
import type { MigratorContext } from "./migrator.ts";
import { planSteps } from "./plan/plan.ts";
import type { PlanStep } from "./plan/step.ts";
import type { ServerDescription } from "./session/server-description.ts";
import { readSituation, withSession } from "./situation.ts";
import { limitsOfServer, readDeclaredTimeSeries } from "./time-series/declared-state.ts";
import { timeSeriesStep } from "./time-series/time-series-steps.ts";
import { tryCompareWithDeclaration } from "./verify.ts";

/** Where a database stands: what is applied, what is pending, what contradicts, what drifted. */
export interface StatusResult {
  readonly server: ServerDescription;
  /** What the server's edition does not do of what is declared; empty for the community edition. */
  readonly limits: readonly string[];
  /** Versioned migrations that are applied. */
  readonly applied: readonly LedgerRow[];
  /** Steps of all kinds that `apply` would take. */
  readonly pending: readonly PlanStep[];
  /** Contradictions between files and ledger; while there are any, nothing can be applied. */
  readonly problems: readonly HistoryProblem[];
  /** Null when drift cannot be told apart from what is pending, or cannot be read; `driftUnknown` says why. */
  readonly drift: readonly CatalogueDifference[] | null;
  /** Why the drift is not known; null when it is. */
  readonly driftUnknown: string | null;
}

/** Reads the status. */
export async function readStatus(context: MigratorContext): Promise<StatusResult> {
  return withSession(context, async (session, declaration) => {
    const { rows, history } = await readSituation(session, declaration.folder);
    const timeSeries = await readDeclaredTimeSeries(session, declaration.declared, rows);
    const pending = [
      ...planSteps(history, declaration.declared.repeatables, rows, "changed"),
      ...timeSeries.changes.map(timeSeriesStep),
    ];
    const result = {
      server: session.server,
      limits: await limitsOfServer(session, declaration.declared),
      applied: history.applied,
      pending,
      problems: history.problems,
    };
    if (history.problems.length > 0) {
      return { ...result, drift: null, driftUnknown: "the migration files contradict the ledger" };
    }
    if (pending.length > 0) {
      return { ...result, drift: null, driftUnknown: "there are pending steps" };
    }
    const { differences, reason } = await tryCompareWithDeclaration(session, declaration);
    return { ...result, drift: differences, driftUnknown: reason };
  });
}
