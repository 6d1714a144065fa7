// What an edition does not do of what is declared, each as one line with what stands in for it.

import type { TimeSeriesDeclaration } from "@app/schema";

import type { ServerDescription } from "../session/server-description.ts";

/** Nothing for the community edition, which does all of it. */
export function editionLimits(
  edition: ServerDescription["edition"],
  { hypertables, continuousAggregates }: TimeSeriesDeclaration,
): readonly string[] {
  if (edition === "timescale") return [];
  const count = (found: number, what: string): string => `${found} ${what}${found === 1 ? "" : "s"}`;
  const compressed = hypertables.filter(({ columnstore }) => columnstore !== undefined).length;
  const kept = hypertables.filter(({ retention }) => retention !== undefined).length;
  return [
    ...(edition === "postgres" && hypertables.length > 0
      ? [`${count(hypertables.length, "table")} declared as hypertables: ordinary tables here`]
      : []),
    ...(compressed > 0 ? [`columnstore of ${count(compressed, "table")}: rows stay as they are`] : []),
    ...(kept > 0
      ? [
          `retention of ${count(kept, "table")}: \`pnpm db:maintain\` ${edition === "postgres" ? "deletes in batches" : "drops chunks"}, from cron or by hand`,
        ]
      : []),
    ...(continuousAggregates.length > 0
      ? [
          `${count(continuousAggregates.length, "continuous aggregate")}: ${continuousAggregates.map(({ view }) => view).join(", ")} are computed when they are read`,
        ]
      : []),
  ];
}
