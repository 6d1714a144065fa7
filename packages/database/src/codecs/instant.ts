// timestamptz <-> Temporal.Instant and microseconds since 1970, exact both ways. Not date or timestamp without time zone.
// Invariant: nothing is rounded; what PostgreSQL and Temporal do not both hold to the microsecond is refused.

import { InvalidInputError } from "../errors/database-error.ts";

/** Microseconds between 1970-01-01 and 2000-01-01, the epoch of PostgreSQL's binary timestamps. */
export const postgresEpochMicroseconds = 946_684_800_000_000n;

/** First instant of timestamptz, 4714-11-24 BC, in microseconds since 1970. */
export const minimumMicroseconds = -210_866_803_200_000_000n;

/** Last instant that both Temporal (year 275760) and timestamptz (year 294276) hold, in microseconds since 1970. */
export const maximumMicroseconds = 8_640_000_000_000_000_000n;

/** Refuses microseconds since 1970 that timestamptz or Temporal.Instant cannot hold. */
export function checkMicroseconds(microseconds: bigint): bigint {
  if (microseconds < minimumMicroseconds || microseconds > maximumMicroseconds) {
    throw new InvalidInputError(
      `${microseconds} microseconds since 1970 is outside the times PostgreSQL and Temporal both hold.`,
    );
  }
  return microseconds;
}

/**
 * Microseconds since 1970 of an instant.
 * @throws {InvalidInputError} for an instant finer than a microsecond, or before 4714-11-24 BC.
 */
export function instantToMicroseconds(instant: Temporal.Instant): bigint {
  const nanoseconds = instant.epochNanoseconds;
  if (nanoseconds % 1000n !== 0n) {
    throw new InvalidInputError(
      `${instant.toString()} is finer than a microsecond, which timestamptz cannot hold; round it first.`,
    );
  }
  return checkMicroseconds(nanoseconds / 1000n);
}

/** The instant of microseconds since 1970. */
export function microsecondsToInstant(microseconds: bigint): Temporal.Instant {
  return Temporal.Instant.fromEpochNanoseconds(checkMicroseconds(microseconds) * 1000n);
}

/** The text of an instant as timestamptz input, years before Christ included. */
export function encodeInstant(instant: Temporal.Instant): string {
  instantToMicroseconds(instant);
  return isoToPostgres(instant.toString());
}

/** Rewrites Temporal's signed six-digit years into PostgreSQL's plain years with BC. */
export function isoToPostgres(iso: string): string {
  const sign = iso.charCodeAt(0);
  if (sign !== 0x2b && sign !== 0x2d) {
    // Year 0 of ISO 8601 is 1 BC; PostgreSQL refuses it.
    return iso.startsWith("0000-") ? `0001${iso.slice(4)} BC` : iso;
  }
  const year = Number(iso.slice(1, 7));
  const rest = iso.slice(7);
  return sign === 0x2b ? `${year}${rest}` : `${String(year + 1).padStart(4, "0")}${rest} BC`;
}

const postgresTime =
  /^(?<year>\d{4,6})-(?<date>\d\d-\d\d)(?:[ T](?<time>\d\d:\d\d:\d\d(?:\.\d{1,6})?)(?<offset>[+-]\d\d(?::\d\d){0,2})?)?(?<bc> BC)?$/u;

/** Rewrites PostgreSQL's ISO output (date, timestamp or timestamptz) into ISO 8601 with a signed year where it needs one. */
export function postgresToIso(text: string, type: string): string {
  const groups = postgresTime.exec(text)?.groups;
  if (groups === undefined) {
    throw new InvalidInputError(
      text.endsWith("infinity")
        ? `The database holds the ${type} ${text}, which is no point in time; store null instead.`
        : `The database sent ${JSON.stringify(text)} as ${type}; sessions must keep DateStyle ISO.`,
    );
  }
  const written = Number(groups["year"]);
  const year = groups["bc"] === undefined ? written : 1 - written;
  const digits = String(Math.abs(year));
  const isoYear =
    year >= 0 && year <= 9999 ? digits.padStart(4, "0") : `${year < 0 ? "-" : "+"}${digits.padStart(6, "0")}`;
  const time = groups["time"] === undefined ? "" : `T${groups["time"]}${groups["offset"] ?? ""}`;
  return `${isoYear}-${groups["date"]}${time}`;
}

/**
 * Reads timestamptz text as the server writes it.
 * @throws {InvalidInputError} for infinity, and for years after 275760.
 */
export function decodeInstant(text: string): Temporal.Instant {
  // The form of nearly every value, `2024-01-02 03:04:05.123456+00`, is ISO 8601 already.
  if (text.charCodeAt(4) === 0x2d && text.endsWith("+00")) return Temporal.Instant.from(text);
  const iso = postgresToIso(text, "timestamptz");
  try {
    return Temporal.Instant.from(iso);
  } catch (error) {
    throw new InvalidInputError(
      `The database holds the timestamptz ${text}, which Temporal.Instant cannot hold.`,
      {
        cause: error,
      },
    );
  }
}
