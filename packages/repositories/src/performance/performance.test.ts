// The metrics against the published numbers of other implementations, and against their own laws.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  activeReturns,
  beta,
  correlation,
  informationRatio,
  jensensAlpha,
  trackingError,
  treynorRatio,
} from "./benchmark-metrics.ts";
import { drawdownRatio, largestDrawdown, longestDrawdown } from "./drawdown.ts";
import {
  bacon,
  empyricalExpects,
  empyricalPeriods,
  empyricalSeries,
  performanceAnalyticsSortino,
  probabilisticSharpe,
  scipyMoments,
} from "./published-vectors.ts";
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
} from "./return-metrics.ts";
import { excessKurtosis, mean, normalProbability, skewness } from "./statistics.ts";
import { streaksOf } from "./streaks.ts";
import { expectedShortfall, fromWorst, normalValueAtRisk, valueAtRisk } from "./value-at-risk.ts";

const { mixed, mixedFromZero, positive, negative, flat, simpleBenchmark } = empyricalSeries;
const periodNames = ["daily", "weekly", "monthly"] as const;

/** An index of growth, from 1 on. */
function growth(returns: readonly number[]): number[] {
  let level = 1;
  return [1, ...returns.map((value) => (level *= 1 + value))];
}

describe("the metrics give empyrical's numbers", () => {
  it.each(periodNames)("for growth, volatility and Calmar of %s returns", (period) => {
    const periods = empyricalPeriods[period];
    // There the missing day has no part in the deviation of daily returns.
    const returns = period === "daily" ? mixed : mixedFromZero;
    const rate = compoundAnnualGrowthRate(mixedFromZero, periods);
    expect(rate).toBeCloseTo(empyricalExpects.annualReturn[period], 8);
    expect(annualizedVolatility(returns, periods)).toBeCloseTo(empyricalExpects.annualVolatility[period], 8);
    const levels = growth(mixedFromZero);
    const fall = largestDrawdown(levels, "ratio");
    expect(fall).toEqual({ peak: 8, trough: 9, recovery: null });
    const ratio = fall === null ? null : drawdownRatio(levels, fall);
    expect(ratio).toBeCloseTo(0.1, 8);
    expect(calmarRatio(rate, ratio)).toBeCloseTo(empyricalExpects.calmar[period], 8);
  });

  it("for the growth rate of one return", () => {
    expect(compoundAnnualGrowthRate([0.01], 252)).toBeCloseTo(empyricalExpects.annualReturnOfOne, 8);
  });

  it("for the largest drawdown", () => {
    const levels = growth([0.1, -0.1, 0.1]);
    const fall = largestDrawdown(levels, "ratio");
    expect(fall).toEqual({ peak: 1, trough: 2, recovery: null });
    expect(drawdownRatio(levels, fall ?? { peak: 0, trough: 0 })).toBeCloseTo(0.1, 8);
    expect(largestDrawdown(growth(positive), "ratio")).toBeNull();
    const falling = growth(negative);
    const whole = largestDrawdown(falling, "ratio") ?? { peak: 0, trough: 0 };
    expect(-drawdownRatio(falling, whole)).toBeCloseTo(totalReturn(negative) ?? 0, 8);
  });

  it.each(empyricalExpects.omega)(
    "for Omega of $series above $riskFree and $annualTarget",
    ({ series, riskFree, annualTarget, expected }) => {
      const threshold = riskFree + ratePerPeriod(annualTarget, 252);
      expect(omegaRatio(excessOver(empyricalSeries[series], threshold))).toBeCloseTo(expected, 8);
    },
  );

  it("for Sharpe", () => {
    expect(sharpeRatio(mixed, 252)).toBeCloseTo(empyricalExpects.sharpe.mixed, 8);
    expect(sharpeRatio(positive, 252)).toBeCloseTo(empyricalExpects.sharpe.positive, 8);
    expect(sharpeRatio(negative, 252)).toBeCloseTo(empyricalExpects.sharpe.negative, 8);
    const active = activeReturns(mixed, simpleBenchmark.slice(1));
    expect(sharpeRatio(active, 252)).toBeCloseTo(empyricalExpects.sharpeAgainstBenchmark, 8);
  });

  it.each(empyricalExpects.downsideRisk)(
    "for the downside deviation of $series, $period, below $target",
    ({ series, period, target, expected }) => {
      const downside = downsideDeviation(excessOver(empyricalSeries[series], target)) ?? 0;
      expect(downside * Math.sqrt(empyricalPeriods[period])).toBeCloseTo(expected, 8);
    },
  );

  it.each(empyricalExpects.sortino)(
    "for Sortino of $series, $period, above $target",
    ({ series, period, target, expected }) => {
      const excess = excessOver(empyricalSeries[series], target);
      expect(sortinoRatio(excess, empyricalPeriods[period])).toBeCloseTo(expected, 8);
    },
  );

  it("for alpha and beta", () => {
    const market = negative.slice(1);
    const [alpha, slope] = empyricalExpects.alphaBeta;
    expect(jensensAlpha(mixed, market, 252)).toBeCloseTo(alpha, 8);
    expect(beta(mixed, market)).toBeCloseTo(slope, 8);
    expect(beta(mixed, mixed)).toBeCloseTo(1, 8);
    expect(jensensAlpha(mixed, mixed, 252)).toBeCloseTo(0, 8);
    expect(
      beta(
        mixed,
        mixed.map((value) => -value),
      ),
    ).toBeCloseTo(-1, 8);
  });

  it("for the information ratio and the tracking error", () => {
    const { againstNothing, againstFlat } = empyricalExpects.informationRatio;
    expect(informationRatio(mixed, 1)).toBeCloseTo(againstNothing, 8);
    expect(informationRatio(activeReturns(mixed, flat.slice(1)), 1)).toBeCloseTo(againstFlat, 8);
    // Against nothing, the tracking error is the volatility.
    expect(trackingError(mixed, 252)).toBeCloseTo(empyricalExpects.annualVolatility.daily, 8);
  });

  it.each(empyricalExpects.valueAtRisk)(
    "for the value at risk of $returns at $cutoff",
    ({ returns, cutoff, expected }) => {
      expect(valueAtRisk(fromWorst(returns), cutoff)).toBeCloseTo(-expected, 7);
    },
  );
});

