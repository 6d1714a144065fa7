// What follows a load on TimescaleDB: bars that came late leave roll-ups stale and chunks out of their columns. Brought up to
// date at once; where that cannot be, the bars are stored all the same, and what is left is said.
import { parseConnection } from "@app/database";
import type { BacklogOutcome } from "@app/migrator";
import { formatCount } from "../../terminal/number-format.ts";

/** What was done of it, and what is left and why. */
export interface CaughtUp {
  readonly backlog: readonly BacklogOutcome[];
  readonly left: string | undefined;
}

export async function catchUpMarketData(url: string): Promise<CaughtUp> {
  const { catchUp } = await import("@app/migrator");
  try {
    const { ran, backlog } = await catchUp({ connection: parseConnection(url), table: "market_data" });
    if (!ran) return { backlog, left: "a maintenance run is at work" };
    const inUse = backlog.some((outcome) => outcome.inUse > 0);
    return { backlog, left: inUse ? "some were in use" : undefined };
  } catch (error) {
    return { backlog: [], left: error instanceof Error ? error.message : String(error) };
  }
}

/** Lines for a person; none where there was nothing to do. */
export function describeCaughtUp({ backlog, left }: CaughtUp): string {
  const sum = (kind: BacklogOutcome["kind"]): number =>
    backlog.reduce((total, outcome) => total + (outcome.kind === kind ? outcome.done : 0), 0);
  const [ranges, chunks] = [sum("roll-up"), sum("columnstore")];
  const done = [
    ...(ranges > 0
      ? [`${formatCount(ranges)} stale range${ranges === 1 ? "" : "s"} of roll-ups refreshed`]
      : []),
    ...(chunks > 0 ? [`${formatCount(chunks)} chunk${chunks === 1 ? "" : "s"} converted to columns`] : []),
  ];
  const lines = [
    ...(done.length > 0 ? [done.join(", ")] : []),
    ...(left === undefined
      ? []
      : [
          `roll-ups and columns are not all up to date (${left}): \`pnpm db:maintain\` as their owner does the rest`,
        ]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}
