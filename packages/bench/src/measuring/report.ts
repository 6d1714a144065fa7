// Findings as lines of text for a person.
import type { Finding, Latency } from "./finding.ts";

const digits = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(Math.abs(value) >= 10 ? 1 : 2);

const times = (latency: Latency): string =>
  `${latency.median.toFixed(3)} / ${latency.p95.toFixed(3)} / ${latency.p99.toFixed(3)} ms`;

function verdict({ isKept, bound }: Finding): string {
  if (bound === undefined) return "      for information";
  return `${isKept === true ? "  ok  " : "MISSED"} ${bound.kind} ${bound.value}`;
}

/** One finding: figure, spread over the rounds, verdict, and beneath it the times (median / p95 / p99). */
export function describeFinding(finding: Finding): string {
  const { subject, reference, unit, figure, spread, latency, referenceLatency, note } = finding;
  const range = spread === undefined ? "" : ` (${digits(spread[0])} to ${digits(spread[1])})`;
  const shown = `${digits(figure)}${unit === "ratio" ? "" : ` ${unit}`}${range}`;
  const lines = [
    `  ${verdict(finding).padEnd(22)} ${shown.padEnd(24)} ${subject}${reference === undefined ? "" : `, of ${reference}`}`,
  ];
  if (latency !== undefined) {
    const beside = referenceLatency === undefined ? "" : `, against ${times(referenceLatency)}`;
    lines.push(`${" ".repeat(32)}${times(latency)}${beside}; ${latency.calls} calls`);
  }
  if (note !== undefined) lines.push(`${" ".repeat(32)}${note}`);
  return `${lines.join("\n")}\n`;
}

/** How many of the bounds were kept, in one line. */
export function describeOutcome(findings: readonly Finding[]): string {
  const judged = findings.filter(({ isKept }) => isKept !== undefined);
  const missed = judged.filter(({ isKept }) => isKept === false);
  const names = missed.map(({ benchmark, subject }) => `  ${benchmark}: ${subject}\n`).join("");
  return `${judged.length - missed.length} of ${judged.length} bounds kept${missed.length === 0 ? "" : "; missed:"}\n${names}`;
}
