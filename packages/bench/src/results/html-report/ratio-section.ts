// Ways against each other within the run, as ratios: bars with their interval and bound, and a table beneath.
import type { Finding } from "../../measuring/finding.ts";
import { keyOfFinding, type Verdict } from "../judge-report.ts";
import { formatBound, formatNumber } from "../shown-figure.ts";
import { type Chart, COLOR, drawChart } from "./chart.ts";
import { findingColumns } from "./gates-section.ts";
import { html, type Markup, section, table } from "./markup.ts";
import { drawRowBars } from "./row-bars.ts";

const STEPS = [0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100];

/** Whole steps up to just beyond the largest value. */
function ticksUpTo(largest: number): readonly number[] {
  const step = STEPS.find((candidate) => largest / candidate <= 5) ?? largest;
  return Array.from({ length: Math.ceil(largest / step) + 1 }, (_, place) =>
    Number((place * step).toPrecision(6)),
  );
}

function ratioChart(ratios: readonly Finding[], missed: ReadonlySet<Finding>): Chart {
  const ends = ratios.flatMap(({ figure, interval, bound }) => [
    figure,
    interval?.[1] ?? 0,
    bound?.value ?? 0,
  ]);
  const ticks = ticksUpTo(Math.max(0.1, ...ends.filter(Number.isFinite)));
  const colorOf = (finding: Finding): string => {
    if (missed.has(finding)) return COLOR.barMissed;
    return finding.bound === undefined ? COLOR.barPlain : COLOR.bar;
  };
  const bars = ratios.map((finding) => {
    const { figure, bound, interval } = finding;
    const held = bound === undefined ? "" : `, ${formatBound(bound, "ratio")}`;
    return {
      name: `${finding.subject}${finding.reference === undefined ? "" : `, of ${finding.reference}`}`,
      value: figure,
      text: `${formatNumber(figure)}${held}`,
      color: colorOf(finding),
      interval,
      bound: bound?.value,
    };
  });
  const axis = {
    max: ticks.at(-1) ?? 1,
    ticks,
    format: (ratio: number) => String(Number(ratio.toPrecision(3))),
  };
  return {
    label: `Ratios with their bounds: ${bars.map(({ name, text }) => `${name}: ${text}`).join("; ")}.`,
    draw: (width) => drawRowBars(bars, axis, width),
  };
}

/** The ratios of a run; nothing where there are none. */
export function ratioSection({ findings, missed }: Verdict): Markup {
  const ratios = findings.filter(({ unit }) => unit === "ratio");
  if (ratios.length === 0) return html``;
  const isMissed = new Set(missed);
  const notes = ratios.filter(({ note }) => note !== undefined);
  return section(
    "ratios",
    "Ratios",
    html`<p>
      One way against another, both measured in turns in this run, so that the machine falls on both alike.
      The bar is the median over the rounds, the thin line its 95 % interval, the upright stroke the bound.
    </p>`,
    html`<figure>${drawChart("ratios-chart", ratioChart(ratios, isMissed))}</figure>`,
    table("Ratios", findingColumns(isMissed), ratios),
    notes.map((finding) => html`<p class="note">${keyOfFinding(finding)}: ${finding.note}</p>`),
  );
}
