// The slowest catalogued query of the run and the plan it has, for whoever wants to know why. Judges nothing.
import { LATENCY_BOUNDS } from "../results/judge-report.ts";
import { catalogueEntry } from "../servers/reference-client.ts";
import { drawStatement } from "../workloads/read-workloads.ts";
import type { GateContext } from "./gate.ts";

/** Keeps the plan of the slowest recorded query of all classes that have a bound. */
export async function explainSlowest({ record, data, facts, draw }: GateContext): Promise<void> {
  const [slowest] = [...record.workloads.values()]
    .filter((result) => LATENCY_BOUNDS[result.class] !== undefined && result.temperature === "warm")
    .toSorted((one, other) => other.latency.p99 - one.latency.p99);
  if (slowest === undefined) return;
  const { text, values } = drawStatement(catalogueEntry(slowest.name), facts, draw(slowest.name));
  const { rows } = await data.query<{ readonly "QUERY PLAN": string }>(
    `explain (analyze, buffers) ${text}`,
    values,
  );
  record.slowest = {
    workload: slowest.name,
    p99Milliseconds: slowest.latency.p99,
    plan: rows.map((row) => row["QUERY PLAN"]).join("\n"),
  };
}