describe("the metrics give others' numbers", () => {
  it("for skewness and kurtosis, SciPy's", () => {
    expect(skewness(scipyMoments.values)).toBeCloseTo(scipyMoments.skewness, 10);
    expect((excessKurtosis(scipyMoments.values) ?? 0) + 3).toBeCloseTo(scipyMoments.kurtosis, 10);
  });

  it("for Bacon's portfolio, the textbook's and PerformanceAnalytics'", () => {
    const periods = bacon.portfolio.length;
    const tails = excessKurtosis(bacon.portfolio) ?? 0;
    const adjusted = ((periods - 1) / ((periods - 2) * (periods - 3))) * ((periods + 1) * tails + 6);
    expect(adjusted).toBeCloseTo(bacon.sampleExcessKurtosis, 2);
    expect((skewness(bacon.portfolio) ?? 0) / (tails + 3)).toBeCloseTo(bacon.skewnessOverKurtosis, 3);
    const { target, expected } = bacon.downsideDeviation;
    expect(downsideDeviation(excessOver(bacon.portfolio, target))).toBeCloseTo(expected, 4);
    const volatility = (annualizedVolatility(bacon.benchmark, 12) ?? 0) * Math.sqrt((periods - 1) / periods);
    const treynor = treynorRatio(bacon.portfolio, bacon.benchmark, 12) ?? 0;
    expect(treynor / volatility).toBeCloseTo(bacon.modifiedTreynor, 4);
  });

  it("for Sortino, PerformanceAnalytics'", () => {
    const { returns, expected } = performanceAnalyticsSortino;
    expect(sortinoRatio(returns, 1)).toBeCloseTo(expected, 6);
  });

  it.each(probabilisticSharpe)(
    "for the probability that a Sharpe ratio of $sharpe over $periods periods is above $reference",
    ({ reference, expected, places, ...record }) => {
      expect(probabilisticSharpeRatio(record, reference)).toBeCloseTo(expected, places);
    },
  );
});

