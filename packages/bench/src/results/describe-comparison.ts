// What two runs say against each other, on the terminal: what was compared in a table, what could not be and why, and what fails at the end.
import { fittedTable, type Column } from "@app/cli/terminal";
import type { Change, Comparison } from "./compare-reports.ts";
import { CHANGE_THRESHOLD } from "./compare-reports.ts";
import { colorsFor, type TerminalOptions, widthFor } from "./describe-report.ts";
import { formatFigure, formatInterval } from "./shown-figure.ts";

const ORDER: readonly Change["outcome"][] = ["new", "not compared", "same", "better", "missing", "worse"];

const signed = (change: number | undefined): string =>
  change === undefined ? "" : `${change >= 0 ? "+" : "−"}${Math.abs(change * 100).toFixed(0)} %`;

const figureOf = (finding: Change["baseline"]): string =>
  finding === undefined
    ? ""
    : `${formatFigure(finding.figure, finding.unit)} (${formatInterval(finding.interval)})`;

/** A comparison as text for a terminal. */
export function describeComparison(
  comparison: Comparison,
  options: Omit<TerminalOptions, "verdict"> = {},
): string {
  const { changes, difference, failures } = comparison;
  const colors = colorsFor(options.isColored);
  const word = ({ outcome, reason }: Change): string => {
    const shown = reason === undefined || outcome === "new" ? outcome : `${outcome}: ${reason}`;
    if (outcome === "worse" || outcome === "missing") return colors.red(shown);
    return outcome === "better" ? colors.green(shown) : colors.dim(shown);
  };
  const columns: readonly Column<Change>[] = [
    { head: "before", align: "right", cell: ({ baseline }) => figureOf(baseline) },
    { head: "now", align: "right", cell: ({ current }) => figureOf(current) },
    { head: "", align: "right", cell: ({ change }) => signed(change) },
    { head: "", align: "left", cell: word },
    { head: "", align: "left", cell: ({ name }) => name },
  ];
  const rows = changes.toSorted((one, other) => ORDER.indexOf(one.outcome) - ORDER.indexOf(other.outcome));
  const percent = `${CHANGE_THRESHOLD * 100} %`;
  const lines = [
    fittedTable(rows, [columns, columns.slice(2)], widthFor(options.width), colors.dim),
    difference === undefined ? "" : `Absolute times were not compared: ${difference}.\n`,
    failures.length === 0
      ? `${colors.green("Nothing is worse")} (beyond both intervals, and by more than ${percent}).\n`
      : failures.map((failure) => `${colors.red("worse")}  ${failure}\n`).join(""),
  ];
  return lines.join("");
}
