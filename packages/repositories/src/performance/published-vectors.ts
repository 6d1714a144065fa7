// Published numbers the metrics are held against: series of returns and what other implementations, or the papers, give for
// them. Nothing here was computed by this project.

/**
 * Series of empyrical's tests, in fractions. Of `mixed` the source has no value for the first of nine days: where it counts
 * that day as a return of 0 (growth) the tests here do, and leave it out where the source does (deviations).
 * Source: github.com/quantopian/empyrical at 40f61b4, empyrical/tests/test_stats.py, Apache License 2.0.
 */
export const empyricalSeries = {
  simpleBenchmark: [0, 1, 0, 1, 0, 1, 0, 1, 0].map((percent) => percent / 100),
  positive: [1, 2, 1, 1, 1, 1, 1, 1, 1].map((percent) => percent / 100),
  negative: [0, -6, -7, -1, -9, -2, -6, -8, -5].map((percent) => percent / 100),
  mixed: [1, 10, -4, 2, 3, 2, 1, -10].map((percent) => percent / 100),
  /** Weekly and monthly returns are these too. */
  mixedFromZero: [0, 1, 10, -4, 2, 3, 2, 1, -10].map((percent) => percent / 100),
  flat: Array.from({ length: 9 }, () => 0.01),
} as const;

/** Days, weeks and months of a year in empyrical. */
export const empyricalPeriods = { daily: 252, weekly: 52, monthly: 12 } as const;

/** What empyrical expects, to eight decimal places. */
export const empyricalExpects = {
  annualReturn: {
    daily: 1.913_592_537_319_423_1,
    weekly: 0.246_908_305_139_982_08,
    monthly: 0.052_242_061_386_048_144,
  },
  annualReturnOfOne: 11.274_002_099_240_244,
  annualVolatility: {
    daily: 0.913_646_539_970_463_7,
    weekly: 0.388_515_693_948_705_83,
    monthly: 0.186_636_902_388_925_58,
  },
  calmar: {
    daily: 19.135_925_373_194_233,
    weekly: 2.469_083_051_399_820_8,
    monthly: 0.522_420_613_860_481_44,
  },
  omega: [
    { series: "mixed", riskFree: 0, annualTarget: 10, expected: 0.833_542_634_975_579_34 },
    { series: "mixed", riskFree: 0.01, annualTarget: 0, expected: 0.8125 },
    { series: "positive", riskFree: 0.011, annualTarget: 0, expected: 1.125 },
    { series: "positive", riskFree: 0.02, annualTarget: 0, expected: 0 },
    { series: "negative", riskFree: 0.01, annualTarget: 0, expected: 0 },
  ],
  sharpe: {
    mixed: 1.723_861_396_170_686_6,
    positive: 52.915_026_221_291_804,
    negative: -24.406_808_633_910_085,
  },
  /** Of `mixed` against the last eight days of `simpleBenchmark`. */
  sharpeAgainstBenchmark: 0.341_114_114_410_605_74,
  downsideRisk: [
    { series: "mixed", period: "daily", target: 0, expected: 0.604_483_250_388_296_53 },
    { series: "mixed", period: "daily", target: 0.1, expected: 1.716_173_068_195_629_5 },
    { series: "mixedFromZero", period: "weekly", target: 0, expected: 0.258_886_504_519_301_34 },
    { series: "mixedFromZero", period: "weekly", target: 0.1, expected: 0.773_304_597_167_248_2 },
    { series: "mixedFromZero", period: "monthly", target: 0, expected: 0.124_365_054_041_184_2 },
    { series: "mixedFromZero", period: "monthly", target: 0.1, expected: 0.371_483_512_420_134_22 },
  ],
  sortino: [
    { series: "mixed", period: "daily", target: 0, expected: 2.605_531_251_673_693 },
    { series: "mixed", period: "daily", target: 0.01, expected: -1.393_477_958_891_997_7 },
    { series: "negative", period: "daily", target: 0, expected: -13.532_743_075_043_401 },
    { series: "mixedFromZero", period: "weekly", target: 0, expected: 1.115_890_105_686_643_9 },
    { series: "mixedFromZero", period: "monthly", target: 0, expected: 0.536_056_267_418_897_56 },
  ],
  /** Called excess Sharpe there: per period. */
  informationRatio: { againstNothing: 0.108_593_060_690_767_37, againstFlat: -0.065_155_836_414_460_39 },
  /** Of `mixed` against the last eight days of `negative`. */
  alphaBeta: [-0.999_785_383_488_500_4, -0.712_962_962_962_963_13],
  valueAtRisk: [
    { returns: [1, 2], cutoff: 0, expected: 1 },
    { returns: [1, 2], cutoff: 0.3, expected: 1.3 },
    { returns: [1, 2], cutoff: 1, expected: 2 },
    { returns: [1, 81, 82, 83, 84, 85], cutoff: 0.1, expected: 41 },
    { returns: [1, 81, 82, 83, 84, 85], cutoff: 0.2, expected: 81 },
    { returns: [1, 81, 82, 83, 84, 85], cutoff: 0.3, expected: 81.5 },
  ],
} as const;

