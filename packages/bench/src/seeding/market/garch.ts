// Volatility that clusters: GARCH(1,1). Variance follows yesterday's variance and yesterday's surprise, so calm and storm each
// last. Source of the process: Bollerslev (1986), Journal of Econometrics 31. Source of the weights: Engle (2001), "GARCH 101",
// Journal of Economic Perspectives 15(4), estimates for ten years of daily returns of a portfolio.

/** Weight of the last squared surprise, and of the last variance; their sum is below 1, so the variance has a mean. */
export const garchWeights = { surprise: 0.0772, persistence: 0.9046 } as const;

/** A variance over time. */
export interface Garch {
  /** Standard deviation of the next return. */
  readonly deviation: number;
  /** Takes the return that came. */
  take(value: number): void;
}

/** @param variance its mean in the long run, where it begins */
export function createGarch(variance: number): Garch {
  const { surprise, persistence } = garchWeights;
  const base = (1 - surprise - persistence) * variance;
  let current = variance;
  return {
    get deviation() {
      return Math.sqrt(current);
    },
    take(value) {
      current = base + surprise * value * value + persistence * current;
    },
  };
}
