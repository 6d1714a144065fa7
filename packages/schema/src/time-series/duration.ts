// A length of time as a declaration writes it, "1 day" or "7 years": the part of PostgreSQL's interval whose meaning needs
// no calendar but that of years and months. One count and one unit, so that two of them can be told apart or ordered.

const unitMicroseconds = {
  second: 1_000_000,
  minute: 60_000_000,
  hour: 3_600_000_000,
  day: 86_400_000_000,
  week: 604_800_000_000,
} as const;

const unitMonths = { month: 1, year: 12 } as const;

type Unit = keyof typeof unitMicroseconds | keyof typeof unitMonths;

/** A length of time: a positive whole number and a unit, such as `1 hour` or `7 years`. Valid as a PostgreSQL interval. */
export type Duration = `${number} ${Unit | `${Unit}s`}`;

/** A duration in the two parts that PostgreSQL keeps apart; a day counts 24 hours, as TimescaleDB's policies count it. */
export interface DurationParts {
  readonly months: number;
  readonly microseconds: number;
}

/** @throws RangeError when the text is no duration. */
export function durationParts(duration: Duration): DurationParts {
  const match = /^([1-9]\d{0,5}) (second|minute|hour|day|week|month|year)s?$/u.exec(duration);
  const count = Number(match?.[1]);
  const unit = match?.[2];
  if (unit === undefined) {
    throw new RangeError(`"${duration}" is no duration; write it like "1 day" or "7 years".`);
  }
  if (isCalendarUnit(unit)) return { months: count * unitMonths[unit], microseconds: 0 };
  if (isFixedUnit(unit)) return { months: 0, microseconds: count * unitMicroseconds[unit] };
  throw new RangeError(`"${unit}" is no unit of time.`);
}

function isCalendarUnit(unit: string): unit is keyof typeof unitMonths {
  return Object.hasOwn(unitMonths, unit);
}

function isFixedUnit(unit: string): unit is keyof typeof unitMicroseconds {
  return Object.hasOwn(unitMicroseconds, unit);
}

const monthMicroseconds = 30 * unitMicroseconds.day;

/** Microseconds, a month taken as 30 days; for ordering two durations and for lengths without months. */
export function approximateMicroseconds(duration: Duration): number {
  const { months, microseconds } = durationParts(duration);
  return months * monthMicroseconds + microseconds;
}

/** Negative where `a` is shorter than `b`, 0 where they are equally long. */
export function compareDurations(a: Duration, b: Duration): number {
  return approximateMicroseconds(a) - approximateMicroseconds(b);
}
