// A gate that cannot fail is a defect: each kind of figure is made worse, and each way of measuring nothing is tried.
import { describe, expect, it } from "vitest";
import { judge } from "../measuring/finding.ts";
import type { BenchReport, WorkloadResult } from "./bench-report.ts";
import { judgeReport, judgeWorkload, LATENCY_BOUNDS } from "./judge-report.ts";
import { sampleReport } from "./testing/sample-report.ts";

const whole = sampleReport();
const missedOf = (report: BenchReport): readonly string[] =>
  judgeReport(report).missed.map(({ subject }) => subject);

/** A report whose workloads were changed. */
const withWorkloads = (change: (workload: WorkloadResult) => WorkloadResult): BenchReport => ({
  ...whole,
  workloads: whole.workloads.map(change),
});

describe("the verdict over a run", () => {
  it("misses what the sample was drawn to miss, and nothing else", () => {
    expect(missedOf(whole)).toEqual([
      "marketData.listBars, 5,000 bars",
      "orders.list_by_account, warm, 20 connections",
    ]);
    expect(judgeReport(whole)).toMatchObject({ isPassed: false, gaps: [] });
  });

  it("is that the run passes, where every bound is kept", () => {
    const missed = new Set(missedOf(whole));
    const passing: BenchReport = {
      ...whole,
      findings: whole.findings.filter(({ subject }) => !missed.has(subject)),
      workloads: whole.workloads.filter(({ name }) => name !== "orders.list_by_account"),
    };
    expect(judgeReport(passing)).toMatchObject({ isPassed: true, missed: [], gaps: [] });
  });

  it.each(["market_data", "trade_history", "strategy_metrics"] as const)(
    "misses every warm workload of %s whose 99th percentile reaches its bound",
    (name) => {
      const value = LATENCY_BOUNDS[name]?.value ?? Number.NaN;
      const slow = withWorkloads((workload) =>
        workload.class === name ? { ...workload, latency: { ...workload.latency, p99: value } } : workload,
      );
      const ofClass = slow.workloads.filter(
        (workload) => workload.class === name && workload.temperature === "warm",
      );
      expect(ofClass.length).toBeGreaterThan(1);
      const missed = judgeReport(slow).missed.filter(({ benchmark }) =>
        benchmark.includes(name.replace("_", " ")),
      );
      expect(missed).toHaveLength(ofClass.length);
    },
  );

  it("misses every figure with a bound once it is made worse, of either direction and each unit", () => {
    const bounded = whole.findings.filter(({ bound }) => bound !== undefined);
    expect(new Set(bounded.map(({ unit }) => unit))).toEqual(new Set(["ratio", "MiB"]));
    for (const finding of bounded) {
      const { bound, unit, benchmark, subject, better } = finding;
      const figure = better === "larger" ? (bound?.value ?? 0) * 0.99 : (bound?.value ?? 0) * 1.01;
      const worse = judge({ benchmark, subject, bound }, figure, unit, { better });
      expect(missedOf({ ...whole, findings: [worse] })).toContain(subject);
    }
  });

  it("does not believe a verdict that was written into the report", () => {
    const findings = whole.findings.map((finding) => ({ ...finding, isKept: true }));
    expect(missedOf({ ...whole, findings })).toContain("marketData.listBars, 5,000 bars");
    const unjudged = whole.findings.map((finding) => ({ ...finding, isKept: undefined }));
    expect(missedOf({ ...whole, findings: unjudged })).toHaveLength(
      whole.findings.filter(({ bound }) => bound !== undefined).length + 1,
    );
  });

  it("misses what is no number", () => {
    const nothing = { calls: 0, median: Number.NaN, p95: Number.NaN, p99: Number.NaN };
    const silent = withWorkloads((workload) => ({ ...workload, latency: nothing, histogram: [] }));
    const warm = silent.workloads.filter(
      (workload) => workload.temperature === "warm" && LATENCY_BOUNDS[workload.class] !== undefined,
    );
    expect(judgeReport(silent).missed.filter(({ benchmark }) => benchmark.startsWith("p99"))).toHaveLength(
      warm.length,
    );
    // A workload that was never called, whatever its figures say.
    const [first] = whole.workloads;
    const uncalled = { ...first, latency: { calls: 0, median: 0, p95: 0, p99: 0 } } as WorkloadResult;
    expect(judgeWorkload(uncalled).isKept).toBe(false);
  });

  it("is a miss where no workload was measured", () => {
    expect(judgeReport({ ...whole, findings: [], workloads: [] })).toMatchObject({
      isPassed: false,
      gaps: ["No workload was measured.", "No figure was held to a bound."],
    });
    expect(judgeReport({ ...whole, findings: [], workloads: [] }, []).isPassed).toBe(false);
  });

  it("is a miss where a class with a bound has no warm workload", () => {
    const cold = withWorkloads((workload) => ({ ...workload, temperature: "cold" }));
    expect(judgeReport(cold).gaps).toEqual([
      "No warm workload of market data was measured.",
      "No warm workload of trade history was measured.",
      "No warm workload of strategy metrics was measured.",
    ]);
    expect(judgeReport(cold, []).gaps).toEqual([]);
  });

  it("counts a workload once that is among the findings too", () => {
    const findings = [...whole.findings, ...whole.workloads.map(judgeWorkload)];
    expect(judgeReport({ ...whole, findings }).gates).toHaveLength(judgeReport(whole).gates.length);
  });
});
