// Timeframes as lengths and grids: where a bar opens and which instants may open one, in microseconds since 1970.
import { type Timeframe, timeframeSeconds } from "@app/schema/vocabulary";

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;

/** Microseconds in one UTC day. */
export const DAY_MICROSECONDS = 24 * HOUR;

/** @returns whether a text names a timeframe */
export function isTimeframe(text: string): text is Timeframe {
  return Object.hasOwn(timeframeSeconds, text);
}

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
 * The least distance in microseconds between the openings of two bars of one series.
 *
 * Bars up to 2 hours are cut by the clock, so it is their length. Longer ones follow sessions in local time: where clocks
 * go forward, the day and the 4-hour bar in it are an hour shorter in UTC. A week is often stamped with its first trading
 * day; after holidays that is as late as Friday, three days before the next Monday.
 */
export function leastSpacing(timeframe: Timeframe): number {
  const length = timeframeMicroseconds(timeframe);
  if (timeframe === "1w") return 3 * DAY_MICROSECONDS;
  return length >= 4 * HOUR ? length - HOUR : length;
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
