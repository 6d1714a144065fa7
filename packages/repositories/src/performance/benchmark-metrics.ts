// Metrics of returns against those of a benchmark, period by period: both series have one length and one order.
// Invariant: what is not defined for the series is null.
import { compoundAnnualGrowthRate } from "./return-metrics.ts";
import { covariance, deviation, finite, mean, type Series } from "./statistics.ts";

/** Returns beyond the benchmark's, period by period. */
export function activeReturns(returns: Series, benchmark: Series): Float64Array {
  return Float64Array.from(returns, (value, place) => value - (benchmark[place] ?? Number.NaN));
}

/**
 * Beta: covariance with the benchmark over the variance of the benchmark, both of excess returns.
 * @returns null for fewer than two periods, or where the benchmark does not vary
 */
export function beta(excess: Series, benchmarkExcess: Series): number | null {
  const shared = covariance(excess, benchmarkExcess);
  const spread = deviation(benchmarkExcess);
  return shared === null || spread === null || spread === 0 ? null : finite(shared / spread ** 2);
}

/**
 * Jensen's alpha: the mean excess return that beta does not explain, compounded over the periods of a year.
 * Source: Jensen 1968, "The Performance of Mutual Funds in the Period 1945-1964".
 */
export function jensensAlpha(excess: Series, benchmarkExcess: Series, periodsPerYear: number): number | null {
  const slope = beta(excess, benchmarkExcess);
  const own = mean(excess);
  const market = mean(benchmarkExcess);
  if (slope === null || own === null || market === null) return null;
  return finite((1 + own - slope * market) ** periodsPerYear - 1);
}

/** Tracking error: sample deviation of the active returns times the square root of periods per year. */
export function trackingError(active: Series, periodsPerYear: number): number | null {
  const spread = deviation(active);
  return spread === null ? null : spread * Math.sqrt(periodsPerYear);
}

/**
 * Information ratio: mean active return times periods per year, over the tracking error.
 * Source: Grinold and Kahn 1999, "Active Portfolio Management".
 * @returns null for fewer than two periods, or where the active return does not vary
 */
export function informationRatio(active: Series, periodsPerYear: number): number | null {
  const average = mean(active);
  const spread = trackingError(active, periodsPerYear);
  return average === null || spread === null || spread === 0
    ? null
    : finite((average * periodsPerYear) / spread);
}

/**
 * Treynor ratio: compound annual growth rate of the excess returns over beta.
 * Source: Treynor 1965, "How to Rate Management of Investment Funds".
 * @returns null where beta is undefined or 0
 */
export function treynorRatio(excess: Series, benchmarkExcess: Series, periodsPerYear: number): number | null {
  const slope = beta(excess, benchmarkExcess);
  const growth = compoundAnnualGrowthRate(excess, periodsPerYear);
  return slope === null || slope === 0 || growth === null ? null : finite(growth / slope);
}

/** Correlation (Pearson) of the two. @returns null where one of them does not vary */
export function correlation(returns: Series, benchmark: Series): number | null {
  const shared = covariance(returns, benchmark);
  const spreads = (deviation(returns) ?? 0) * (deviation(benchmark) ?? 0);
  return shared === null || spreads === 0 ? null : finite(shared / spreads);
}
