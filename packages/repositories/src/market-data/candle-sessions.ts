// Buckets of trading sessions: counted from each session's opening in local time, whatever clocks do in between.
// Knows no holidays and no weekends: a session is every day's. Invariant: a bucket never reaches into the next session.
import { type FieldNames, refuseUnknownFields } from "../input/known-fields.ts";
import { refusal, refusalBecause } from "../input/refuse.ts";
import type { Bucket, BucketGrid, BucketLength } from "./candle-buckets.ts";
import { DAY_MICROSECONDS } from "./timeframe.ts";

/** When a market opens, in its own time. */
export interface TradingSession {
  /** IANA name: "America/New_York". */
  readonly timeZone: string;
  /** "09:30"; where it is late in the day ("18:00"), the session reaches into the next date. */
  readonly open: string;
  /**
   * "16:00": bars from then to the next opening are left out; for buckets up to a day.
   * @defaultValue the next opening
   */
  readonly close?: string | undefined;
}

const sessionFields: FieldNames<TradingSession> = { timeZone: true, open: true, close: true };

const clockPattern = /^(?:[01]\d|2[0-3]):[0-5]\d$/u;
const HOUR = 3_600_000_000;
/** Winter and summer on both halves of the earth. */
const SOLSTICES = [Date.UTC(2025, 0), Date.UTC(2025, 6)];

function clockTime(field: string, value: unknown): Temporal.PlainTime {
  if (typeof value !== "string" || !clockPattern.test(value)) {
    throw refusal(field, value, 'a time of day such as "09:30"');
  }
  return Temporal.PlainTime.from(value);
}

function checkTimeZone(timeZone: unknown): string {
  const field = "session.timeZone";
  if (typeof timeZone !== "string") throw refusal(field, timeZone, "the IANA name of a time zone");
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone);
  } catch {
    throw refusal(field, timeZone, "the IANA name of a time zone");
  }
  return timeZone;
}

const minutesOf = (time: Temporal.PlainTime): number => time.hour * 60 + time.minute;
const microsecondsOf = (time: Temporal.ZonedDateTime): number => time.epochMilliseconds * 1_000;
const EPOCH_DATE = Temporal.PlainDate.from("1970-01-01");
const FIRST_MONDAY = Temporal.PlainDate.from("1970-01-05");

interface Session extends Bucket {
  /** Where the next one begins. */
  readonly next: number;
}

/** @throws {InvalidInputError} naming the field of the session */
export function createSessionGrid(length: BucketLength, session: TradingSession): BucketGrid {
  if (typeof session !== "object" || session === null) throw refusal("session", session, "a session");
  refuseUnknownFields("a session", session, sessionFields, "session.");
  const timeZone = checkTimeZone(session.timeZone);
  const open = clockTime("session.open", session.open);
  const close = session.close === undefined ? undefined : clockTime("session.close", session.close);
  const isIntraday = length.unit !== "month" && length.unit < DAY_MICROSECONDS;
  if (isIntraday && length.count * length.unit > DAY_MICROSECONDS) {
    throw refusalBecause("bucket", "sessions are no longer than a day; ask for days.");
  }
  const isOneDay = length.unit === DAY_MICROSECONDS && length.count === 1;
  if (close !== undefined && !isIntraday && !isOneDay) {
    throw refusalBecause("session.close", "it counts for buckets up to a day only.");
  }

  const opening = (date: Temporal.PlainDate): number =>
    microsecondsOf(date.toZonedDateTime({ timeZone, plainTime: open }));

  /** The date whose session holds a moment. */
  function dateAt(time: number): Temporal.PlainDate {
    const date = Temporal.Instant.fromEpochMilliseconds(Math.floor(time / 1_000))
      .toZonedDateTimeISO(timeZone)
      .toPlainDate();
    return time < opening(date) ? date.subtract({ days: 1 }) : date;
  }

  function sessionAt(time: number): Session {
    const date = dateAt(time);
    const next = opening(date.add({ days: 1 }));
    if (close === undefined) return { start: opening(date), end: next, next };
    const isOvernight = minutesOf(close) <= minutesOf(open);
    const end = microsecondsOf(
      (isOvernight ? date.add({ days: 1 }) : date).toZonedDateTime({ timeZone, plainTime: close }),
    );
    return { start: opening(date), end: Math.min(end, next), next };
  }

  let current: Session = { start: 0, end: 0, next: 0 };

  function openSessionAt(time: number): Session {
    if (time < current.start || time >= current.next) current = sessionAt(time);
    if (time >= current.end) current = sessionAt(current.next);
    return current;
  }

  function intradayAt(time: number, step: number): Bucket {
    const { start, end } = openSessionAt(time);
    const at = start + Math.floor((Math.max(time, start) - start) / step) * step;
    return { start: at, end: Math.min(at + step, end) };
  }

  function datesAt(time: number): Bucket {
    const date = dateAt(time);
    const { count, unit } = length;
    if (unit === "month") {
      const index = date.year * 12 + date.month - 1;
      const first = Math.floor(index / count) * count;
      const begin = Temporal.PlainDate.from({
        year: Math.floor(first / 12),
        month: (first % 12) + 1,
        day: 1,
      });
      return { start: opening(begin), end: opening(begin.add({ months: count })) };
    }
    const days = (count * unit) / DAY_MICROSECONDS;
    const origin = unit === DAY_MICROSECONDS ? EPOCH_DATE : FIRST_MONDAY;
    const since = origin.until(date, { largestUnit: "days" }).days;
    const begin = origin.add({ days: Math.floor(since / days) * days });
    return { start: opening(begin), end: opening(begin.add({ days })) };
  }

  return {
    at(time) {
      if (length.unit === "month" || !(isIntraday || isOneDay)) return datesAt(time);
      if (isOneDay) {
        const { start, end } = openSessionAt(time);
        return { start, end };
      }
      return intradayAt(time, length.count * length.unit);
    },
    isLocal: true,
    holds(bar) {
      // Every offset from UTC that is in use is a multiple of 15 minutes, many of a whole hour.
      const isOffsetWhole = SOLSTICES.every(
        (time) =>
          (Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone).offsetNanoseconds /
            1_000) %
            bar ===
          0,
      );
      if (HOUR % bar !== 0 || !isOffsetWhole) return false;
      const fits = (time: Temporal.PlainTime): boolean => (minutesOf(time) * 60_000_000) % bar === 0;
      if (!fits(open) || (close !== undefined && !fits(close))) return false;
      return length.unit === "month" || (length.count * length.unit) % bar === 0;
    },
  };
}
