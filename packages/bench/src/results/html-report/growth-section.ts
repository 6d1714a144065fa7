// How times grow with the data: a chart, and a table beneath.
import type { BenchReport } from "../bench-report.ts";
import { formatCount, formatNumber } from "../shown-figure.ts";
import { drawChart, legend } from "./chart.ts";
import { growthChart, growthCurves } from "./growth-chart.ts";
import { html, type Markup, section, table } from "./markup.ts";

/** Growth of a run; nothing where none was measured. */
export function growthSection({ growth }: BenchReport): Markup {
  const chart = growthChart(growth);
  if (growth.length === 0) return html``;
  const rows = growth.flatMap(({ workload, points }) =>
    points.map((point) => ({
      workload,
      ...point,
      multiple: point.medianMilliseconds / (points[0]?.medianMilliseconds ?? Number.NaN),
    })),
  );
  return section(
    "growth",
    "Growth with the data",
    html`<p>The median of a call as the data grows, as a multiple of what it was on the least.</p>`,
    chart === undefined
      ? undefined
      : html`<figure>
          ${drawChart("growth-chart", chart)}
          <figcaption>${legend(growthCurves(growth))}</figcaption>
        </figure>`,
    table(
      "Median by amount of data",
      [
        { head: "Workload", cell: ({ workload }) => workload },
        { head: "Amount", isNumber: true, cell: ({ scale }) => formatCount(scale) },
        {
          head: "Median, ms",
          isNumber: true,
          cell: ({ medianMilliseconds }) => formatNumber(medianMilliseconds),
        },
        { head: "Multiple", isNumber: true, cell: ({ multiple }) => `${formatNumber(multiple)}×` },
      ],
      rows,
    ),
  );
}
