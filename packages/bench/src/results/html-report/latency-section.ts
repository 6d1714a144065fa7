// Latencies under load, a chart and a table for each class of workloads.
import type { BenchReport, WorkloadResult } from "../bench-report.ts";
import { LATENCY_BOUNDS, nameOfClass, nameOfWorkload, type WorkloadClass } from "../judge-report.ts";
import { formatBound, formatCount, formatNumber } from "../shown-figure.ts";
import { drawChart, legend } from "./chart.ts";
import { html, type Markup, section, table } from "./markup.ts";
import { curvesOf, percentileChart } from "./percentile-chart.ts";

const CLASSES: readonly WorkloadClass[] = [
  "market_data",
  "trade_history",
  "strategy_metrics",
  "operations",
  "write",
  "mixed",
];

function ofClass(workloadClass: WorkloadClass, workloads: readonly WorkloadResult[]): Markup {
  const chart = percentileChart(workloadClass, workloads);
  const bound = LATENCY_BOUNDS[workloadClass];
  const title = nameOfClass(workloadClass);
  return html`<article aria-labelledby="latency-${workloadClass}">
    <h3 id="latency-${workloadClass}">${title.charAt(0).toUpperCase()}${title.slice(1)}</h3>
    ${bound === undefined ? undefined : html`<p class="note">Of warm calls, 99 % ${formatBound(bound, "ms")}.</p>`}
    ${
      chart === undefined
        ? html`<p class="note">No calls were measured.</p>`
        : html`<figure>
            ${drawChart(`percentiles-${workloadClass}-chart`, chart)}
            <figcaption>${legend(curvesOf(workloads))}</figcaption>
          </figure>`
    }
    ${table<WorkloadResult>(
      `Latency of ${title}, in milliseconds`,
      [
        { head: "Workload", cell: nameOfWorkload },
        { head: "Median", isNumber: true, cell: ({ latency }) => formatNumber(latency.median) },
        { head: "95 %", isNumber: true, cell: ({ latency }) => formatNumber(latency.p95) },
        {
          head: "99 %",
          isNumber: true,
          cell: ({ latency }) => html`<strong>${formatNumber(latency.p99)}</strong>`,
        },
        {
          head: "Slowest",
          isNumber: true,
          cell: ({ histogram }) => formatNumber(histogram.at(-1)?.upperBound ?? Number.NaN),
        },
        { head: "Calls", isNumber: true, cell: ({ latency }) => formatCount(latency.calls) },
        { head: "Calls a second", isNumber: true, cell: ({ achievedRate }) => formatNumber(achievedRate) },
      ],
      workloads,
    )}
  </article>`;
}

/** Latencies of a run; a class that was not measured is not there. */
export function latencySection({ workloads }: BenchReport): Markup {
  const byClass = Map.groupBy(workloads, (workload) => workload.class);
  const articles = CLASSES.flatMap((name) => {
    const measured = byClass.get(name);
    return measured === undefined ? [] : [ofClass(name, measured)];
  });
  return section(
    "latency",
    "Latency under load",
    html`<p>
      How long calls took, from the moment each was meant to begin, so that waiting for a connection counts.
      Each step to the right is a tail ten times as rare. Dashed: data not read before; dotted: first call of
      a connection.
    </p>`,
    articles.length === 0 ? html`<p class="note">No workload was measured.</p>` : articles,
  );
}
