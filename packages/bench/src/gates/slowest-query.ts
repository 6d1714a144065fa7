// The slowest catalogued query of the run and the plan it had, for whoever wants to know why. Judges nothing.
import type { QueryClass } from "@app/schema/queries";
import { catalogueEntry } from "../servers/reference-client.ts";
import { drawStatement } from "../workloads/read-workloads.ts";
import type { GateContext } from "./gate.ts";

/** Keeps the plan of the slowest query of a class, where it is slower than the slowest one so far. */
export async function explainSlowest(context: GateContext, queryClass: QueryClass): Promise<void> {
  const { record, data, facts } = context;
  const [slowest] = [...record.workloads.values()]
    .filter((result) => result.class === queryClass && result.temperature === "warm")
    .toSorted((one, other) => other.latency.p99 - one.latency.p99);
  if (slowest === undefined) return;
  const isOld = record.slowest?.workload === slowest.name;
  if (!isOld && (record.slowest?.p99Milliseconds ?? 0) >= slowest.latency.p99) return;
  const { text, values } = drawStatement(catalogueEntry(slowest.name), facts, context.draw(slowest.name));
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
