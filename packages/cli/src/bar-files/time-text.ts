// Reads a point in time from the text forms found in market data files, to microseconds since 1970 in UTC.
// A text without a zone is UTC. Day-first and month-first slashes cannot be told apart, so they are refused.

const DIGIT_ZERO = 48;
const DAY = 86_400_000_000;
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** @returns the number written in `count` digits at `at`, or NaN. */
function digits(text: string, at: number, count: number): number {
  let value = 0;
  for (let index = at; index < at + count; index += 1) {
    const digit = text.charCodeAt(index) - DIGIT_ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** @returns microseconds of a date at 00:00 UTC, NaN for a day that does not exist. Proleptic Gregorian. */
function dateMicroseconds(year: number, month: number, day: number): number {
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= (DAYS_IN_MONTH[month - 1] ?? 0))) {
    return Number.NaN;
  }
  if (month === 2 && day === 29 && !((year % 4 === 0 && year % 100 !== 0) || year % 400 === 0)) {
    return Number.NaN;
  }
  // Days from civil, Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return (era * 146_097 + dayOfEra - 719_468) * DAY;
}

const ZONE = /^ ?(?:Z|UTC|GMT|([+-])(\d{2}):?(\d{2})?)$/i;

/** @returns microseconds to subtract for a zone suffix, NaN if it is none. */
function zoneMicroseconds(suffix: string): number {
  if (suffix === "" || suffix === "Z" || suffix === "+00:00") return 0;
  const match = ZONE.exec(suffix);
  if (match === null) return Number.NaN;
  const hours = Number(match[2] ?? 0);
  const minutes = Number(match[3] ?? 0);
  if (hours > 15 || minutes > 59) return Number.NaN;
  return (match[1] === "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000_000;
}

/** Reads `HH:MM[:SS[.f...]][zone]` or `HHMMSS`, from `at` to the end, in microseconds; NaN where it is not one. */
function clockMicroseconds(text: string, at: number): number {
  const hour = digits(text, at, 2);
  const spaced = text.charCodeAt(at + 2) === 58;
  const minute = digits(text, at + (spaced ? 3 : 2), 2);
  let next = at + (spaced ? 5 : 4);
  let second = 0;
  let fraction = 0;
  const hasSeconds = spaced ? text.charCodeAt(next) === 58 : next < text.length;
  if (hasSeconds) {
    if (spaced) next += 1;
    second = digits(text, next, 2);
    next += 2;
    const point = text.charCodeAt(next);
    if (point === 46 || point === 44) {
      next += 1;
      let unit = 100_000;
      const from = next;
      for (;;) {
        const digit = text.charCodeAt(next) - DIGIT_ZERO;
        if (!(digit >= 0 && digit <= 9)) break;
        // What is finer than a microsecond is cut off; a bar's time has to be a whole minute anyway.
        fraction += digit * Math.floor(unit);
        unit /= 10;
        next += 1;
      }
      if (next === from) return Number.NaN;
    }
  }
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN;
  const zone = next === text.length ? 0 : zoneMicroseconds(text.slice(next));
  return ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction - zone;
}

/**
 * Reads a date or a date with a time: `2022-01-31`, `2022-01-31 05:31[:00[.000000]]` with blank or T between and an
 * optional zone, the same with `/` or `.` in the date, `20220131[ 053100]`, `31.01.2022 05:31:00`.
 *
 * @returns microseconds since 1970-01-01T00:00:00Z, NaN where the text is none of these.
 */
export function parseTimeText(text: string): number {
  let date: number;
  let next: number;
  const separator = text.charCodeAt(4);
  if ((separator === 45 || separator === 47 || separator === 46) && text.charCodeAt(7) === separator) {
    date = dateMicroseconds(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2));
    next = 10;
  } else if (text.charCodeAt(2) === 46 && text.charCodeAt(5) === 46) {
    date = dateMicroseconds(digits(text, 6, 4), digits(text, 3, 2), digits(text, 0, 2));
    next = 10;
  } else {
    date = dateMicroseconds(digits(text, 0, 4), digits(text, 4, 2), digits(text, 6, 2));
    next = 8;
  }
  if (next === text.length) return date;
  const gap = text.charCodeAt(next);
  if (gap !== 32 && gap !== 84 && gap !== 116) return Number.NaN;
  return date + clockMicroseconds(text, next + 1);
}
