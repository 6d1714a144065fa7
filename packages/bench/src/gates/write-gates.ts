// Writes under load, and the mix of a working day: four reads to one write. For information: how fast a row is stored says more
// of the disk than of this layer; its ratio to the server's own COPY is judged by the gate `copy`.
import { type Finding, judgeP99 } from "../measuring/finding.ts";
import { informativePlan, loadWorkloads, resultsOf } from "../load/loaded-workloads.ts";
import { createReadWorkloads } from "../workloads/read-workloads.ts";
import type { Workload } from "../workloads/workload.ts";
import { createWriteWorkloads } from "../workloads/write-workloads.ts";
import type { Gate, GateContext } from "./gate.ts";
import { describeLoad, stretchesOf } from "./latency-gate.ts";

async function* underLoad(
  context: GateContext,
  gate: string,
  subject: string,
  workloads: readonly Workload[],
): AsyncGenerator<Finding, void, undefined> {
  const { connections, database, effort } = context;
  const plan = informativePlan({ connections, ...effort });
  const result = await loadWorkloads(database, workloads, context.draw(subject), plan);
  for (const workload of resultsOf(result, connections)) {
    context.record.workloads.set(`${workload.name} ${workload.class}`, workload);
  }
  yield judgeP99(
    { benchmark: gate, subject: `${subject}, p99`, note: describeLoad(result) },
    { name: subject, rounds: stretchesOf(result.loop.latencies) },
  );
}

/** Each kind of write by itself. */
export const writeGate: Gate = {
  name: "writes",
  about: "orders, fills, bars and log records written through the repositories",
  async *run(context) {
    for (const workload of await createWriteWorkloads(context.data, context.draw("writes"))) {
      yield* underLoad(context, "writes", workload.name, [workload]);
    }
  },
};

/** Reads in a mix, to each write. */
const READS_PER_WRITE = 4;

/** 80 % reads, 20 % writes. */
export const mixedGate: Gate = {
  name: "mixed",
  about: "four reads to one write",
  async *run(context) {
    const writes = await createWriteWorkloads(context.data, context.draw("mixed"));
    const reads = createReadWorkloads(context).filter((workload) => workload.class !== "operations");
    let place = 0;
    const nextRead = (): Workload | undefined => reads[place++ % reads.length];
    const asMixed = (name: string, run: Workload["run"]): Workload => ({ name, class: "mixed", run });
    const mix = writes.flatMap((write) => [
      asMixed(write.name, (database) => write.run(database)),
      ...Array.from({ length: READS_PER_WRITE }, (_, read) =>
        asMixed(`read ${read + 1} to ${write.name}`, async (database) => await nextRead()?.run(database)),
      ),
    ]);
    yield* underLoad(context, "mixed", "80 % reads, 20 % writes", mix);
  },
};
