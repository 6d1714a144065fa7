// The statistics the metrics are made of: moments by jstat, and the one quantile definition used here. No finance.
// Invariant: what is not defined for the values given is null, never NaN, an infinity or 0.
import library from "jstat";

const { jStat } = library;

/** A series of numbers, in order of time. */
export type Series = readonly number[] | Float64Array;

/** The number, or null where a computation left the finite ones. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** @returns null of nothing */
export function mean(values: Series): number | null {
  return values.length === 0 ? null : finite(jStat.mean(values));
}

/** Values differ by less than rounding does; below this a deviation is noise. */
const FLAT = 1e-12;

function isFlat(values: Series): boolean {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return most - least <= FLAT * Math.max(Math.abs(least), Math.abs(most));
}

/** Sample standard deviation (n - 1). @returns null for fewer than two values; 0 where all are the same */
export function deviation(values: Series): number | null {
  if (values.length < 2) return null;
  return isFlat(values) ? 0 : finite(jStat.stdev(values, true));
}

/** Sample covariance (n - 1) of two series of one length. @returns null for fewer than two pairs */
export function covariance(one: Series, other: Series): number | null {
  return one.length < 2 ? null : finite(jStat.covariance(one, other));
}

/** Third central moment over the cubed population deviation (g1). @returns null where the values do not vary */
export function skewness(values: Series): number | null {
  return values.length < 2 || isFlat(values) ? null : finite(jStat.skewness(values));
}

/** Fourth central moment over the squared population variance, less 3 (g2). @returns null where the values do not vary */
export function excessKurtosis(values: Series): number | null {
  return values.length < 2 || isFlat(values) ? null : finite(jStat.kurtosis(values));
}

/** The probability that a standard normal variable is at most `z`. */
export function normalProbability(z: number): number {
  return jStat.normal.cdf(z, 0, 1);
}

/**
 * Quantile of values in ascending order, interpolated linearly between the two at (n - 1) x probability.
 * Source: Hyndman and Fan 1996, definition 7; the default of R and NumPy.
 * @returns null of nothing
 */
export function quantile(ascending: Series, probability: number): number | null {
  const place = (ascending.length - 1) * probability;
  const below = ascending[Math.floor(place)];
  const above = ascending[Math.ceil(place)];
  return below === undefined || above === undefined
    ? null
    : below + (place - Math.floor(place)) * (above - below);
}
