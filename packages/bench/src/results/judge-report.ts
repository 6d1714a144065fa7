// Whether a whole run passes: its findings with a bound, the bounds of each class of workload, and that there was something to judge.
// Nothing is measured here, and nothing shown.
// Invariant: what was not measured does not pass.
import { type Bound, type Finding, judge } from "../measuring/finding.ts";
import { intervalOfBuckets } from "../measuring/latency-histogram.ts";
import type { BenchReport, WorkloadResult } from "./bench-report.ts";

/** A class of workloads. */
export type WorkloadClass = WorkloadResult["class"];

/** What the 99th percentile of each warm workload of a class is held to, in milliseconds; the others are for information. */
export const LATENCY_BOUNDS: Readonly<Record<WorkloadClass, Bound | undefined>> = {
  market_data: { kind: "under", value: 5 },
  trade_history: { kind: "under", value: 10 },
  strategy_metrics: { kind: "under", value: 20 },
  operations: undefined,
  write: undefined,
  mixed: undefined,
};

/** Classes that have a bound. */
export const BOUNDED_CLASSES: readonly WorkloadClass[] = ["market_data", "trade_history", "strategy_metrics"];

/** Calls below which the 99th percentile is the slowest call, or next to it. */
const CALLS_FOR_P99 = 100;

/** The words for a class. */
export function nameOfClass(workloadClass: WorkloadClass): string {
  return workloadClass.replaceAll("_", " ");
}

/** What a workload is called where there are several of one name; the same in every run. */
export function nameOfWorkload({ name, temperature, connections }: WorkloadResult): string {
  const state = temperature === "first_call" ? "first call" : temperature;
  return `${name}, ${state}, ${connections} ${connections === 1 ? "connection" : "connections"}`;
}

/** Under what the latencies of a class stand among the findings. */
export function benchmarkOfClass(workloadClass: WorkloadClass): string {
  return `p99 ${nameOfClass(workloadClass)}`;
}

/** The 99th percentile of a workload, held to the bound of its class where it is warm. */
export function judgeWorkload(workload: WorkloadResult): Finding {
  const { latency, histogram, temperature } = workload;
  const isFew = latency.calls < CALLS_FOR_P99;
  return judge(
    {
      benchmark: benchmarkOfClass(workload.class),
      subject: nameOfWorkload(workload),
      bound: temperature === "warm" ? LATENCY_BOUNDS[workload.class] : undefined,
      note: isFew
        ? `${latency.calls} calls: too few to tell the 99th percentile from the slowest`
        : undefined,
    },
    // A workload without a call has no latency, whatever its figures say.
    latency.calls > 0 ? latency.p99 : Number.NaN,
    "ms",
    { interval: intervalOfBuckets(histogram, 0.99), latency },
  );
}

/** What a finding is known by across runs. */
export function keyOfFinding({ benchmark, subject, reference }: Finding): string {
  return `${benchmark}: ${subject}${reference === undefined ? "" : `, of ${reference}`}`;
}

/** Every figure of a run: its findings, and the 99th percentile of each workload that is not among them. */
export function findingsOf({ findings, workloads }: BenchReport): readonly Finding[] {
  const known = new Set(findings.map(keyOfFinding));
  const ofWorkloads = workloads.map(judgeWorkload).filter((finding) => !known.has(keyOfFinding(finding)));
  return [...findings, ...ofWorkloads];
}

/** Whether a run passes, and why not. */
export interface Verdict {
  readonly isPassed: boolean;
  /** Every figure, those of workloads included. */
  readonly findings: readonly Finding[];
  /** Those of them with a bound. */
  readonly gates: readonly Finding[];
  /** Those of them that miss it. */
  readonly missed: readonly Finding[];
  /** What keeps a run from passing though no figure misses a bound, as sentences. */
  readonly gaps: readonly string[];
}

/**
 * @param expected classes that were to be measured; a run of named gates gives fewer, or none
 * @defaultValue every class with a bound
 */
export function judgeReport(
  report: BenchReport,
  expected: readonly WorkloadClass[] = BOUNDED_CLASSES,
): Verdict {
  const findings = findingsOf(report);
  const gates = findings.filter(({ bound }) => bound !== undefined);
  // Judged anew: a verdict that was written down is not one that was made.
  const missed = gates.filter(
    ({ benchmark, subject, bound, figure, unit, isKept }) =>
      isKept !== true || judge({ benchmark, subject, bound }, figure, unit).isKept !== true,
  );
  const gaps: string[] = [];
  if (expected.length > 0 && report.workloads.length === 0) gaps.push("No workload was measured.");
  else {
    for (const name of expected) {
      const isMeasured = report.workloads.some(
        (workload) => workload.class === name && workload.temperature === "warm",
      );
      if (!isMeasured) gaps.push(`No warm workload of ${nameOfClass(name)} was measured.`);
    }
  }
  if (gates.length === 0) gaps.push("No figure was held to a bound.");
  return { isPassed: missed.length === 0 && gaps.length === 0, findings, gates, missed, gaps };
}
