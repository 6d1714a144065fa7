// The lengths of bars. Weeks begin on Monday and days at 00:00 UTC; session-aligned bars are a query, not a
// stored timeframe.
export const timeframes = [
  "1m",
  "3m",
  "5m",
  "15m",
  "30m",
  "1h",
  "2h",
  "4h",
  "6h",
  "8h",
  "12h",
  "1d",
  "3d",
  "1w",
] as const;

/** Length of a bar. */
export type Timeframe = (typeof timeframes)[number];

/** Length of each timeframe in seconds. */
export const timeframeSeconds: Readonly<Record<Timeframe, number>> = {
  "1m": 60,
  "3m": 180,
  "5m": 300,
  "15m": 900,
  "30m": 1_800,
  "1h": 3_600,
  "2h": 7_200,
  "4h": 14_400,
  "6h": 21_600,
  "8h": 28_800,
  "12h": 43_200,
  "1d": 86_400,
  "3d": 259_200,
  "1w": 604_800,
};
