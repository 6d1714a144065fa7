// Timeframes as grids: where a bar opens and which instants may open one. Times are microseconds since 1970.
// No calendar and no trading sessions; every timeframe is a fixed length in UTC.
import { timeframeSeconds } from "@app/schema";
import type { Timeframe } from "@app/schema";

const MINUTE = 60_000_000;

/** Microseconds in one UTC day. */
export const DAY_MICROSECONDS = 1440 * MINUTE;

/** 1970-01-05T00:00:00Z, the first Monday: weeks are counted from it, as ISO 8601 weeks open on Monday. */
const FIRST_MONDAY = 4 * DAY_MICROSECONDS;

/** @returns the length of one bar in microseconds. */
export function timeframeMicroseconds(timeframe: Timeframe): number {
  return timeframeSeconds[timeframe] * 1_000_000;
}

/** @returns the opening instant of the bar that contains `time`; both in microseconds since 1970. */
export function barOpenAt(timeframe: Timeframe, time: number): number {
  const length = timeframeMicroseconds(timeframe);
  const origin = timeframe === "1w" ? FIRST_MONDAY : 0;
  return Math.floor((time - origin) / length) * length + origin;
}

/**
 * The grid on which a bar of this timeframe may open, in microseconds.
 *
 * Bars up to 15 minutes open on whole multiples of their length in UTC. Longer bars follow sessions and local days,
 * and every time zone in use lies a multiple of 15 minutes from UTC, so a quarter of an hour is all that can be asked.
 */
export function openingGrid(timeframe: Timeframe): number {
  return Math.min(timeframeMicroseconds(timeframe), 15 * MINUTE);
}