describe("a metric that is not defined", () => {
  it("is null for no returns and for one", () => {
    for (const returns of [[], [0.01]]) {
      expect(sharpeRatio(returns, 252)).toBeNull();
      expect(sortinoRatio(returns, 252)).toBeNull();
      expect(omegaRatio(returns)).toBeNull();
      expect(annualizedVolatility(returns, 252)).toBeNull();
      expect(trackRecord(returns)).toBeNull();
      expect(beta(returns, returns)).toBeNull();
      expect(jensensAlpha(returns, returns, 252)).toBeNull();
      expect(informationRatio(returns, 252)).toBeNull();
      expect(treynorRatio(returns, returns, 252)).toBeNull();
      expect(normalValueAtRisk(returns, 95)).toBeNull();
    }
    expect(valueAtRisk(fromWorst([]), 0.05)).toBeNull();
    expect(expectedShortfall(fromWorst([]), 0.05)).toBeNull();
    // toBe tells 0 from -0.
    expect(valueAtRisk(fromWorst([0, 0]), 0.05)).toBe(0);
    expect(expectedShortfall(fromWorst([0, 0]), 0.05)).toBe(0);
    expect(compoundAnnualGrowthRate([], 252)).toBeNull();
  });

  it("is null where its denominator is nothing: no deviation, no loss, no drawdown, a flat benchmark", () => {
    expect(sharpeRatio(flat, 252)).toBeNull();
    expect(
      sharpeRatio(
        Array.from({ length: 1000 }, () => 0.1 + 0.2),
        252,
      ),
    ).toBeNull();
    expect(sortinoRatio(positive, 252)).toBeNull();
    expect(omegaRatio(positive)).toBeNull();
    expect(calmarRatio(0.2, 0)).toBeNull();
    expect(beta(mixed, flat.slice(1))).toBeNull();
    expect(skewness(flat)).toBeNull();
    expect(excessKurtosis(flat)).toBeNull();
    expect(informationRatio(activeReturns(mixed, mixed), 252)).toBeNull();
    expect(correlation(mixed, flat.slice(1))).toBeNull();
  });

  it("is null where everything was lost: there is no growth rate of -100 %", () => {
    expect(compoundAnnualGrowthRate([0.1, -1], 252)).toBeNull();
    expect(compoundAnnualGrowthRate([-1.5], 252)).toBeNull();
    expect(totalReturn([0.1, -1])).toBe(-1);
  });
});

const returnArbitrary = fc.double({ min: -0.5, max: 0.5, noNaN: true });
const seriesArbitrary = fc.array(returnArbitrary, { minLength: 2, maxLength: 60 });

