// A run of the peers as a table: the same cells on the terminal and in Markdown. No judgement; what was not measured says why.
import { type Column, fittedTable } from "@app/cli/terminal";
import { colorsFor, widthFor } from "../results/describe-report.ts";
import { describeSurroundings } from "../results/describe-surroundings.ts";
import { markdownTable } from "../results/markdown-table.ts";
import { formatCount, formatInstant, formatInterval, formatNumber } from "../results/shown-figure.ts";
import type { PeerFigures, PeerQueryResult, PeerResult, PeersReport } from "./peers-report.ts";

interface Cell {
  readonly head: string;
  /** Left out where the terminal is too narrow. */
  readonly isInterval?: boolean;
  readonly of: (figures: PeerFigures) => string;
}

const showTime = (time: number | undefined): string =>
  time === undefined ? "over capacity" : formatNumber(time);

const CELLS: readonly Cell[] = [
  { head: "ratio", of: ({ ratio }) => (ratio === undefined ? "1" : formatNumber(ratio.figure)) },
  { head: "95 %", isInterval: true, of: ({ ratio }) => formatInterval(ratio?.interval) },
  { head: "one caller, ms", of: ({ oneCaller }) => formatNumber(oneCaller.median) },
  { head: "p50, ms", of: ({ load }) => showTime(load?.latency.median) },
  { head: "p99, ms", of: ({ load }) => showTime(load?.latency.p99) },
  { head: "95 %", isInterval: true, of: ({ load }) => formatInterval(load?.p99Interval) },
  { head: "capacity, calls/s", of: ({ capacity }) => formatCount(capacity.rate) },
];

/** A peer, its cells, and why it has none. */
function cellsOf(result: PeerResult): readonly string[] {
  if (result.status === "measured") return [result.peer, ...CELLS.map(({ of }) => of(result.figures))];
  const why = result.status === "missing" ? "not measured" : "failed";
  return [`${result.peer}: ${why}, ${result.reason}`, ...CELLS.map(() => "")];
}

const titleOf = ({ query, about, rows, comparedCalls, rate, results }: PeerQueryResult): string => {
  const same = results.filter(({ status }) => status === "measured").length;
  return (
    `${query}: ${about} (${formatCount(rows)} ${rows === 1 ? "row" : "rows"}). ${same} gave the same answers to ${comparedCalls} calls; ` +
    `under load each is asked ${formatNumber(rate)} calls/s`
  );
};

/** @returns the tables for a terminal */
export function describePeers(
  { queries }: Pick<PeersReport, "queries">,
  options: { readonly isColored?: boolean; readonly width?: number } = {},
): string {
  const colors = colorsFor(options.isColored);
  const column = (place: number, head: string): Column<readonly string[]> => ({
    head,
    align: place === 0 ? "left" : "right",
    cell: (cells) => cells[place] ?? "",
  });
  const columns = ["", ...CELLS.map(({ head }) => head)].map((head, place) => column(place, head));
  const withoutIntervals = columns.filter((_, place) => CELLS[place - 1]?.isInterval !== true);
  return queries
    .map((result) => {
      const measured = result.results.filter(({ status }) => status === "measured").map(cellsOf);
      const others = result.results.filter(({ status }) => status !== "measured").map(cellsOf);
      const lines = others.map(([what]) => `  ${colors.dim(what ?? "")}\n`).join("");
      return `${colors.bold(titleOf(result))}\n${fittedTable(measured, [columns, withoutIntervals], widthFor(options.width), colors.dim)}${lines}`;
    })
    .join("\n");
}

/** @returns `peers.md` */
export function renderPeersMarkdown(report: PeersReport): string {
  const sections = [
    "# Peers",
    `${formatInstant(report.startedAt)}. ${report.connections} callers and connections, ${report.rounds} rounds. Nothing here has a bound.`,
    ...report.queries.flatMap((result) => [
      `## ${result.query}`,
      `${titleOf(result)}.`,
      markdownTable(["peer", ...CELLS.map(({ head }) => head)], result.results.map(cellsOf)),
    ]),
    "## Surroundings",
    markdownTable(
      ["what", "value"],
      [
        ...describeSurroundings({ ...report, indexUse: undefined }),
        ...Object.entries(report.versions).map(([name, version]) => [`version of ${name}`, version]),
      ],
    ),
  ];
  return `${sections.join("\n\n")}\n`;
}
