// Maintenance events as lines for a person. Not for programs: those read --json.

import type { BacklogOutcome, MaintenanceEvent, RetentionOutcome } from "@app/migrator";

/** One line, or undefined for what needs none. */
export function describeMaintenance(event: MaintenanceEvent, dryRun: boolean): string | undefined {
  switch (event.type) {
    case "retention-started":
      return undefined;
    case "rows-removed":
      return `${event.table}: ${event.removed} rows removed so far`;
    case "retention-done":
      return describeOutcome(event.outcome, dryRun);
    case "backlog-progress":
      return undefined;
    case "backlog-done":
      return describeBacklog(event.outcome, dryRun, event.durationMs);
    case "overview-refreshed":
      return `market_overview: refreshed (${Math.round(event.durationMs)} ms)`;
    default:
      return event satisfies never;
  }
}

function describeOutcome(outcome: RetentionOutcome, dryRun: boolean): string {
  const { table, before } = outcome;
  if (outcome.means === "job") {
    return `${table}: left to job ${outcome.job} of the server; --all does it at once`;
  }
  const what = outcome.means === "chunks" ? "chunk" : "row";
  const verb = dryRun ? "would go" : "removed";
  const parts = [
    `${counted(outcome.removed, what)} from before ${before} ${verb}`,
    ...(outcome.held > 0 ? [`${counted(outcome.held, what)} held back`] : []),
    ...(outcome.means === "chunks" && outcome.inUse > 0
      ? [`${counted(outcome.inUse, what)} in use, left to the next run`]
      : []),
  ];
  return `${table}: ${parts.join(", ")}`;
}

function describeBacklog(
  { kind, name, done, inUse, from, to }: BacklogOutcome,
  dryRun: boolean,
  durationMs: number,
): string {
  const [what, verb] = kind === "roll-up" ? ["stale range", "refreshed"] : ["chunk", "converted to columns"];
  const parts = [
    `${counted(done, what)} ${dryRun ? "would be " : ""}${verb}`,
    ...(inUse > 0 ? [`${counted(inUse, what)} in use, left to the next run`] : []),
  ];
  return `${name}: ${parts.join(", ")}, between ${from} and ${to} (${Math.round(durationMs)} ms)`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
