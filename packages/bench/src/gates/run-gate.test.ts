import { describe, expect, it } from "vitest";
import { type Finding, judge } from "../measuring/finding.ts";
import { latencyOf } from "../measuring/finding.ts";
import { judgeWorkload } from "../results/judge-report.ts";
import type { WorkloadResult } from "../results/bench-report.ts";
import { createRunRecord, type Gate, type GateContext } from "./gate.ts";
import { runGate } from "./run-gate.ts";

const said: string[] = [];
// These gates touch nothing but `say` and `record`.
const contextOf = (record = createRunRecord()): GateContext =>
  ({ say: (text: string) => said.push(text), record }) as unknown as GateContext;
const context = contextOf();
const bound = { kind: "at most", value: 1 } as const;

/** A gate whose figures differ from run to run. */
function gateOf(...runs: readonly (readonly number[])[]) {
  let run = 0;
  return {
    name: "gate",
    about: "figures",
    async *run() {
      for (const [place, figure] of (runs[run] ?? []).entries())
        yield judge({ benchmark: "gate", subject: `figure ${place}`, bound }, figure, "ratio");
      run += 1;
    },
    runs: () => run,
  };
}

/** A workload of one latency, for 200 calls. */
function workloadOf(name: string, milliseconds: number): WorkloadResult {
  const times = Array.from({ length: 200 }, () => milliseconds);
  return {
    name,
    class: "market_data",
    temperature: "warm",
    connections: 20,
    intendedRate: 1,
    achievedRate: 1,
    latency: latencyOf({ name, rounds: [times] }),
    histogram: [{ upperBound: milliseconds, calls: times.length }],
    rows: 1,
  };
}

/** A gate that records its workloads as that of a class does: in each run the latencies by name. */
function recordingGate(...runs: readonly Readonly<Record<string, number>>[]): Gate {
  let run = 0;
  return {
    name: "gate",
    about: "latencies",
    async *run({ record }) {
      for (const [name, milliseconds] of Object.entries(runs[run++] ?? {})) {
        const workload = workloadOf(name, milliseconds);
        record.workloads.set(`${name} warm`, workload);
        yield judgeWorkload(workload);
      }
    },
  };
}

const shown = (findings: readonly Finding[]) =>
  findings.map(({ subject, figure, isKept }) => ({ subject, figure, isKept }));

describe("a gate", () => {
  it("is measured once where it keeps its bounds", async () => {
    const gate = gateOf([0.5, 1]);
    expect(shown(await runGate(gate, context))).toEqual([
      { subject: "figure 0", figure: 0.5, isKept: true },
      { subject: "figure 1", figure: 1, isKept: true },
    ]);
    expect(gate.runs()).toBe(1);
  });

  it("is measured once more where it missed one, and keeps both figures", async () => {
    const gate = gateOf([0.5, 2], [9, 0.9]);
    const findings = await runGate(gate, context);
    expect(shown(findings)).toEqual([
      { subject: "figure 0", figure: 0.5, isKept: true },
      { subject: "figure 1 (first run)", figure: 2, isKept: undefined },
      { subject: "figure 1", figure: 0.9, isKept: true },
    ]);
    expect(findings[1]?.note).toMatch(/missed its bound \(at most 1\)/u);
    expect(gate.runs()).toBe(2);
  });

  it("is missed where both runs missed it, and not measured a third time", async () => {
    const gate = gateOf([2], [3], [0]);
    expect(shown(await runGate(gate, context))).toEqual([
      { subject: "figure 0 (first run)", figure: 2, isKept: undefined },
      { subject: "figure 0", figure: 3, isKept: false },
    ]);
    expect(gate.runs()).toBe(2);
  });

  it("is missed where the second run did not measure what the first one missed", async () => {
    expect(shown(await runGate(gateOf([2], []), context))).toEqual([
      { subject: "figure 0", figure: 2, isKept: false },
    ]);
  });

  it("records of each workload the run that its finding is of", async () => {
    const record = createRunRecord();
    const gate = recordingGate(
      { steady: 1, slow: 9, "slow, other": 2 },
      { steady: 3, slow: 4, "slow, other": 8 },
    );
    const findings = await runGate(gate, contextOf(record));
    expect(shown(findings).map(({ figure }) => figure)).toEqual([1, 9, 4, 2]);
    const recorded = [...record.workloads.values()].map(({ name, latency }) => [name, latency.p99]);
    expect(recorded).toEqual([
      ["steady", 1],
      ["slow", 4],
      ["slow, other", 2],
    ]);
  });

  it("is missed where it measured nothing", async () => {
    const findings = await runGate(gateOf([], []), context);
    expect(findings.at(-1)?.isKept).toBe(false);
  });

  it("is missed where a figure is no number", async () => {
    const findings = await runGate(gateOf([Number.NaN], [Number.NaN]), context);
    expect(findings.at(-1)?.isKept).toBe(false);
  });
});
