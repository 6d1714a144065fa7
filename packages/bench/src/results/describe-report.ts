// A run on the terminal: every figure in a table per benchmark, and what misses its bound at the end, where a person looks first.
// Not written to anything here: the caller prints the text.
import { fittedTable, type Column } from "@app/cli/terminal";
import { createColors } from "picocolors";
import type { Finding } from "../measuring/finding.ts";
import type { BenchReport } from "./bench-report.ts";
import { judgeReport, keyOfFinding, type Verdict } from "./judge-report.ts";
import { formatBound, formatDistance, formatFigure, formatInterval } from "./shown-figure.ts";

type Colors = ReturnType<typeof createColors>;

/** How a text is set. */
export interface TerminalOptions {
  /** @defaultValue true on a terminal, unless NO_COLOR is set (https://no-color.org) */
  readonly isColored?: boolean;
  /** Columns of characters. @defaultValue those of the terminal; 120 where there is none */
  readonly width?: number;
  /** @defaultValue the verdict over the whole report */
  readonly verdict?: Verdict;
}

const WIDTH_WITHOUT_TERMINAL = 120;

/** Colours where they may be: on a terminal, and not where NO_COLOR asks for none. */
export function colorsFor(isColored: boolean | undefined): Colors {
  const isAsked = (process.env["NO_COLOR"] ?? "") === "";
  return createColors(isColored ?? (process.stdout.isTTY && isAsked));
}

/** Characters in a line. */
export function widthFor(width: number | undefined): number {
  return width ?? (process.stdout.isTTY ? process.stdout.columns : WIDTH_WITHOUT_TERMINAL);
}

const subjectOf = ({ subject, reference }: Finding): string =>
  reference === undefined ? subject : `${subject}, of ${reference}`;

function columnsOf(colors: Colors, missed: ReadonlySet<Finding>): readonly (readonly Column<Finding>[])[] {
  const word = (finding: Finding): string => {
    if (finding.bound === undefined) return colors.dim("–");
    return missed.has(finding) ? colors.red("missed") : colors.green("ok");
  };
  const verdict: Column<Finding> = { head: "", align: "left", cell: word };
  const figure: Column<Finding> = {
    head: "figure",
    align: "right",
    cell: (finding) => formatFigure(finding.figure, finding.unit),
  };
  const interval: Column<Finding> = {
    head: "95 %",
    align: "right",
    cell: (finding) => colors.dim(formatInterval(finding.interval)),
  };
  const bound: Column<Finding> = {
    head: "bound",
    align: "left",
    cell: (finding) => (finding.bound === undefined ? "" : formatBound(finding.bound, finding.unit)),
  };
  const distance: Column<Finding> = {
    head: "",
    align: "left",
    cell: (finding) => (finding.bound === undefined ? "" : formatDistance(finding.figure, finding.bound)),
  };
  const what: Column<Finding> = { head: "", align: "left", cell: subjectOf };
  return [
    [verdict, figure, interval, bound, distance, what],
    [verdict, figure, bound, what],
  ];
}

function describeMissed(finding: Finding, colors: Colors): string {
  const { bound, figure, unit } = finding;
  if (bound === undefined) return "";
  const shown = `${formatFigure(figure, unit)}, bound ${formatBound(bound, unit)}: ${formatDistance(figure, bound)}`;
  return `  ${colors.red("missed")}  ${keyOfFinding(finding)}\n          ${shown}\n`;
}

/** Notes beneath a table, one that many figures share said once. */
function describeNotes(findings: readonly Finding[], colors: Colors): string {
  const noted = Map.groupBy(
    findings.filter(({ note }) => note !== undefined),
    ({ note }) => note,
  );
  return [...noted]
    .map(([note, of]) => {
      const [first] = of;
      const whose = of.length === 1 && first !== undefined ? first.subject : `${of.length} figures`;
      return `${colors.dim(`  ${whose}: ${note ?? ""}`)}\n`;
    })
    .join("");
}

/** A run as text for a terminal: figures by benchmark, then the verdict, and each missed bound with its figure and by how much. */
export function describeReport(report: BenchReport, options: TerminalOptions = {}): string {
  const colors = colorsFor(options.isColored);
  const { findings, gates, missed, gaps, isPassed } = options.verdict ?? judgeReport(report);
  const columns = columnsOf(colors, new Set(missed));
  const tables = [...Map.groupBy(findings, ({ benchmark }) => benchmark)].map(
    ([benchmark, ofBenchmark]) =>
      `${colors.bold(benchmark)}\n${fittedTable(ofBenchmark, columns, widthFor(options.width), colors.dim)}${describeNotes(ofBenchmark, colors)}`,
  );
  const kept = `${gates.length - missed.length} of ${gates.length} bounds kept`;
  const end = [
    `${isPassed ? colors.green(kept) : colors.red(kept)}\n`,
    ...gaps.map((gap) => `  ${colors.red("not measured")}  ${gap}\n`),
    ...missed.map((finding) => describeMissed(finding, colors)),
  ];
  return [...tables, end.join("")].join("\n");
}
