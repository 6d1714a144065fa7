// Quantiles of measured times. Nothing is thrown away as an outlier: what a caller waited for, it waited for.
// Invariant: where one value is no number, neither is the quantile.

/**
 * The value that a share of the values does not exceed, by linear interpolation between the two nearest ranks (type 7 of
 * Hyndman and Fan, 1996).
 * @param share 0 to 1
 * @returns NaN for no values
 */
export function quantile(values: readonly number[], share: number): number {
  // Sorting leaves what compares to nothing where it is, and the middle could be a number all the same.
  if (values.some((value) => Number.isNaN(value))) return Number.NaN;
  const sorted = values.toSorted((one, other) => one - other);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  // Two infinities have no difference.
  return below === above ? below : below + (above - below) * (place - Math.floor(place));
}

/** @returns NaN for no values */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
