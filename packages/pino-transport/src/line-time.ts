// The time of a line, whatever pino was told to write: epoch milliseconds (its default), seconds, ISO 8601 with or without
// nanoseconds. A number says its unit by its size: milliseconds since 1970 have had 12 digits since 2001 and will until 5138.

/** Numbers from here on are milliseconds; smaller ones are seconds, until the year 5138. */
const LEAST_MILLISECONDS = 1e11;
const LEAST_MICROSECONDS = 1e14;
const LEAST_NANOSECONDS = 1e17;

/** @returns the moment to the microsecond; undefined where the value is none */
export function timeOfLine(value: unknown): Temporal.Instant | undefined {
  try {
    if (typeof value === "number") return fromNumber(value);
    if (typeof value !== "string") return undefined;
    return /^\d+(?:\.\d+)?$/u.test(value) ? fromNumber(Number(value)) : floor(Temporal.Instant.from(value));
  } catch {
    return undefined;
  }
}

function fromNumber(value: number): Temporal.Instant | undefined {
  // Zero and below are 1970: a clock that was never set.
  if (!(value > 0)) return undefined;
  return floor(Temporal.Instant.fromEpochNanoseconds(BigInt(Math.floor(microseconds(value))) * 1_000n));
}

function microseconds(value: number): number {
  if (value >= LEAST_NANOSECONDS) return value / 1_000;
  if (value >= LEAST_MICROSECONDS) return value;
  return value >= LEAST_MILLISECONDS ? value * 1_000 : value * 1_000_000;
}

const floor = (instant: Temporal.Instant): Temporal.Instant =>
  instant.round({ smallestUnit: "microsecond", roundingMode: "floor" });
