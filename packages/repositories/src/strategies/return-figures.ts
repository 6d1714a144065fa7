// The figures of returns and of their comparison with a benchmark, put together from the metrics.
import {
  activeReturns,
  beta,
  correlation,
  informationRatio,
  jensensAlpha,
  trackingError,
  treynorRatio,
} from "../performance/benchmark-metrics.ts";
import {
  annualizedVolatility,
  calmarRatio,
  compoundAnnualGrowthRate,
  downsideDeviation,
  excessOver,
  omegaRatio,
  probabilisticSharpeRatio,
  ratePerPeriod,
  sharpeRatio,
  sortinoRatio,
  totalReturn,
  trackRecord,
} from "../performance/return-metrics.ts";
import { excessKurtosis, mean, skewness } from "../performance/statistics.ts";
import {
  expectedShortfall,
  fromWorst,
  normalValueAtRisk,
  valueAtRisk,
} from "../performance/value-at-risk.ts";
import type { BenchmarkFigures, ReturnFigures } from "./performance.ts";
import type { CheckedOptions } from "./performance-options.ts";

type Conventions = Pick<CheckedOptions, "periodsPerYear" | "riskFreeRate" | "targetRate" | "referenceSharpe">;

/** @returns every figure of a series of returns; `largestDrawdown` is a fraction, null where nothing fell */
export function returnFigures(
  returns: Float64Array,
  conventions: Conventions,
  largestDrawdown: number | null,
): Omit<ReturnFigures, "startEquity" | "endEquity"> {
  const { periodsPerYear } = conventions;
  const excess = excessOver(returns, ratePerPeriod(conventions.riskFreeRate, periodsPerYear));
  const aboveTarget = excessOver(returns, ratePerPeriod(conventions.targetRate, periodsPerYear));
  const growth = compoundAnnualGrowthRate(returns, periodsPerYear);
  const record = trackRecord(excess);
  const downside = downsideDeviation(aboveTarget);
  const ascending = fromWorst(returns);
  return {
    periods: returns.length,
    periodsPerYear,
    totalReturn: totalReturn(returns),
    compoundAnnualGrowthRate: growth,
    meanReturn: mean(returns),
    bestReturn: ascending.at(-1) ?? null,
    worstReturn: ascending[0] ?? null,
    volatility: annualizedVolatility(returns, periodsPerYear),
    downsideDeviation: downside === null ? null : downside * Math.sqrt(periodsPerYear),
    sharpe: sharpeRatio(excess, periodsPerYear),
    probabilisticSharpe:
      record === null
        ? null
        : probabilisticSharpeRatio(record, conventions.referenceSharpe / Math.sqrt(periodsPerYear)),
    sortino: sortinoRatio(aboveTarget, periodsPerYear),
    calmar: calmarRatio(growth, largestDrawdown),
    omega: omegaRatio(aboveTarget),
    skewness: skewness(returns),
    excessKurtosis: excessKurtosis(returns),
    valueAtRisk95: valueAtRisk(ascending, 0.05),
    valueAtRisk99: valueAtRisk(ascending, 0.01),
    normalValueAtRisk95: normalValueAtRisk(returns, 95),
    normalValueAtRisk99: normalValueAtRisk(returns, 99),
    expectedShortfall95: expectedShortfall(ascending, 0.05),
    expectedShortfall99: expectedShortfall(ascending, 0.01),
  };
}

/**
 * Compares returns with a benchmark's over the periods that have both.
 * @param benchmark one return for each of `returns`, null where the benchmark has none
 */
export function benchmarkFigures(
  returns: Float64Array,
  benchmark: readonly (number | null)[],
  { periodsPerYear, riskFreeRate }: Conventions,
): BenchmarkFigures {
  const own: number[] = [];
  const market: number[] = [];
  for (const [place, value] of returns.entries()) {
    const other = benchmark[place];
    if (other === null || other === undefined) continue;
    own.push(value);
    market.push(other);
  }
  const riskFree = ratePerPeriod(riskFreeRate, periodsPerYear);
  const excess = excessOver(own, riskFree);
  const marketExcess = excessOver(market, riskFree);
  const active = activeReturns(own, market);
  return {
    periods: own.length,
    totalReturn: own.length === 0 ? null : totalReturn(market),
    alpha: jensensAlpha(excess, marketExcess, periodsPerYear),
    beta: beta(excess, marketExcess),
    correlation: correlation(own, market),
    trackingError: trackingError(active, periodsPerYear),
    informationRatio: informationRatio(active, periodsPerYear),
    treynor: treynorRatio(excess, marketExcess, periodsPerYear),
  };
}
