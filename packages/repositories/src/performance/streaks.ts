// Runs of gains and of losses in a row. A period of exactly nothing neither ends a run nor counts in it.

/** Runs in a series, in periods that gained or lost. */
export interface Streaks {
  readonly longestWinning: number;
  readonly longestLosing: number;
  /** Length of the run the series ends in: positive for gains, negative for losses, 0 where nothing was gained or lost. */
  readonly current: number;
}

/** @returns the runs of gains (positive signs) and losses (negative ones) */
export function streaksOf(signs: Iterable<number>): Streaks {
  let longestWinning = 0;
  let longestLosing = 0;
  let current = 0;
  for (const sign of signs) {
    if (sign > 0) {
      current = Math.max(current, 0) + 1;
      longestWinning = Math.max(longestWinning, current);
    } else if (sign < 0) {
      current = Math.min(current, 0) - 1;
      longestLosing = Math.max(longestLosing, -current);
    }
  }
  return { longestWinning, longestLosing, current };
}
