// When a venue trades on a UTC day: from when on, and for how many minutes. A session lies within one UTC day.
import type { Venue } from "./instrument.ts";

export const MINUTE_MICROSECONDS = 60_000_000;
export const DAY_MICROSECONDS = 86_400_000_000;

/** One session. */
export interface TradingSession {
  /** Microseconds since 1970, exact in a double. */
  readonly opensAt: number;
  readonly minutes: number;
}

/** @returns the session of that UTC day; undefined where the venue stays closed */
export function sessionOn(venue: Venue, day: Temporal.PlainDate): TradingSession | undefined {
  if (venue.session === "always") return { opensAt: startOfDay(day), minutes: 1_440 };
  if (day.dayOfWeek > 5) return undefined;
  const opens = day.toZonedDateTime({
    timeZone: venue.timeZone,
    plainTime: Temporal.PlainTime.from(venue.session.opens),
  });
  return { opensAt: opens.epochMilliseconds * 1_000, minutes: venue.session.minutes };
}

/** @returns microseconds since 1970 of 00:00 UTC */
export function startOfDay(day: Temporal.PlainDate): number {
  return day.toZonedDateTime("UTC").epochMilliseconds * 1_000;
}
