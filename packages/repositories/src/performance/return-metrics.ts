// Metrics of a series of returns per period, each by itself. Returns are fractions (0.01 is one per cent), simple, not
// logarithmic. No database and no calendar: whoever calls knows how many periods make a year.
// Invariant: what is not defined for the series is null.
import {
  deviation,
  excessKurtosis,
  finite,
  mean,
  normalProbability,
  type Series,
  skewness,
} from "./statistics.ts";

/** Growth over the whole series: the product of (1 + return), less 1. */
export function totalReturn(returns: Series): number | null {
  let growth = 1;
  for (const value of returns) growth *= 1 + value;
  return finite(growth - 1);
}

/**
 * Compound annual growth rate: the growth over the series to the power of periods per year over periods, less 1.
 * @returns null for no periods, and where everything or more was lost
 */
export function compoundAnnualGrowthRate(returns: Series, periodsPerYear: number): number | null {
  const total = totalReturn(returns);
  if (total === null || total <= -1 || returns.length === 0) return null;
  return finite((1 + total) ** (periodsPerYear / returns.length) - 1);
}

/** What an effective annual rate is per period. */
export function ratePerPeriod(annualRate: number, periodsPerYear: number): number {
  return (1 + annualRate) ** (1 / periodsPerYear) - 1;
}

/** Each return less a rate per period. */
export function excessOver(returns: Series, rate: number): Float64Array {
  // Much faster than Float64Array.from() with a function, which goes through an iterator.
  const excess = new Float64Array(returns);
  for (let place = 0; place < excess.length; place += 1) excess[place] = (excess[place] ?? 0) - rate;
  return excess;
}

/** Sample deviation of the returns times the square root of periods per year. */
export function annualizedVolatility(returns: Series, periodsPerYear: number): number | null {
  const spread = deviation(returns);
  return spread === null ? null : spread * Math.sqrt(periodsPerYear);
}

/**
 * Sharpe ratio: mean over sample deviation of the excess returns, times the square root of periods per year.
 * Source: Sharpe 1994, "The Sharpe Ratio".
 * @returns null for fewer than two periods, or where the excess does not vary
 */
export function sharpeRatio(excess: Series, periodsPerYear: number): number | null {
  const average = mean(excess);
  const spread = deviation(excess);
  if (average === null || spread === null || spread === 0) return null;
  return finite((average / spread) * Math.sqrt(periodsPerYear));
}

/** Track record a Sharpe ratio was measured on; nothing in it is annualised. */
export interface TrackRecord {
  /** Per period. */
  readonly sharpe: number;
  readonly periods: number;
  /** Third standardised moment. */
  readonly skewness: number;
  /** Fourth standardised moment, 3 for a normal distribution. */
  readonly kurtosis: number;
}

/**
 * Probability that the true Sharpe ratio is above `reference` (per period), given the skewness and the fat tails of the returns.
 * Source: Bailey and Lopez de Prado 2012, "The Sharpe Ratio Efficient Frontier", equation 11.
 * @returns null for fewer than two periods, and where the variance of the estimate comes out as none
 */
export function probabilisticSharpeRatio(record: TrackRecord, reference: number): number | null {
  const { sharpe, periods } = record;
  const variance = 1 - record.skewness * sharpe + ((record.kurtosis - 1) / 4) * sharpe * sharpe;
  if (periods < 2 || !(variance > 0)) return null;
  return finite(normalProbability(((sharpe - reference) * Math.sqrt(periods - 1)) / Math.sqrt(variance)));
}

/** The track record of excess returns, or null where one of its figures is undefined. */
export function trackRecord(excess: Series): TrackRecord | null {
  const sharpe = sharpeRatio(excess, 1);
  const asymmetry = skewness(excess);
  const tails = excessKurtosis(excess);
  if (sharpe === null || asymmetry === null || tails === null) return null;
  return { sharpe, periods: excess.length, skewness: asymmetry, kurtosis: tails + 3 };
}

/** Target downside deviation: root of the mean, over all periods, of squared shortfalls; not annualised. */
export function downsideDeviation(excess: Series): number | null {
  if (excess.length === 0) return null;
  let squares = 0;
  for (const value of excess) squares += Math.min(value, 0) ** 2;
  return finite(Math.sqrt(squares / excess.length));
}

/**
 * Sortino ratio: mean of the returns above the target over the downside deviation, times the square root of periods per year.
 * Source: Sortino and Price 1994, "Performance Measurement in a Downside Risk Framework".
 * @returns null for fewer than two periods, or where no period fell short
 */
export function sortinoRatio(excess: Series, periodsPerYear: number): number | null {
  const average = mean(excess);
  const downside = downsideDeviation(excess);
  if (excess.length < 2 || average === null || downside === null || downside === 0) return null;
  return finite((average / downside) * Math.sqrt(periodsPerYear));
}

/**
 * Omega ratio: what lay above the threshold over what lay below it.
 * Source: Keating and Shadwick 2002, "A Universal Performance Measure".
 * @returns null for fewer than two periods, or where nothing lay below
 */
export function omegaRatio(excess: Series): number | null {
  if (excess.length < 2) return null;
  let above = 0;
  let below = 0;
  for (const value of excess) {
    if (value > 0) above += value;
    else below -= value;
  }
  return below > 0 ? finite(above / below) : null;
}

/**
 * Calmar ratio: compound annual growth rate over the size of the largest drawdown, of the whole series.
 * Source: Young 1991, "Calmar Ratio: A Smoother Tool", who took 36 months.
 * @returns null without a drawdown
 */
export function calmarRatio(growthRate: number | null, largestDrawdown: number | null): number | null {
  if (growthRate === null || largestDrawdown === null || largestDrawdown === 0) return null;
  return finite(growthRate / largestDrawdown);
}
