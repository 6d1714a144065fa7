// Calls counted by latency in buckets of constant relative width, as HdrHistogram does (Gil Tene, https://hdrhistogram.org), so that a
// report holds the shape of a tail without holding every call. Not what quantiles of a finding are taken from: those know each call.
// Invariant: bounds are the same in every run, but for the last one, which is the largest latency itself.
import type { Interval } from "./resampling.ts";

/** Calls above the bound of the bucket before, and up to this one. */
export interface LatencyBucket {
  /** Milliseconds. */
  readonly upperBound: number;
  readonly calls: number;
}

/** A bucket is 4.4 % wide. */
const BUCKETS_PER_DOUBLING = 16;
/** One nanosecond, in milliseconds: nothing shorter is told apart. */
const SHORTEST = 1e-6;

const boundOf = (place: number): number => Number((2 ** (place / BUCKETS_PER_DOUBLING)).toPrecision(6));

function placeOf(latency: number): number {
  const place = Math.ceil(Math.log2(Math.max(latency, SHORTEST)) * BUCKETS_PER_DOUBLING);
  // Bounds are rounded, and so are logarithms.
  return boundOf(place) < latency ? place + 1 : place;
}

/**
 * @param latencies milliseconds
 * @returns buckets that have calls, growing
 * @throws {RangeError} where a latency is no number, or negative
 */
export function histogramOf(latencies: Iterable<number>): readonly LatencyBucket[] {
  const calls = new Map<number, number>();
  let largest = 0;
  for (const latency of latencies) {
    if (!Number.isFinite(latency) || latency < 0)
      throw new RangeError(`A call has the latency ${latency}: it was not measured.`);
    largest = Math.max(largest, latency);
    const place = placeOf(latency);
    calls.set(place, (calls.get(place) ?? 0) + 1);
  }
  const places = [...calls].toSorted(([one], [other]) => one - other);
  return places.map(([place, count], at) => ({
    upperBound: at === places.length - 1 ? largest : boundOf(place),
    calls: count,
  }));
}

/** @returns calls of all buckets */
export function callsOf(histogram: readonly LatencyBucket[]): number {
  return histogram.reduce((sum, { calls }) => sum + calls, 0);
}

/** Both ends of the bucket that holds a call, counted from the fastest. */
function bucketAtRank(histogram: readonly LatencyBucket[], rank: number): Interval {
  let calls = 0;
  let below = 0;
  for (const { upperBound, calls: within } of histogram) {
    calls += within;
    if (calls >= rank) return [Math.max(below, upperBound / 2 ** (1 / BUCKETS_PER_DOUBLING)), upperBound];
    below = upperBound;
  }
  return [below, below];
}

/** Of the standard normal distribution, for 95 %. */
const DEVIATIONS = 1.96;

/**
 * The interval of 95 % of a quantile, by order statistics (Hahn and Meeker, Statistical Intervals, 1991, chapter 5.2), as wide as the
 * buckets at least. It takes calls for independent, which neighbours in time are not: of a run with stalls it is too narrow.
 * @param share 0 to 1
 * @returns undefined where there are too few calls for the upper end to lie among them
 */
export function intervalOfBuckets(histogram: readonly LatencyBucket[], share: number): Interval | undefined {
  const calls = callsOf(histogram);
  const away = DEVIATIONS * Math.sqrt(calls * share * (1 - share));
  const [low, high] = [Math.floor(calls * share - away), Math.ceil(calls * share + away) + 1];
  if (low < 1 || high > calls) return undefined;
  return [bucketAtRank(histogram, low)[0], bucketAtRank(histogram, high)[1]];
}
