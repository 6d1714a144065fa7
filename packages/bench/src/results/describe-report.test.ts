// What a person reads on the terminal: the verdict last, misses with figure, bound and by how much, and colours only where they may be.
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { compareReports } from "./compare-reports.ts";
import { describeComparison } from "./describe-comparison.ts";
import { colorsFor, describeReport } from "./describe-report.ts";
import { formatBytes, formatDistance, formatNumber } from "./shown-figure.ts";
import { sampleReport } from "./testing/sample-report.ts";

const report = sampleReport();

describe("a run on the terminal", () => {
  it("ends with the bounds that were missed, each with its figure and by how much", () => {
    expect(describeReport(report, { isColored: false }).split("\n").slice(-6)).toEqual([
      "15 of 17 bounds kept",
      "  missed  bars: marketData.listBars, 5,000 bars, of row objects",
      "          0.312, bound at most 0.25: 25 % over",
      "  missed  p99 trade history: orders.list_by_account, warm, 20 connections",
      "          12.7 ms, bound under 10 ms: 27 % over",
      "",
    ]);
  });

  it("marks each figure as it was judged", () => {
    const lines = describeReport(report, { isColored: false }).split("\n");
    const of = (text: string): string | undefined => lines.find((line) => line.includes(text));
    expect(of("marketData.listBars, 500 bars")).toMatch(/^ {2}ok .* at most 0\.35 /u);
    expect(of("orders.list_by_account")).toMatch(/^ {2}missed .* under 10 ms /u);
    expect(of("trading_day")).toMatch(/^ {2}– /u);
  });

  it("has the same words with colours, and none where they were not asked for", () => {
    const plain = describeReport(report, { isColored: false });
    const colored = describeReport(report, { isColored: true });
    expect(stripVTControlCharacters(plain)).toBe(plain);
    expect(colored).not.toBe(plain);
    expect(stripVTControlCharacters(colored).replaceAll(/ +$/gmu, "")).toBe(plain);
  });

  it("has no colours where the output is no terminal, nor where NO_COLOR is set", () => {
    const wasTerminal = process.stdout.isTTY;
    const before = process.env["NO_COLOR"];
    try {
      delete process.env["NO_COLOR"];
      process.stdout.isTTY = false;
      expect(colorsFor(undefined).red("x")).toBe("x");
      process.stdout.isTTY = true;
      expect(colorsFor(undefined).red("x")).not.toBe("x");
      process.env["NO_COLOR"] = "1";
      expect(colorsFor(undefined).red("x")).toBe("x");
    } finally {
      process.stdout.isTTY = wasTerminal;
      delete process.env["NO_COLOR"];
      if (before !== undefined) process.env["NO_COLOR"] = before;
    }
  });

  it("names what was not measured", () => {
    const empty = { ...report, findings: [], workloads: [] };
    expect(describeReport(empty, { isColored: false })).toContain("not measured  No workload was measured.");
  });

  it("says a note once that several figures share", () => {
    const findings = report.findings.map((finding) => ({
      ...finding,
      benchmark: "all",
      note: "of 5 rounds",
    }));
    const text = describeReport({ ...report, findings }, { isColored: false });
    expect(text).toContain(`  ${findings.length} figures: of 5 rounds\n`);
  });
});

describe("a comparison on the terminal", () => {
  it("names what is worse at the end, and why times were not compared", () => {
    const findings = report.findings.map((finding) =>
      finding.benchmark === "paging" ? { ...finding, figure: 9, interval: [8.8, 9.1] as const } : finding,
    );
    const other = { ...report, findings, machine: { ...report.machine, cores: 64 } };
    const text = describeComparison(compareReports(report, other), { isColored: false, width: 200 });
    expect(text).toContain("Absolute times were not compared: different machine (cores).\n");
    expect(text).toMatch(/not compared: different machine \(cores\) +p99 market data/u);
    expect(text.endsWith("worse  paging: page 10,000 of 50 fills, of page 1 is worse.\n")).toBe(true);
  });
});

describe("a figure in words", () => {
  it("has three digits that matter", () => {
    expect([0, 0.001_234, 0.3124, 1.026, 12.68, 99.96, 1234.5, Number.NaN].map(formatNumber)).toEqual([
      "0",
      "0.00123",
      "0.312",
      "1.03",
      "12.7",
      "100.0",
      "1235",
      "no number",
    ]);
    expect([0, 1_023, 1_024, 5_242_880].map(formatBytes)).toEqual(["0 B", "1023 B", "1.00 KiB", "5.00 MiB"]);
  });

  it("lies beyond its bound or within it, in percent of the bound", () => {
    expect(formatDistance(12, { kind: "at most", value: 10 })).toBe("20 % over");
    expect(formatDistance(10, { kind: "under", value: 10 })).toBe("0.0 % over");
    expect(formatDistance(9.5, { kind: "under", value: 10 })).toBe("5.0 % below");
    expect(formatDistance(2, { kind: "at most", value: 0 })).toBe("2.00 over");
    expect(formatDistance(0.6, { kind: "at least", value: 0.8 })).toBe("25 % short");
    expect(formatDistance(Number.NaN, { kind: "at least", value: 0.8 })).toBe("not measured");
  });
});
