// The 99th percentile of a class of catalogued queries under load, from the intended start of each call: the promise of how long a caller
// waits. Every query of the class takes its turn; each is judged by itself, and all of them together.
import type { QueryClass } from "@app/schema/queries";
import { type Finding, judgeP99 } from "../measuring/finding.ts";
import { quantile } from "../measuring/quantile.ts";
import { informativePlan, loadWorkloads, type LoadResult, resultsOf } from "../load/loaded-workloads.ts";
import { judgeWorkload, LATENCY_BOUNDS, nameOfClass } from "../results/judge-report.ts";
import type { WorkloadResult } from "../results/bench-report.ts";
import { createReadWorkloads } from "../workloads/read-workloads.ts";
import type { Gate, GateContext } from "./gate.ts";

/** Stretches of a load that are taken as rounds of one measurement. */
const STRETCHES = 9;

/** The calls of a load as rounds, one after the other. */
export function stretchesOf(latencies: Float64Array): readonly (readonly number[])[] {
  const length = Math.ceil(latencies.length / STRETCHES);
  return Array.from({ length: STRETCHES }, (_, place) => [
    ...latencies.subarray(place * length, (place + 1) * length),
  ]).filter((stretch) => stretch.length > 0);
}

/** What a load was, in words. */
export function describeLoad({ capacity, loop }: LoadResult): string {
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  const late = quantile([...loop.lateness], 0.99);
  return (
    `${loop.intendedRate.toFixed(0)} calls/s meant, ${loop.achievedRate.toFixed(0)} made, capacity ${capacity.rate.toFixed(0)}; ` +
    `this client's thread on a core ${percent(loop.clientShare)} of the time (${percent(capacity.clientShare)} at capacity), ` +
    `its calls sent up to ${late.toFixed(1)} ms late (p99), which is in the latency`
  );
}

/** Says of a figure that it is no gate here. */
function unjudged(finding: Finding): Finding {
  const { bound, note } = finding;
  if (bound === undefined) return finding;
  const why = `promised ${bound.kind} ${bound.value} ms, not judged on this profile`;
  return {
    ...finding,
    bound: undefined,
    isKept: undefined,
    note: note === undefined ? why : `${note}; ${why}`,
  };
}

/** Runs the load of a class. @returns it, and the result of each workload */
async function load(
  context: GateContext,
  queryClass: QueryClass,
): Promise<{ readonly result: LoadResult; readonly workloads: readonly WorkloadResult[] }> {
  const { connections, database, effort, record } = context;
  const workloads = createReadWorkloads({ ...context, queryClass });
  const plan = { ...effort, connections };
  const result = await loadWorkloads(
    database,
    workloads,
    context.draw(queryClass),
    LATENCY_BOUNDS[queryClass] === undefined ? informativePlan(plan) : plan,
  );
  const results = resultsOf(result, connections);
  for (const workload of results) record.workloads.set(`${workload.name} ${workload.temperature}`, workload);
  return { result, workloads: results };
}

/** @returns the gate of a class */
export function createLatencyGate(queryClass: QueryClass): Gate {
  const benchmark = `p99 ${nameOfClass(queryClass)}`;
  return {
    name: `p99-${queryClass.replaceAll("_", "-")}`,
    about: `every query of the class ${nameOfClass(queryClass)} under half the load its database can bear`,
    async *run(context): AsyncGenerator<Finding, void, undefined> {
      const judged = (finding: Finding): Finding =>
        context.effort.judgesTimes ? finding : unjudged(finding);
      const { result, workloads } = await load(context, queryClass);
      const bound = LATENCY_BOUNDS[queryClass];
      for (const workload of workloads) yield judged(judgeWorkload(workload));
      yield judged(
        judgeP99(
          { benchmark, subject: "all of its queries together", bound, note: describeLoad(result) },
          { name: queryClass, rounds: stretchesOf(result.loop.latencies) },
        ),
      );
    },
  };
}
