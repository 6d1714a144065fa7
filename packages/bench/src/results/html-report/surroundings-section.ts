// What a reader needs to judge the rest: the plan of the slowest query, how queries were served, and where all of it ran, folded away.
import type { BenchReport } from "../bench-report.ts";
import { describeSurroundings } from "../describe-surroundings.ts";
import { formatNumber } from "../shown-figure.ts";
import { html, type Markup, section } from "./markup.ts";

/** The plan of the slowest query; nothing where none was taken. */
export function slowestSection({ slowest }: BenchReport): Markup {
  if (slowest === undefined) return html``;
  return section(
    "slowest",
    "Slowest query",
    html`<p>
      <strong>${slowest.workload}</strong>, 99 % within ${formatNumber(slowest.p99Milliseconds)} ms.
    </p>`,
    // Scrolled by the keyboard too, so it takes the focus.
    html`<pre tabindex="0" role="region" aria-label="Plan of the slowest query">${slowest.plan}</pre>`,
  );
}

/** Machine, versions, settings, seed. */
export function surroundingsSection(report: BenchReport): Markup {
  const pairs = describeSurroundings(report);
  return section(
    "surroundings",
    "Where it ran",
    html`<details>
      <summary>Machine, versions, settings and seed</summary>
      <dl>
        ${pairs.map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
    </details>`,
  );
}
