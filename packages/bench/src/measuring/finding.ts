// One figure that was measured and the bound it is held to, as data. Not how it was measured, and not how it is shown.
// Invariant: a figure that is no number keeps no bound.
import type { Sampled } from "./interleaved.ts";
import { median, quantile } from "./quantile.ts";

/** Times of one way in milliseconds, all calls of all rounds. */
export interface Latency {
  readonly calls: number;
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
}

/** What a figure may be. */
export interface Bound {
  readonly kind: "at most" | "at least" | "under";
  readonly value: number;
}

/** One figure. */
export interface Finding {
  readonly benchmark: string;
  readonly subject: string;
  /** What it is compared with; undefined for a figure that stands by itself. */
  readonly reference: string | undefined;
  readonly unit: "ratio" | "ms" | "MiB";
  readonly figure: number;
  /** Smallest and largest of the rounds. */
  readonly spread: readonly [least: number, most: number] | undefined;
  /** Undefined where the figure is for information. */
  readonly bound: Bound | undefined;
  readonly isKept: boolean | undefined;
  readonly latency: Latency | undefined;
  readonly referenceLatency: Latency | undefined;
  readonly note: string | undefined;
}

/** What is known of a figure before it is judged. */
export interface Measured {
  readonly benchmark: string;
  readonly subject: string;
  readonly bound?: Bound | undefined;
  readonly note?: string | undefined;
}

/** Whether a figure keeps its bound; no number keeps none. */
export function keeps(figure: number, { kind, value }: Bound): boolean {
  if (kind === "at most") return figure <= value;
  if (kind === "at least") return figure >= value;
  return figure < value;
}

/** A figure held to its bound. */
export function judge(
  { benchmark, subject, bound, note }: Measured,
  figure: number,
  unit: Finding["unit"],
  more: Partial<Pick<Finding, "reference" | "spread" | "latency" | "referenceLatency">> = {},
): Finding {
  return {
    benchmark,
    subject,
    reference: more.reference,
    unit,
    figure,
    spread: more.spread,
    bound,
    isKept: bound === undefined ? undefined : keeps(figure, bound),
    latency: more.latency,
    referenceLatency: more.referenceLatency,
    note,
  };
}

/** Times of all rounds together. */
export function latencyOf({ rounds }: Sampled): Latency {
  const all = rounds.flat();
  return { calls: all.length, median: median(all), p95: quantile(all, 0.95), p99: quantile(all, 0.99) };
}

const spreadOf = (values: readonly number[]): readonly [number, number] => [
  Math.min(...values),
  Math.max(...values),
];

/**
 * How the times of two ways compare: the median over the rounds of each round's ratio of medians.
 * @param toSpeed the ratio of speeds (reference time over own time) rather than of times
 */
export function judgeRatio(measured: Measured, own: Sampled, reference: Sampled, toSpeed = false): Finding {
  const ratios = own.rounds.map((times, round) => {
    const ratio = median(times) / median(reference.rounds[round] ?? []);
    return toSpeed ? 1 / ratio : ratio;
  });
  return judge(measured, median(ratios), "ratio", {
    reference: reference.name,
    spread: spreadOf(ratios),
    latency: latencyOf(own),
    referenceLatency: latencyOf(reference),
  });
}

/** The 99th percentile of all calls; the spread is that of the rounds. */
export function judgeP99(measured: Measured, own: Sampled): Finding {
  const latency = latencyOf(own);
  return judge(measured, latency.p99, "ms", {
    spread: spreadOf(own.rounds.map((times) => quantile(times, 0.99))),
    latency,
  });
}
