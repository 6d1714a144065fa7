// What is written is read again as it was, and what is no report is refused with a sentence.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BenchReport } from "./bench-report.ts";
import { decodeReport, encodeReport, readReport, ReportFileError } from "./report-file.ts";
import { sampleReport } from "./testing/sample-report.ts";
import { writeBaseline, writeReports } from "./write-reports.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "bench-report-"));
});
afterAll(() => rm(directory, { recursive: true }));

describe("a report as a file", () => {
  it("is read as it was written, with what is no number and what is not there", () => {
    const sample = sampleReport();
    const [first, ...others] = sample.findings;
    const written = {
      ...sample,
      server: { ...sample.server, timescaleVersion: undefined },
      findings: [{ ...first, figure: Number.NaN, interval: undefined }, ...others],
      slowest: undefined,
    } as BenchReport;
    expect(decodeReport(encodeReport(written), "report.json")).toEqual(written);
  });

  it("has one bucket a line, so that two files can be laid side by side", () => {
    expect(encodeReport(sampleReport())).toMatch(/^ +\{ "upperBound": [\d.]+, "calls": \d+ \},?$/mu);
  });

  it.each([
    ["not JSON", "<html>", "it is not JSON."],
    ["JSON of something else", '{"name":"a package"}', 'it has no "format", as every report has.'],
    ["an older report", '{"format":0}', "it has format 0, and this version reads 3; measure anew."],
    [
      "a newer report",
      '{"format":4}',
      "it has format 4, and this version reads 3; read it with the version that wrote it.",
    ],
  ])("is refused where it is %s", (_, text, reason) => {
    expect(() => decodeReport(text, "old.json")).toThrow(
      `old.json is no benchmark report that can be read: ${reason}`,
    );
  });

  it("is refused by the name of the field that is wrong", () => {
    const { machine, ...rest } = sampleReport();
    expect(() => decodeReport(JSON.stringify(rest), "a.json")).toThrow(/machine: /u);
    const broken = { ...rest, machine: { ...machine, cores: "two" } };
    expect(() => decodeReport(JSON.stringify(broken), "a.json")).toThrow(/machine\.cores: .*number/u);
  });

  it("of before the options of Node were written says that there were none", () => {
    const report = sampleReport();
    const { nodeOptions: _, ...machine } = report.machine;
    expect(decodeReport(JSON.stringify({ ...report, machine }), "a.json").machine.nodeOptions).toBe("");
  });

  it("that is not there is said to be not there", async () => {
    const path = join(directory, "none.json");
    await expect(readReport(path)).rejects.toThrow(ReportFileError);
    await expect(readReport(path)).rejects.toThrow("there is no such file.");
  });
});

describe("what a run leaves behind", () => {
  it("is a folder with every form of it, and the data can be read again", async () => {
    const report = sampleReport();
    const written = await writeReports(join(directory, "a", "run"), report);
    expect(await readReport(written.json)).toEqual(report);
    expect(await readFile(written.markdown, "utf8")).toContain("15 of 17 bounds kept.");
    expect(await readFile(written.html, "utf8")).toMatch(/^<!doctype html>/u);
  });

  it("says the same for the same report", async () => {
    const [one, other] = [join(directory, "one"), join(directory, "other")];
    const first = await writeReports(one, sampleReport());
    const second = await writeReports(other, sampleReport());
    for (const form of ["json", "markdown", "html", "smallerIsBetter", "largerIsBetter"] as const) {
      const same = (await readFile(first[form], "utf8")) === (await readFile(second[form], "utf8"));
      expect([form, same]).toEqual([form, true]);
    }
  });

  it("has the figures as github-action-benchmark reads them, one list for each direction", async () => {
    const report = sampleReport();
    const [first, ...others] = report.findings;
    const unmeasured = { ...first, figure: Number.NaN } as BenchReport["findings"][number];
    const written = await writeReports(join(directory, "github"), {
      ...report,
      findings: [unmeasured, ...others],
    });
    const smaller: unknown = JSON.parse(await readFile(written.smallerIsBetter, "utf8"));
    const larger: unknown = JSON.parse(await readFile(written.largerIsBetter, "utf8"));
    expect(larger).toEqual([
      {
        name: "copy: marketData.copyIn of 100,000 bars, speed, of the server's COPY",
        unit: "ratio",
        value: expect.closeTo(0.962, 3),
        range: expect.stringMatching(/^± 0\.\d+$/u),
        extra: expect.stringContaining("bound: at least 0.9"),
      },
    ]);
    // All figures but that one, and the one that is no number.
    expect(smaller).toHaveLength(others.length - 1 + report.workloads.length);
    for (const entry of smaller as Record<string, unknown>[]) {
      expect(Object.keys(entry)).toEqual(expect.arrayContaining(["name", "unit", "value"]));
      expect(typeof entry["value"]).toBe("number");
    }
  });

  it("becomes a baseline, and a file that is no report is none", async () => {
    const path = join(directory, "checked-in", "baseline.json");
    await writeBaseline(path, sampleReport());
    expect(await readReport(path)).toEqual(sampleReport());
    await writeFile(path, "{}");
    await expect(readReport(path)).rejects.toThrow('it has no "format"');
  });
});
