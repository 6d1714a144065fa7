// A run as one page: no script, nothing loaded from anywhere, legible on a telephone, in the dark and by ear. All of it is made from the
// report; nothing is judged here.
import type { Finding } from "../../measuring/finding.ts";
import type { BenchReport } from "../bench-report.ts";
import {
  benchmarkOfClass,
  BOUNDED_CLASSES,
  judgeReport,
  LATENCY_BOUNDS,
  nameOfClass,
  type Verdict,
} from "../judge-report.ts";
import { formatInstant, formatNumber, formatShare } from "../shown-figure.ts";
import { compressionSection } from "./compression-section.ts";
import { gatesSection } from "./gates-section.ts";
import { growthSection } from "./growth-section.ts";
import { latencySection } from "./latency-section.ts";
import { html, type Markup, trusted } from "./markup.ts";
import { ratioSection } from "./ratio-section.ts";
import { STYLE } from "./style.ts";
import { slowestSection, surroundingsSection } from "./surroundings-section.ts";

interface Tile {
  readonly name: string;
  readonly figure: string;
  readonly below: string;
  readonly isMissed: boolean;
}

/** The slowest warm workload of each class with a bound, and what columns saved. */
function tilesOf({ workloads, compression }: BenchReport, { gates, missed }: Verdict): readonly Tile[] {
  const latencies = BOUNDED_CLASSES.flatMap((name): readonly Tile[] => {
    const warm = workloads.filter((workload) => workload.class === name && workload.temperature === "warm");
    const bound = LATENCY_BOUNDS[name];
    if (warm.length === 0 || bound === undefined) return [];
    const isOfClass = ({ benchmark }: Finding): boolean => benchmark === benchmarkOfClass(name);
    const slowest = Math.max(...warm.map(({ latency }) => latency.p99));
    const held = gates.some(isOfClass) ? `bound ${bound.value} ms` : "not judged";
    return [
      {
        name: nameOfClass(name),
        figure: `${formatNumber(slowest)} ms`,
        below: `slowest p99 of ${warm.length}; ${held}`,
        isMissed: missed.some(isOfClass),
      },
    ];
  });
  if (compression.length === 0) return latencies;
  const before = compression.reduce((sum, { bytesBefore }) => sum + bytesBefore, 0);
  const after = compression.reduce((sum, { bytesAfter }) => sum + bytesAfter, 0);
  const below = `saved by columns, over ${compression.length} tables`;
  return [
    ...latencies,
    { name: "compression", figure: formatShare(1 - after / before), below, isMissed: false },
  ];
}

function header(report: BenchReport, verdict: Verdict): Markup {
  const { gates, missed, gaps, isPassed } = verdict;
  const { edition, postgresVersion, timescaleVersion } = report.server;
  const server = `PostgreSQL ${postgresVersion}${timescaleVersion === undefined ? "" : `, TimescaleDB ${timescaleVersion}`}`;
  const outcome = `${gates.length - missed.length} of ${gates.length} bounds kept`;
  const tiles = tilesOf(report, verdict).map(
    ({ name, figure, below, isMissed }) =>
      html`<li class="tile ${isMissed ? "missed" : "kept"}">
        <span class="tile-name">${name}</span><strong>${figure}</strong
        ><span class="tile-below">${below}</span>
      </li>`,
  );
  return html`<header>
    <p class="eyebrow">Benchmark report</p>
    <h1>${outcome}</h1>
    <p class="verdict ${isPassed ? "kept" : "missed"}">
      ${isPassed ? "✓ The run passes" : `✗ The run does not pass: ${missed.length} missed${gaps.length === 0 ? "" : `, ${gaps.length} not measured`}`}
    </p>
    <p class="meta">
      ${formatInstant(report.startedAt)} · ${edition} · ${server} · profile ${report.dataset.profile}
    </p>
    <ul class="tiles">
      ${tiles}
    </ul>
  </header>`;
}

/** @returns `report.html` */
export function renderHtmlReport(report: BenchReport): string {
  const verdict = judgeReport(report);
  const title = `Benchmark report, ${formatInstant(report.startedAt)}`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        <style>
          ${trusted(STYLE)}
        </style>
      </head>
      <body>
        <main>
          ${header(report, verdict)} ${gatesSection(verdict)} ${latencySection(report)}
          ${ratioSection(verdict)} ${growthSection(report)} ${compressionSection(report)}
          ${slowestSection(report)} ${surroundingsSection(report)}
        </main>
      </body>
    </html> `;
  return page.markup;
}
