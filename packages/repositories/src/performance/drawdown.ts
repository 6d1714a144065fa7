// The fall of a curve below its peak. A curve is levels in order of time, equity or an index of it; where they may be zero or
// below (cumulated P&L without capital) only amounts are defined, no ratios.
import type { Series } from "./statistics.ts";

/** One fall of a curve, as places in it. */
export interface Drawdown {
  readonly peak: number;
  readonly trough: number;
  /** First place at or above the peak again; null while it is below. */
  readonly recovery: number | null;
}

/** How large a fall is. */
export type DrawdownSize = "ratio" | "amount";

/**
 * The largest fall of a curve, measured by its ratio to the peak or by its amount; of equal ones the first.
 * @returns null where the curve never fell, and by ratio where no peak was above zero
 */
export function largestDrawdown(levels: Series, by: DrawdownSize): Drawdown | null {
  let peak = 0;
  let largest: { readonly peak: number; readonly trough: number } | undefined;
  let size = 0;
  for (const [place, level] of levels.entries()) {
    if (level >= at(levels, peak)) {
      peak = place;
      continue;
    }
    const fallen = fall(levels, peak, place, by);
    if (fallen > size) {
      size = fallen;
      largest = { peak, trough: place };
    }
  }
  return largest === undefined ? null : { ...largest, recovery: recoveryAfter(levels, largest) };
}

function recoveryAfter(
  levels: Series,
  { peak, trough }: { readonly peak: number; readonly trough: number },
): number | null {
  for (let place = trough + 1; place < levels.length; place += 1) {
    if (at(levels, place) >= at(levels, peak)) return place;
  }
  return null;
}

function fall(levels: Series, peak: number, place: number, by: DrawdownSize): number {
  const amount = at(levels, peak) - at(levels, place);
  if (by === "amount") return amount;
  return at(levels, peak) > 0 ? amount / at(levels, peak) : 0;
}

/** Its size as a fraction of the peak: 0.1 for a fall of one tenth; above 1 where more than everything was lost. */
export function drawdownRatio(levels: Series, { peak, trough }: Pick<Drawdown, "peak" | "trough">): number {
  return fall(levels, peak, trough, "ratio");
}

/** Most periods from a peak to its recovery, or to the end of the curve; 0 where it never fell. */
export function longestDrawdown(levels: Series): number {
  let peak = 0;
  let longest = 0;
  for (const [place, level] of levels.entries()) {
    // The period that recovers belongs to the fall it ends.
    const isBelow = level < at(levels, peak);
    if (isBelow || (place > peak + 1 && level >= at(levels, peak))) longest = Math.max(longest, place - peak);
    if (!isBelow) peak = place;
  }
  return longest;
}

/** Every place asked for was taken from the curve itself. */
function at(levels: Series, place: number): number {
  return levels[place] ?? Number.NaN;
}
