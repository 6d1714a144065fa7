// What was held to a bound, with the verdict: what misses comes first.
import type { Finding } from "../../measuring/finding.ts";
import { keyOfFinding, type Verdict } from "../judge-report.ts";
import { formatBound, formatDistance, formatFigure, formatInterval } from "../shown-figure.ts";
import { html, type Markup, section, table, type TableColumn } from "./markup.ts";

/** The word of a verdict; not by colour alone. */
export function mark(isKept: boolean | undefined): Markup {
  if (isKept === undefined) return html`<span class="mark">information</span>`;
  return isKept
    ? html`<span class="mark kept">✓ kept</span>`
    : html`<span class="mark missed">✗ missed</span>`;
}

/** The columns of a table of findings. */
export function findingColumns(missed: ReadonlySet<Finding>): readonly TableColumn<Finding>[] {
  return [
    { head: "Figure", cell: keyOfFinding },
    {
      head: "Measured",
      isNumber: true,
      cell: ({ figure, unit }) => html`<strong>${formatFigure(figure, unit)}</strong>`,
    },
    { head: "95 % interval", isNumber: true, cell: ({ interval }) => formatInterval(interval) },
    {
      head: "Bound",
      // Not to be broken between the word and the number.
      cell: ({ bound, unit }) =>
        bound === undefined ? "–" : formatBound(bound, unit).replaceAll(" ", "\u00A0"),
    },
    {
      head: "Distance",
      isNumber: true,
      cell: ({ bound, figure }) => (bound === undefined ? "–" : formatDistance(figure, bound)),
    },
    {
      head: "Verdict",
      cell: (finding) => mark(finding.bound === undefined ? undefined : !missed.has(finding)),
    },
  ];
}

/** The gates of a run. */
export function gatesSection({ gates, missed, gaps }: Verdict): Markup {
  const isMissed = new Set(missed);
  const rows = [...missed, ...gates.filter((gate) => !isMissed.has(gate))];
  return section(
    "gates",
    "Gates",
    gaps.map((gap) => html`<p class="gap">${mark(false)} ${gap}</p>`),
    rows.length === 0 ? undefined : table("Figures that are held to a bound", findingColumns(isMissed), rows),
  );
}
