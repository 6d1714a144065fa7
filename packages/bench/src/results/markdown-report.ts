// A run as Markdown: for a pull request, or beside the figures in a repository. Tables only, gates first; the page has the charts.
import type { Finding } from "../measuring/finding.ts";
import type { BenchReport } from "./bench-report.ts";
import { describeSurroundings } from "./describe-surroundings.ts";
import { judgeReport, keyOfFinding, nameOfClass, nameOfWorkload } from "./judge-report.ts";
import { markdownTable } from "./markdown-table.ts";
import {
  formatBound,
  formatBytes,
  formatCount,
  formatDistance,
  formatFigure,
  formatInstant,
  formatInterval,
  formatNumber,
  formatShare,
} from "./shown-figure.ts";

const gateRow = (finding: Finding, isMissed: boolean): readonly string[] => {
  const { unit, figure, interval, bound } = finding;
  return [
    isMissed ? "**missed**" : "kept",
    keyOfFinding(finding),
    formatFigure(figure, unit),
    formatInterval(interval),
    bound === undefined ? "" : formatBound(bound, unit),
    bound === undefined ? "" : formatDistance(figure, bound),
  ];
};

/** @returns `report.md` */
export function renderMarkdownReport(report: BenchReport): string {
  const { findings, gates, missed, gaps } = judgeReport(report);
  const isMissed = new Set(missed);
  const information = findings.filter(({ bound }) => bound === undefined);
  const sections = [
    "# Benchmark report",
    `${formatInstant(report.startedAt)}. **${gates.length - missed.length} of ${gates.length} bounds kept.**${gaps.map((gap) => ` ${gap}`).join("")}`,
    "## Gates",
    gates.length === 0
      ? "No figure was held to a bound."
      : markdownTable(
          ["verdict", "figure", "measured", "95 % interval", "bound", "distance"],
          [...missed, ...gates.filter((gate) => !isMissed.has(gate))].map((gate) =>
            gateRow(gate, isMissed.has(gate)),
          ),
        ),
    ...section(
      "For information",
      ["figure", "measured", "95 % interval", "note"],
      information.map((finding) => [
        keyOfFinding(finding),
        formatFigure(finding.figure, finding.unit),
        formatInterval(finding.interval),
        finding.note ?? "",
      ]),
    ),
    ...section(
      "Latency, in ms",
      ["class", "workload", "median", "p95", "p99", "calls", "calls a second"],
      report.workloads.map((workload) => [
        nameOfClass(workload.class),
        nameOfWorkload(workload),
        formatNumber(workload.latency.median),
        formatNumber(workload.latency.p95),
        formatNumber(workload.latency.p99),
        formatCount(workload.latency.calls),
        formatNumber(workload.achievedRate),
      ]),
    ),
    ...section(
      "Growth, in ms",
      ["workload", "scale", "median"],
      report.growth.flatMap(({ workload, points }) =>
        points.map(({ scale, medianMilliseconds }) => [
          workload,
          formatCount(scale),
          formatNumber(medianMilliseconds),
        ]),
      ),
    ),
    ...section(
      "Compression",
      ["table", "chunks in columns", "before", "after", "saved"],
      report.compression.map(({ table: name, chunksInColumns, bytesBefore, bytesAfter }) => [
        name,
        formatCount(chunksInColumns),
        formatBytes(bytesBefore),
        formatBytes(bytesAfter),
        formatShare(1 - bytesAfter / bytesBefore),
      ]),
    ),
    ...(report.slowest === undefined
      ? []
      : [
          "## Slowest query",
          `${report.slowest.workload}, p99 ${formatNumber(report.slowest.p99Milliseconds)} ms`,
          `\`\`\`\n${report.slowest.plan}\n\`\`\``,
        ]),
    ...section("Surroundings", ["what", "value"], describeSurroundings(report)),
  ];
  return `${sections.join("\n\n")}\n`;
}

function section(
  title: string,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  return rows.length === 0 ? [] : [`## ${title}`, markdownTable(heads, rows)];
}