/**
 * The example that runs through Bacon 2008, "Practical Portfolio Performance Measurement and Attribution", second edition:
 * 24 monthly returns of a portfolio and of its benchmark; and what PerformanceAnalytics names as expected for them.
 * Source: github.com/braverock/PerformanceAnalytics at c079aea, data/portfolio_bacon.csv, R/kurtosis.R,
 * R/SkewnessKurtosisRatio.R, R/DownsideDeviation.R and R/TreynorRatio.R ("expected"). Its code is under GPL-2 | GPL-3 and none of it is here;
 * the figures are the textbook's.
 */
export const bacon = {
  portfolio: [
    0.003, 0.026, 0.011, -0.01, 0.015, 0.025, 0.016, 0.067, -0.014, 0.04, -0.005, 0.081, 0.04, -0.037, -0.061,
    0.017, -0.049, -0.022, 0.07, 0.058, -0.065, 0.024, -0.005, -0.009,
  ],
  benchmark: [
    0.002, 0.025, 0.018, -0.011, 0.014, 0.018, 0.014, 0.065, -0.015, 0.042, -0.006, 0.083, 0.039, -0.038,
    -0.062, 0.015, -0.048, 0.021, 0.06, 0.056, -0.067, 0.019, -0.003, 0,
  ],
  /** Fisher's adjusted excess kurtosis (G2), to two decimal places. */
  sampleExcessKurtosis: -0.41,
  /** Skewness over (not excess) kurtosis, both by moments, to three decimal places. */
  skewnessOverKurtosis: -0.034,
  /** Downside deviation against a monthly target of 0.5 per cent, to four decimal places. */
  downsideDeviation: { target: 0.005, expected: 0.0255 },
  /** Annualised return over systematic risk (beta times the benchmark's annualised population deviation), four places. */
  modifiedTreynor: 0.7975,
} as const;

/** Source: the same repository, tests/testthat/test-sortino.R: Sortino per period, to seven decimal places. */
export const performanceAnalyticsSortino = {
  returns: [0.01, -0.02, 0.03, -0.01],
  expected: 0.223_606_8,
} as const;

/**
 * Probabilistic Sharpe ratios, all per period.
 * Source: Bailey and Lopez de Prado 2012, "The Sharpe Ratio Efficient Frontier", the fund of 24 months (three decimal places);
 * PerformanceAnalytics at c079aea, tests/testthat/_snaps/all_snapshots.md, ProbSharpeRatio with kurtosis left out (four).
 */
export const probabilisticSharpe = [
  { sharpe: 0.458, periods: 24, skewness: 0, kurtosis: 3, reference: 0, expected: 0.982, places: 3 },
  {
    sharpe: 0.458,
    periods: 24,
    skewness: -2.448,
    kurtosis: 10.164,
    reference: 0,
    expected: 0.913,
    places: 3,
  },
  {
    sharpe: 2 / 12 ** 0.5,
    periods: 59,
    skewness: -0.72,
    kurtosis: 3,
    reference: 1 / 12 ** 0.5,
    expected: 0.9597,
    places: 4,
  },
] as const;

/**
 * Moments, to ten decimal places.
 * Source: github.com/scipy/scipy, scipy/stats/tests/test_stats.py (`testmathworks`), BSD 3-Clause.
 */
export const scipyMoments = {
  values: [1.165, 0.6268, 0.0751, 0.3516, -0.6965],
  skewness: -0.293_223_043_366_07,
  kurtosis: 2.165_885_680_297_3,
} as const;
