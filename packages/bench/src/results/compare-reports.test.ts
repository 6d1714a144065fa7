// What counts as worse between two runs, and what cannot be compared.
import { describe, expect, it } from "vitest";
import type { Finding } from "../measuring/finding.ts";
import type { BenchReport } from "./bench-report.ts";
import { type Change, CHANGE_THRESHOLD, compareReports, exitCodeOf } from "./compare-reports.ts";
import { judgeWorkload } from "./judge-report.ts";
import { sampleReport } from "./testing/sample-report.ts";

const baseline = sampleReport();

/** A run that multiplies every figure, and the ends of its interval. */
const scaled = (report: BenchReport, factor: number): BenchReport => {
  const times = ([low, high]: readonly [number, number]) => [low * factor, high * factor] as const;
  const scale = (finding: Finding): Finding => ({
    ...finding,
    figure: finding.figure * factor,
    spread: finding.spread && times(finding.spread),
    interval: finding.interval && times(finding.interval),
  });
  const findings = [...report.findings, ...report.workloads.map(judgeWorkload)].map(scale);
  return { ...report, findings };
};

const outcomesOf = (changes: readonly Change[], unit?: Finding["unit"]): readonly string[] => [
  ...new Set(
    changes
      .filter(({ baseline: before }) => unit === undefined || before?.unit === unit)
      .map(({ outcome }) => outcome),
  ),
];

const onOther = (machine: Partial<BenchReport["machine"]>, report = baseline): BenchReport => ({
  ...report,
  machine: { ...report.machine, ...machine },
});

describe("a comparison of two runs", () => {
  it("finds a run to be the same as itself", () => {
    const comparison = compareReports(baseline, baseline);
    expect(outcomesOf(comparison.changes)).toEqual(["same"]);
    expect(exitCodeOf(comparison)).toBe(0);
  });

  it("finds every figure changed that lies far beyond both intervals, in the direction that is worse for it", () => {
    const slower = compareReports(baseline, scaled(baseline, 3));
    expect(outcomesOf(slower.changes.filter(({ current }) => current?.better === "smaller"))).toEqual([
      "worse",
    ]);
    expect(outcomesOf(slower.changes.filter(({ current }) => current?.better === "larger"))).toEqual([
      "better",
    ]);
    expect(exitCodeOf(slower)).toBe(1);
    expect(slower.failures.join("\n")).toContain("latest: marketData.latestBar");
    const faster = compareReports(baseline, scaled(baseline, 1 / 3));
    expect(faster.failures).toEqual([
      expect.stringContaining("marketData.copyIn of 100,000 bars, speed, of the server's COPY is worse."),
    ]);
  });

  const sharp = (figure: number, half: number): BenchReport => {
    const [first] = baseline.findings;
    const finding = { ...first, figure, interval: [figure - half, figure + half] } as Finding;
    return { ...baseline, findings: [finding], workloads: [] };
  };

  it("takes neither a small change for worse, however sharp, nor a large one within the intervals", () => {
    expect(CHANGE_THRESHOLD).toBe(0.15);
    expect(compareReports(sharp(1, 0.001), sharp(1.14, 0.001)).changes[0]?.outcome).toBe("same");
    expect(compareReports(sharp(1, 0.2), sharp(1.3, 0.2)).changes[0]?.outcome).toBe("same");
    expect(compareReports(sharp(1, 0.05), sharp(1.16, 0.05)).changes[0]?.outcome).toBe("worse");
    expect(compareReports(sharp(1.16, 0.05), sharp(1, 0.05)).changes[0]?.outcome).toBe("better");
  });

  it.each([
    ["another machine", onOther({ processor: "another" }), "different machine (processor)"],
    ["another Node", onOther({ node: "24.0.0", cores: 8 }), "different machine (cores, node)"],
    [
      "another edition",
      { ...baseline, server: { ...baseline.server, edition: "postgres" as const } },
      "different edition",
    ],
    [
      "another profile",
      { ...baseline, dataset: { ...baseline.dataset, profile: "small" } },
      "different profile",
    ],
    ["another seed", { ...baseline, dataset: { ...baseline.dataset, seed: 7 } }, "different seed"],
  ])("compares ratios and no absolute figures on %s", (_, other, difference) => {
    const comparison = compareReports(baseline, scaled(other, 3));
    expect(comparison.difference).toBe(difference);
    expect(outcomesOf(comparison.changes, "ms")).toEqual(["not compared"]);
    expect(outcomesOf(comparison.changes, "MiB")).toEqual(["not compared"]);
    expect(new Set(outcomesOf(comparison.changes, "ratio"))).toEqual(new Set(["worse", "better"]));
    expect(comparison.failures.some((failure) => failure.startsWith("p99"))).toBe(false);
    expect(comparison.failures.length).toBeGreaterThan(0);
  });

  it("fails where a figure with a bound was not measured again, or is no number", () => {
    const without = { ...baseline, findings: baseline.findings.slice(1) };
    expect(compareReports(baseline, without).failures).toEqual([
      "bars: marketData.listBars, 500 bars, of row objects is held to a bound in the baseline, and was not measured in this run.",
    ]);
    const findings = baseline.findings.map((finding, place) =>
      place === 0 ? { ...finding, figure: Number.NaN } : finding,
    );
    expect(compareReports(baseline, { ...baseline, findings }).failures).toEqual([
      "bars: marketData.listBars, 500 bars, of row objects is worse: no number in this run.",
    ]);
  });

  it("shows what is new, and what the baseline did not measure, without failing", () => {
    const without = { ...baseline, findings: baseline.findings.slice(1) };
    const comparison = compareReports(without, baseline);
    expect(comparison.changes.at(-1)).toMatchObject({ outcome: "new", reason: "not in the baseline" });
    expect(exitCodeOf(comparison)).toBe(0);
  });

  it("calls a server worse that bears much less load, and compares no latency under a heavier one", () => {
    const under = (rate: number, report = baseline): BenchReport => ({
      ...report,
      workloads: report.workloads.map((workload) => ({ ...workload, intendedRate: rate })),
    });
    const less = compareReports(under(400), under(280)).changes.filter(({ name }) => name.startsWith("p99"));
    expect(outcomesOf(less)).toEqual(["worse"]);
    expect(less[0]?.reason).toBe("the server bears less: 280 calls a second, of 400");
    expect(outcomesOf(compareReports(under(400), under(350)).changes)).toEqual(["same"]);
    const more = compareReports(under(400), scaled(under(600), 3)).changes;
    expect(outcomesOf(more, "ms")).toEqual(["not compared"]);
  });

  it("does not pass where nothing could be compared", () => {
    const empty = { ...baseline, findings: [], workloads: [] };
    expect(compareReports(empty, empty).failures).toEqual(["Nothing could be compared."]);
    const onlyTimes = { ...baseline, findings: [] };
    expect(exitCodeOf(compareReports(onlyTimes, onOther({ cores: 64 }, onlyTimes)))).toBe(1);
  });
});
