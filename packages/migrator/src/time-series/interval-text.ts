// Intervals and declared durations compared and printed. '1 hour' reads back from a server as '01:00:00': only the parts
// count, never the text.

import { type Duration, durationParts } from "@app/schema/time-series";

import type { Interval } from "./live-state.ts";

/** True where both mean the same length. */
export function sameInterval(declared: Duration, live: Interval | null | undefined): boolean {
  if (live === null || live === undefined) return false;
  const parts = durationParts(declared);
  return parts.months === live.months && parts.microseconds === live.microseconds;
}

const monthMicroseconds = 30 * 86_400_000_000;

/** Microseconds, a month taken as 30 days. */
export function approximateLength({ months, microseconds }: Interval): number {
  return months * monthMicroseconds + microseconds;
}

const units = [
  ["day", 86_400_000_000],
  ["hour", 3_600_000_000],
  ["minute", 60_000_000],
  ["second", 1_000_000],
] as const;

/** "7 years", "1 day 6 hours". */
export function describeInterval({ months, microseconds }: Interval): string {
  const words: string[] = [];
  if (months >= 12) words.push(counted(Math.floor(months / 12), "year"));
  if (months % 12 > 0) words.push(counted(months % 12, "month"));
  let rest = microseconds;
  for (const [unit, length] of units) {
    const count = Math.floor(rest / length);
    if (count > 0) words.push(counted(count, unit));
    rest -= count * length;
  }
  if (rest > 0) words.push(`${rest} microseconds`);
  return words.length === 0 ? "0 seconds" : words.join(" ");
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
