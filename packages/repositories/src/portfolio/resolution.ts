// The resolution of a curve: a length of time that is always the same, so of seconds up to weeks; a month is none.
import { refusal, refusalBecause } from "../input/refuse.ts";

/** A fixed length of time: a Temporal.Duration, ISO 8601 ("PT15M", "P1D"), or words ("15 minutes", "1 day"). A day is 24 hours. */
export type Resolution = Temporal.Duration | string;

const words = /^(\d{1,9}) (second|minute|hour|day|week)s?$/u;

const LONGEST_MILLISECONDS = 3_660 * 86_400_000;

/**
 * Milliseconds of a resolution.
 * @throws {InvalidInputError} naming `resolution`: no duration, months or years in it, less than a second, over ten years
 */
export function resolutionMilliseconds(value: unknown): number {
  const duration = toDuration(value);
  if (duration.years !== 0 || duration.months !== 0) {
    throw refusalBecause(
      "resolution",
      `${duration.toString()} has months or years, which are not all of one length.`,
    );
  }
  // A day of 24 hours, a week of seven: UTC has no other.
  const milliseconds =
    (duration.weeks * 7 + duration.days) * 86_400_000 +
    Temporal.Duration.from({
      hours: duration.hours,
      minutes: duration.minutes,
      seconds: duration.seconds,
      milliseconds: duration.milliseconds,
      microseconds: duration.microseconds,
      nanoseconds: duration.nanoseconds,
    }).total("milliseconds");
  if (Number.isInteger(milliseconds) && milliseconds >= 1_000 && milliseconds <= LONGEST_MILLISECONDS) {
    return milliseconds;
  }
  throw refusalBecause(
    "resolution",
    `${duration.toString()} is not whole milliseconds from one second to ten years.`,
  );
}

function toDuration(value: unknown): Temporal.Duration {
  if (value instanceof Temporal.Duration) return value;
  if (typeof value === "string") {
    const match = words.exec(value);
    if (match !== null) return Temporal.Duration.from({ [`${match[2]}s`]: Number(match[1]) });
    try {
      return Temporal.Duration.from(value);
    } catch {
      // Refused below, with what is wanted.
    }
  }
  throw refusal(
    "resolution",
    value,
    'a fixed length of time such as "1 hour", "PT1H" or a Temporal.Duration',
  );
}
