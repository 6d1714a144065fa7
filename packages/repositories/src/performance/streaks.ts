// Runs of gains and of losses in a row. A period of exactly nothing neither ends a run nor counts in it.

/** Runs in a series, in periods that gained or lost. */
export interface Streaks {
  readonly longestWinning: number;
  readonly longestLosing: number;
  /** Length of the run the series ends in: positive for gains, negative for losses, 0 where nothing was gained or lost. */
  readonly current: number;
}

/** The runs of an empty series. */
export const NO_STREAKS: Streaks = { longestWinning: 0, longestLosing: 0, current: 0 };

/** @returns the runs of gains (positive signs) and losses (negative ones), going on from those of the series before */
export function streaksOf(signs: Iterable<number>, before: Streaks = NO_STREAKS): Streaks {
  let { longestWinning, longestLosing, current } = before;
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
