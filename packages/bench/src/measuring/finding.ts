// One figure that was measured and the bound it is held to, as data. Not how it was measured, and not how it is shown.
// Invariant: a figure that is no number keeps no bound.
import type { Sampled } from "./interleaved.ts";
import { median, quantile } from "./quantile.ts";
import { ENOUGH_ROUNDS, type Interval, intervalOfMedian, intervalOfQuantile } from "./resampling.ts";

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
  /** Encloses the figure with 95 %, as far as this run can tell; undefined where one round was made, or none. */
  readonly interval: Interval | undefined;
  /** Which way the figure improves. */
  readonly better: "smaller" | "larger";
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

/** Whether a figure keeps its bound; no number keeps none, nor does infinity, which is a division by nothing. */
export function keeps(figure: number, { kind, value }: Bound): boolean {
  if (!Number.isFinite(figure)) return false;
  if (kind === "at most") return figure <= value;
  if (kind === "at least") return figure >= value;
  return figure < value;
}

/** A figure held to its bound. */
export function judge(
  { benchmark, subject, bound, note }: Measured,
  figure: number,
  unit: Finding["unit"],
  more: Partial<
    Pick<Finding, "reference" | "spread" | "interval" | "better" | "latency" | "referenceLatency">
  > = {},
): Finding {
  return {
    benchmark,
    subject,
    reference: more.reference,
    unit,
    figure,
    spread: more.spread,
    interval: more.interval,
    better: more.better ?? (bound?.kind === "at least" ? "larger" : "smaller"),
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

const spreadOf = (values: readonly number[]): Finding["spread"] =>
  values.length === 0 ? undefined : [Math.min(...values), Math.max(...values)];

/** A finding from few rounds says so. */
function noteRounds(measured: Measured, rounds: number): Measured {
  if (rounds >= ENOUGH_ROUNDS) return measured;
  const few = `${rounds} ${rounds === 1 ? "round" : "rounds"} of the ${ENOUGH_ROUNDS} that an interval of 95 % needs`;
  return { ...measured, note: measured.note === undefined ? few : `${measured.note}; ${few}` };
}

/**
 * How the times of two ways compare: the median over the rounds of each round's ratio of medians.
 * @param toSpeed the ratio of speeds (reference time over own time) rather than of times
 */
export function judgeRatio(measured: Measured, own: Sampled, reference: Sampled, toSpeed = false): Finding {
  // A round that only one of them has is no number, and so is the figure.
  const rounds = Math.max(own.rounds.length, reference.rounds.length);
  const ratios = Array.from({ length: rounds }, (_, round) => {
    const ratio = median(own.rounds[round] ?? []) / median(reference.rounds[round] ?? []);
    return toSpeed ? 1 / ratio : ratio;
  });
  return judge(noteRounds(measured, rounds), median(ratios), "ratio", {
    reference: reference.name,
    spread: spreadOf(ratios),
    interval: intervalOfMedian(ratios),
    better: toSpeed ? "larger" : "smaller",
    latency: latencyOf(own),
    referenceLatency: latencyOf(reference),
  });
}

/** The 99th percentile of all calls; the spread is that of the rounds. */
export function judgeP99(measured: Measured, own: Sampled): Finding {
  const latency = latencyOf(own);
  return judge(noteRounds(measured, own.rounds.length), latency.p99, "ms", {
    spread: spreadOf(own.rounds.map((times) => quantile(times, 0.99))),
    interval: intervalOfQuantile(own.rounds, 0.99),
    latency,
  });
}
