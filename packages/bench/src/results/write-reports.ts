// What a run leaves behind: one folder with the report as data, as text, as a page, and for a chart over commits. Every form is made from
// the data alone.
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { BenchReport } from "./bench-report.ts";
import { toGithubBenchmarks } from "./github-benchmark.ts";
import { renderHtmlReport } from "./html-report/page.ts";
import { makeDirectory } from "./make-directory.ts";
import { renderMarkdownReport } from "./markdown-report.ts";
import { encodeReport } from "./report-file.ts";

/** Where the forms of a report were written. */
export interface WrittenReports {
  readonly json: string;
  readonly markdown: string;
  readonly html: string;
  readonly smallerIsBetter: string;
  readonly largerIsBetter: string;
}

const asJson = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** Writes all forms of a report into a directory, which is made where it is not there; files of an earlier run are replaced. */
export async function writeReports(directory: string, report: BenchReport): Promise<WrittenReports> {
  await makeDirectory(directory, "--output");
  const written: WrittenReports = {
    json: join(directory, "report.json"),
    markdown: join(directory, "report.md"),
    html: join(directory, "report.html"),
    smallerIsBetter: join(directory, "custom-smaller-is-better.json"),
    largerIsBetter: join(directory, "custom-bigger-is-better.json"),
  };
  await writeFile(written.json, encodeReport(report));
  await writeFile(written.markdown, renderMarkdownReport(report));
  await writeFile(written.html, renderHtmlReport(report));
  await writeFile(written.smallerIsBetter, asJson(toGithubBenchmarks(report, "smaller")));
  await writeFile(written.largerIsBetter, asJson(toGithubBenchmarks(report, "larger")));
  return written;
}

/** Writes a report as the baseline that later runs are compared with; `path` is a file to be checked in. */
export async function writeBaseline(path: string, report: BenchReport): Promise<void> {
  await makeDirectory(dirname(path), "--update-baseline");
  await writeFile(path, encodeReport(report));
}