describe("the laws of the metrics", () => {
  it("every one is a finite number or null, whatever the returns", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { maxLength: 40 }), (returns) => {
        const record = trackRecord(returns);
        const found = [
          totalReturn(returns),
          compoundAnnualGrowthRate(returns, 252),
          annualizedVolatility(returns, 252),
          sharpeRatio(returns, 252),
          sortinoRatio(returns, 252),
          omegaRatio(returns),
          record === null ? null : probabilisticSharpeRatio(record, 0),
          skewness(returns),
          excessKurtosis(returns),
          valueAtRisk(fromWorst(returns), 0.05),
          expectedShortfall(fromWorst(returns), 0.01),
          treynorRatio(returns, returns.toReversed(), 252),
          jensensAlpha(returns, returns.toReversed(), 252),
          correlation(returns, returns.toReversed()),
        ];
        expect(found.filter((value) => value !== null && !Number.isFinite(value))).toEqual([]);
      }),
    );
  });

  it("the largest drawdown is the largest fall between any two places", () => {
    fc.assert(
      fc.property(seriesArbitrary, fc.constantFrom("ratio", "amount"), (returns, by) => {
        const levels = growth(returns);
        const falls = levels.flatMap((peak, place) =>
          levels.slice(place).map((level) => (by === "ratio" ? (peak - level) / peak : peak - level)),
        );
        const found = largestDrawdown(levels, by);
        const size =
          found === null
            ? 0
            : by === "ratio"
              ? drawdownRatio(levels, found)
              : (levels[found.peak] ?? 0) - (levels[found.trough] ?? 0);
        expect(size).toBeCloseTo(Math.max(...falls), 12);
        if (found?.recovery != null) {
          expect(levels[found.recovery]).toBeGreaterThanOrEqual(levels[found.peak] ?? 0);
          expect(found.recovery).toBeGreaterThan(found.trough);
        }
      }),
    );
  });

  it("the longest drawdown is the longest stretch below a peak, its recovery included", () => {
    expect(longestDrawdown([1, 2, 3])).toBe(0);
    expect(longestDrawdown([3, 2, 3])).toBe(2);
    expect(longestDrawdown([3, 2, 1])).toBe(2);
    expect(longestDrawdown([3, 2, 2.5, 4, 3, 5])).toBe(3);
    expect(longestDrawdown([3, 3, 3, 2])).toBe(1);
    expect(longestDrawdown([])).toBe(0);
  });

  it("the expected shortfall is the mean of the returns at or below the quantile", () => {
    const distinct = fc
      .uniqueArray(fc.integer({ min: -500, max: 500 }), { minLength: 1, maxLength: 60 })
      .map((thousandths) => thousandths.map((value) => value / 1000));
    fc.assert(
      fc.property(distinct, fc.constantFrom(0.5, 0.1, 0.05, 0.01), (returns, tail) => {
        const quantile = -(valueAtRisk(fromWorst(returns), tail) ?? Number.NaN);
        const worst = returns.filter((value) => value <= quantile);
        expect(-(expectedShortfall(fromWorst(returns), tail) ?? Number.NaN)).toBeCloseTo(
          mean(worst) ?? Number.NaN,
          12,
        );
      }),
    );
  });

  it("the normal value at risk is where the normal distribution of the returns has its tail", () => {
    const average = mean(mixed) ?? 0;
    const spread = annualizedVolatility(mixed, 1) ?? 0;
    for (const confidence of [95, 99] as const) {
      const loss = normalValueAtRisk(mixed, confidence) ?? Number.NaN;
      expect(normalProbability((-loss - average) / spread)).toBeCloseTo(1 - confidence / 100, 14);
    }
  });

  it("a probability grows with the Sharpe ratio and is one half at the reference", () => {
    const record = { sharpe: 0.1, periods: 250, skewness: -0.3, kurtosis: 5 };
    expect(probabilisticSharpeRatio(record, 0.1)).toBeCloseTo(0.5, 12);
    expect(probabilisticSharpeRatio(record, 0)).toBeGreaterThan(0.5);
    expect(probabilisticSharpeRatio(record, 0.2)).toBeLessThan(0.5);
  });

  it("streaks count gains and losses in a row, past days of nothing", () => {
    expect(streaksOf([])).toEqual({ longestWinning: 0, longestLosing: 0, current: 0 });
    expect(streaksOf([1, 0, 2, -1, 3])).toEqual({ longestWinning: 2, longestLosing: 1, current: 1 });
    expect(streaksOf([1, -1, -1, 0, -1, 0])).toEqual({ longestWinning: 1, longestLosing: 3, current: -3 });
  });
});
