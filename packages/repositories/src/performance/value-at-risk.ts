// What may be lost in one period, from the returns that were (historical) or from a normal distribution of their mean and
// deviation. Losses are positive fractions of equity; a negative figure says that even that quantile was a gain.
import { deviation, mean, quantile, type Series } from "./statistics.ts";

/** The returns from the worst to the best. */
export function fromWorst(returns: Series): Float64Array {
  return new Float64Array(returns).toSorted();
}

/**
 * Historical value at risk: the loss that a period exceeded with probability `tail` (0.05 for a confidence of 95 %), by the
 * quantile interpolated linearly (definition 7).
 * @param ascending the returns, {@link fromWorst} first
 * @returns null of no periods
 */
export function valueAtRisk(ascending: Float64Array, tail: number): number | null {
  const found = quantile(ascending, tail);
  return found === null ? null : 0 - found;
}

/**
 * Historical expected shortfall (conditional value at risk): the mean loss of the worst periods, those up to the place of that
 * quantile in ascending order.
 * @param ascending the returns, {@link fromWorst} first
 * @returns null of no periods
 */
export function expectedShortfall(ascending: Float64Array, tail: number): number | null {
  const worst = mean(ascending.subarray(0, Math.floor((ascending.length - 1) * tail) + 1));
  // Not -worst, which is -0 where nothing was lost.
  return worst === null ? null : 0 - worst;
}

/** Standard normal quantiles of the two usual confidences. */
const NORMAL_QUANTILES = { 95: 1.644_853_626_951_472_2, 99: 2.326_347_874_040_840_8 } as const;

/** Value at risk of a normal distribution with the mean and sample deviation of the returns. @returns null for fewer than two */
export function normalValueAtRisk(returns: Series, confidence: keyof typeof NORMAL_QUANTILES): number | null {
  const average = mean(returns);
  const spread = deviation(returns);
  return average === null || spread === null ? null : spread * NORMAL_QUANTILES[confidence] - average;
}
