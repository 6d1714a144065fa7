// Equity and returns period by period, from daily P&L and a starting capital, or from the equity curve itself. Ratios are
// floats; amounts stay exact elsewhere.
// Invariant: a return is over the equity its period began with, and there is none once that equity was not above zero.
import type { PerformanceCalendar } from "./performance-options.ts";

/** Days in a row from the first day of a range, each with what it was worth. */
export interface DailySeries {
  readonly firstDay: Temporal.PlainDate;
  /** One number for each day of the range, those without fills included. */
  readonly values: Float64Array;
}

/** Periods of a calendar: the place of each one's last day in the range, and its net P&L. */
export interface Periods {
  readonly lastDays: readonly number[];
  readonly values: Float64Array;
}

const SATURDAY = 6;

/**
 * Makes periods of days. On weekdays what happened on Saturday and Sunday counts to the Monday after; where the range ends on a
 * weekend, to a last period of its own.
 */
export function periodsOf({ firstDay, values }: DailySeries, calendar: PerformanceCalendar): Periods {
  if (calendar === "all") return { lastDays: Array.from(values, (_, day) => day), values };
  const lastDays: number[] = [];
  const sums: number[] = [];
  let carried = 0;
  for (const [day, value] of values.entries()) {
    carried += value;
    const isWeekend = ((firstDay.dayOfWeek - 1 + day) % 7) + 1 >= SATURDAY;
    const isLast = day === values.length - 1;
    if (isWeekend && !(isLast && carried !== 0)) continue;
    lastDays.push(day);
    sums.push(carried);
    carried = 0;
  }
  return { lastDays, values: Float64Array.from(sums) };
}

/** Equity after each period, the equity before the first one in front. */
export function cumulate(start: number, values: Float64Array): Float64Array {
  const levels = new Float64Array(values.length + 1);
  levels[0] = start;
  let level = start;
  for (const [place, value] of values.entries()) {
    level += value;
    levels[place + 1] = level;
  }
  return levels;
}

/** Returns between levels. @returns undefined where a period began with no equity */
export function returnsBetween(levels: Float64Array): Float64Array | undefined {
  const returns = new Float64Array(Math.max(0, levels.length - 1));
  for (let place = 0; place < returns.length; place += 1) {
    const start = levels[place] ?? Number.NaN;
    if (!(start > 0)) return undefined;
    returns[place] = (levels[place + 1] ?? Number.NaN) / start - 1;
  }
  return returns;
}
