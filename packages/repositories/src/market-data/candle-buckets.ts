// Where candles begin and end: by the clock in UTC, by the calendar, or by trading sessions in a time zone. Computed with
// Temporal, so that a day in which clocks change has 23 or 25 hours, and the same on every edition of the server.
// Not what is in them (candle-roll-up.ts). Invariant: buckets follow one another and never overlap.
import { moment, type Moment } from "../input/instant-field.ts";
import { refusal, refusalBecause } from "../input/refuse.ts";
import { LATEST, toMicroseconds } from "./bar-time.ts";
import { createSessionGrid, type TradingSession } from "./candle-sessions.ts";
import { DAY_MICROSECONDS } from "./timeframe.ts";

/** One candle's stretch of time, [start, end), in microseconds since 1970. */
export interface Bucket {
  readonly start: number;
  readonly end: number;
}

/** All buckets of one kind. */
export interface BucketGrid {
  /** The bucket that holds a moment, or where none does the first one after it. */
  at(time: number): Bucket;
  /** Whether bars of this length, opening at its multiples in UTC, lie each in one bucket. */
  holds(barMicroseconds: number): boolean;
  /** Whether it follows local time, whose distance from UTC changes by law. */
  readonly isLocal: boolean;
}

/** How candles are cut. */
export interface BucketOptions {
  /** A timeframe ("5m", "1w"), or a number of seconds, minutes, hours, days, weeks or months ("7 minutes", "1 month"). */
  readonly bucket: string;
  /**
   * A moment at which a bucket begins; for buckets up to weeks, without a session.
   * @defaultValue 1970-01-01T00:00:00Z, for weeks Monday 1970-01-05
   */
  readonly origin?: Moment | undefined;
  /** Counts buckets from each session's opening in local time. @defaultValue in UTC */
  readonly session?: TradingSession | undefined;
}

/** A bucket's length as it was asked for. */
export interface BucketLength {
  readonly count: number;
  /** Microseconds of one unit; a month has none. */
  readonly unit: number | "month";
}

const UNITS: Readonly<Record<string, number | "month">> = {
  second: 1_000_000,
  minute: 60_000_000,
  hour: 3_600_000_000,
  day: DAY_MICROSECONDS,
  week: 7 * DAY_MICROSECONDS,
  month: "month",
};

const SHORT_UNITS: Readonly<Record<string, string>> = { m: "minute", h: "hour", d: "day", w: "week" };

const FIRST_MONDAY = 4 * DAY_MICROSECONDS;
const pattern = /^(?<count>\d{1,5}) ?(?<unit>second|minute|hour|day|week|month|m|h|d|w)s?$/u;

/** @throws {InvalidInputError} naming `bucket` */
export function bucketLength(bucket: unknown): BucketLength {
  const groups = typeof bucket === "string" ? pattern.exec(bucket)?.groups : undefined;
  const word = groups?.["unit"] ?? "";
  const unit = UNITS[SHORT_UNITS[word] ?? word];
  const count = Number(groups?.["count"]);
  if (unit === undefined || !(count >= 1)) {
    throw refusal("bucket", bucket, 'a length such as "5m", "7 minutes", "1w" or "1 month"');
  }
  return { count, unit };
}

/** @throws {InvalidInputError} naming the field that makes no sense, alone or with the others */
export function createBucketGrid({ bucket, origin, session }: BucketOptions): BucketGrid {
  const length = bucketLength(bucket);
  if (session !== undefined) {
    if (origin !== undefined) throw refusalBecause("origin", "a session says where buckets begin.");
    return createSessionGrid(length, session);
  }
  if (length.unit === "month") {
    if (origin !== undefined) throw refusalBecause("origin", "months begin with the calendar's.");
    return createMonthGrid(length.count);
  }
  const usual = length.unit === UNITS["week"] ? FIRST_MONDAY : 0;
  const begin = origin === undefined ? usual : toMicroseconds(moment("origin", origin));
  return createFixedGrid(length.count * length.unit, begin);
}

function createFixedGrid(length: number, origin: number): BucketGrid {
  return {
    at(time) {
      const start = Math.floor((time - origin) / length) * length + origin;
      return { start, end: start + length };
    },
    holds: (bar) => length % bar === 0 && origin % bar === 0,
    isLocal: false,
  };
}

function createMonthGrid(months: number): BucketGrid {
  const startOf = (index: number): number => {
    const start = Date.UTC(Math.floor(index / 12), index % 12) * 1_000;
    return Number.isNaN(start) ? LATEST : Math.min(start, LATEST);
  };
  return {
    at(time) {
      const date = new Date(Math.floor(time / 1_000));
      const index = date.getUTCFullYear() * 12 + date.getUTCMonth();
      const first = Math.floor(index / months) * months;
      return { start: startOf(first), end: startOf(first + months) };
    },
    holds: (bar) => DAY_MICROSECONDS % bar === 0,
    isLocal: false,
  };
}
