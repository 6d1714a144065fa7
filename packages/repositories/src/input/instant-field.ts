// Moments: an Instant, an ISO 8601 text with an offset, or a Date; inside always an Instant, exact to the microsecond.
import { InvalidInputError, instantToMicroseconds } from "@app/database";
import { now } from "../time/now.ts";
import type { FieldNames } from "./known-fields.ts";
import { objectField } from "./object-field.ts";
import { refusal, refusalBecause } from "./refuse.ts";

/** What a caller may give for a moment. A Date knows milliseconds only. */
export type Moment = Temporal.Instant | Date | string;

/** @throws {InvalidInputError} naming the field: no moment, or one finer than a microsecond */
export function moment(field: string, value: unknown): Temporal.Instant {
  const instant = toInstant(field, value);
  try {
    instantToMicroseconds(instant);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw refusalBecause(field, error.message);
  }
  return instant;
}

function toInstant(field: string, value: unknown): Temporal.Instant {
  if (value instanceof Temporal.Instant) return value;
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw refusalBecause(field, "the Date is invalid.");
    return Temporal.Instant.fromEpochMilliseconds(value.getTime());
  }
  if (typeof value === "string") {
    try {
      return Temporal.Instant.from(value);
    } catch {
      throw refusal(field, value, "a moment with an offset, such as 2026-01-31T09:30:00Z");
    }
  }
  throw refusal(field, value, "a Temporal.Instant, an ISO 8601 text or a Date");
}

/** Rounding costs 7 microseconds, even of what is whole already. */
function toWhole(instant: Temporal.Instant, roundingMode: "ceil" | "floor"): Temporal.Instant {
  if (instant.epochNanoseconds % 1_000n === 0n) return instant;
  return instant.round({ smallestUnit: "microsecond", roundingMode });
}

/**
 * A bound of a half-open range [from, to), which may be finer than a microsecond, as Temporal.Now.instant() is: rounded up,
 * exactly the same rows lie on each side of it.
 * @throws {InvalidInputError} naming the field
 */
export function timeBound(field: string, value: unknown): Temporal.Instant {
  return moment(field, toWhole(toInstant(field, value), "ceil"));
}

/**
 * A moment up to which, and with which, things count; what is finer than a microsecond is cut.
 * @throws {InvalidInputError} naming the field
 */
export function momentUpTo(field: string, value: unknown): Temporal.Instant {
  return moment(field, toWhole(toInstant(field, value), "floor"));
}

/** How far a clock may be ahead of ours; more is a time in the wrong unit, and would be the newest for years. */
const MOST_HOURS_AHEAD = 24;

/** @throws {InvalidInputError} naming the field, for a moment more than a day ahead */
export function notAhead(field: string, at: Temporal.Instant): Temporal.Instant {
  if (Temporal.Instant.compare(at, now().add({ hours: MOST_HOURS_AHEAD })) <= 0) return at;
  throw refusalBecause(field, `${at.toString()} is more than a day ahead of now.`);
}

/** A stretch of time [from, to). */
export interface TimeRange {
  /** First moment that counts. */
  readonly from: Moment;
  /** First moment that no longer counts. */
  readonly to: Moment;
}

/** A stretch of time [from, to), either end of which may be left open. */
export interface OpenTimeRange {
  /** First moment that counts. @defaultValue as far back as there are rows */
  readonly from?: Moment | undefined;
  /** First moment that no longer counts. @defaultValue no end */
  readonly to?: Moment | undefined;
}

/** The names of the ends of a range. */
export const rangeFields: FieldNames<TimeRange> = { from: true, to: true };

/** How long a range may be. */
export interface RangeBounds {
  /** Days of 24 hours. @defaultValue any number */
  readonly mostDays?: number | undefined;
}

/** @throws {InvalidInputError} naming the field; also where the range ends before it begins, or is longer than `mostDays` */
export function timeRange(
  range: TimeRange,
  { mostDays = Number.POSITIVE_INFINITY }: RangeBounds = {},
): {
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
} {
  const given = objectField("range", range);
  const { from, to } = inOrder({ from: timeBound("from", given.from), to: timeBound("to", given.to) });
  refuseLonger("to", from.until(to).total("hours") / 24, mostDays);
  return { from, to };
}

/** @throws {InvalidInputError} naming the field that ends a range of more days than it may have */
export function refuseLonger(field: string, days: number, mostDays: number): void {
  if (days > mostDays) throw refusalBecause(field, `the range is longer than ${mostDays} days.`);
}

/** @throws {InvalidInputError} naming the field; also where the range ends before it begins */
export function openTimeRange(range: OpenTimeRange): {
  readonly from: Temporal.Instant | undefined;
  readonly to: Temporal.Instant | undefined;
} {
  const { from, to } = objectField("range", range);
  return inOrder({
    from: from === undefined ? undefined : timeBound("from", from),
    to: to === undefined ? undefined : timeBound("to", to),
  });
}

function inOrder<
  Range extends { readonly from: Temporal.Instant | undefined; readonly to: Temporal.Instant | undefined },
>(range: Range): Range {
  const { from, to } = range;
  if (from === undefined || to === undefined || Temporal.Instant.compare(from, to) <= 0) return range;
  throw refusalBecause("to", `the range ends at ${to.toString()}, before it begins at ${from.toString()}.`);
}
