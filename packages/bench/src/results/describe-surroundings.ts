// Where a run was made and of what, as pairs of words: what a reader must know before two reports are laid side by side.
import type { BenchReport } from "./bench-report.ts";
import { formatBytes, formatCount, formatInstant } from "./shown-figure.ts";

/** What is known of the surroundings of a run. */
export type Surroundings = Pick<
  BenchReport,
  "startedAt" | "finishedAt" | "machine" | "server" | "dataset" | "indexUse"
>;

/** @returns name and value, in the order to be shown */
export function describeSurroundings(
  report: Surroundings,
): readonly (readonly [name: string, value: string])[] {
  const { machine, server, dataset, indexUse } = report;
  const rows = Object.entries(dataset.rowsByTable);
  return [
    ["started", formatInstant(report.startedAt)],
    ["finished", formatInstant(report.finishedAt)],
    ["processor", `${machine.processor}, ${machine.cores} cores`],
    ["memory", formatBytes(machine.memoryBytes)],
    ["system", `${machine.platform} ${machine.architecture}, Node ${machine.node}`],
    ["options of Node", machine.nodeOptions || "none"],
    ["edition", server.edition],
    ["PostgreSQL", server.postgresVersion],
    ...(server.timescaleVersion === undefined ? [] : [["TimescaleDB", server.timescaleVersion] as const]),
    ["profile", dataset.profile],
    ["seed", String(dataset.seed)],
    ...(dataset.seeding === undefined
      ? [["seeding", "used again"] as const]
      : [
          [
            "seeding",
            `${formatCount(dataset.seeding.seconds)} s, ${formatCount(dataset.seeding.barsPerSecond)} bars a second`,
          ] as const,
        ]),
    ...rows.map(([table, count]) => [`rows of ${table}`, formatCount(count)] as const),
    ...Object.entries(server.settings),
    ...(indexUse === undefined
      ? []
      : ([
          ["catalogued queries", formatCount(indexUse.queries)],
          ["read a table from end to end", indexUse.sequential.join(", ") || "none"],
          ["unused indexes", indexUse.unusedIndexes.join(", ") || "none"],
        ] as const)),
  ];
}
