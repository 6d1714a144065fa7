// Changes of time series in the one shape that is printed, and as differences for verify.

import type { CatalogueDifference } from "../catalogue/difference.ts";
import { firstLineOf } from "../files/sql-text.ts";
import type { PlanStep, StepAction } from "../plan/step.ts";
import { changeSql } from "./change-sql.ts";
import type { LiveJob, LiveState } from "./live-state.ts";
import type { TimeSeriesAction, TimeSeriesChange } from "./time-series-change.ts";

const actions: Readonly<Record<TimeSeriesAction["type"], StepAction>> = {
  "create-hypertable": "create",
  "set-chunk-interval": "alter",
  "set-columnstore": "alter",
  "set-columnstore-policy": "alter",
  "set-retention": "alter",
  "create-aggregate": "create",
  "fill-aggregate": "alter",
  "drop-aggregate": "drop",
  "set-materialized-only": "alter",
  "set-refresh-policy": "alter",
  "enable-job": "alter",
  "replace-view": "replace",
};

/** A change as a step of a plan. */
export function timeSeriesStep(change: TimeSeriesChange): PlanStep {
  return {
    kind: "declared",
    action: actions[change.action.type],
    name: change.object,
    why: change.why,
    safety: change.safety,
    reason: change.reason,
    transactional: change.action.type !== "fill-aggregate",
    statements: changeSql(change.action).map((sql, index) => ({
      number: index + 1,
      sql,
      firstLine: firstLineOf(sql),
      alone: change.action.type === "fill-aggregate",
    })),
  };
}

const classOf = (object: string): CatalogueDifference["class"] => {
  if (object.startsWith("aggregate ")) return "continuous_aggregate";
  return object.startsWith("view ") ? "view" : "hypertable";
};

/** What verify says: every change that would be planned, and jobs that do not do their work. */
export function timeSeriesDifferences(
  changes: readonly TimeSeriesChange[],
  live: LiveState,
): readonly CatalogueDifference[] {
  return [
    ...changes.map(({ object, why, safety, missing, action }): CatalogueDifference => ({
      kind: missing ? "missing" : "different",
      class: classOf(object),
      name: object.replace(/^\w+ /u, ""),
      message: `${object}: ${why}`,
      mend: `pnpm migrate${safety === "destructive" || safety === "one-way" ? ` --allow ${safety}` : ""}${action.type === "create-hypertable" && action.move === "copy" ? " (moves its rows in bounded steps)" : ""}`,
    })),
    ...[...live.hypertables, ...live.aggregates].flatMap(({ jobs }) => jobs.flatMap(failingJob)),
  ];
}

function failingJob({
  id,
  procedure,
  consecutiveFailures,
  lastError,
}: LiveJob): readonly CatalogueDifference[] {
  if (consecutiveFailures === 0) return [];
  return [
    {
      kind: "different",
      class: "job",
      name: String(id),
      message: `job ${id} (${procedure}) failed its last ${consecutiveFailures} runs: ${lastError ?? "no text was kept"}`,
      mend: `look into timescaledb_information.job_errors, then CALL run_job(${id})`,
    },
  ];
}
