// Whether a fill added liquidity to the book or took it. FIX tag 851 (LastLiquidityInd).
export const liquidities = ["maker", "taker"] as const;

/** Liquidity side of a fill. FIX tag 851: 1 maker (added), 2 taker (removed). */
export type Liquidity = (typeof liquidities)[number];
