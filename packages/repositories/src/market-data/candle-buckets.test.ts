// Buckets against the calendar and the clocks of real markets, and against a plain definition for random ones.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BucketOptions, createBucketGrid } from "./candle-buckets.ts";

const at = (text: string): number => Number(Temporal.Instant.from(text).epochNanoseconds / 1_000n);
const text = (time: number): string => Temporal.Instant.fromEpochMilliseconds(time / 1_000).toString();
const bucketAt = (options: BucketOptions, time: string): readonly string[] => {
  const { start, end } = createBucketGrid(options).at(at(time));
  return [text(start), text(end)];
};
const newYork = { timeZone: "America/New_York", open: "09:30" };

describe("a bucket", () => {
  it.each([
    ["5m", "2024-03-10T12:04:59Z", "2024-03-10T12:00:00Z", "2024-03-10T12:05:00Z"],
    ["7 minutes", "1970-01-01T00:13:00Z", "1970-01-01T00:07:00Z", "1970-01-01T00:14:00Z"],
    ["90 seconds", "1970-01-01T00:02:00Z", "1970-01-01T00:01:30Z", "1970-01-01T00:03:00Z"],
    ["1w", "2024-01-07T23:59:59Z", "2024-01-01T00:00:00Z", "2024-01-08T00:00:00Z"],
    ["2 weeks", "1970-01-04T00:00:00Z", "1969-12-22T00:00:00Z", "1970-01-05T00:00:00Z"],
    ["1 month", "2024-02-29T23:59:59Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"],
    ["3 months", "2024-12-31T00:00:00Z", "2024-10-01T00:00:00Z", "2025-01-01T00:00:00Z"],
    ["12 months", "1969-06-01T00:00:00Z", "1969-01-01T00:00:00Z", "1970-01-01T00:00:00Z"],
    ["1d", "1969-12-31T00:00:00.000001Z", "1969-12-31T00:00:00Z", "1970-01-01T00:00:00Z"],
  ])("of %s that holds %s begins at %s and ends at %s", (bucket, time, start, end) => {
    expect(bucketAt({ bucket }, time)).toEqual([start, end]);
  });

  it("is counted from the origin where one is given", () => {
    const options = { bucket: "1h", origin: "2024-01-01T00:20:00Z" };
    expect(bucketAt(options, "2024-01-01T00:00:00Z")).toEqual([
      "2023-12-31T23:20:00Z",
      "2024-01-01T00:20:00Z",
    ]);
  });
});

describe("a session's bucket", () => {
  it.each([
    // The last bucket of a session ends with it, however short it is.
    ["4 hours", newYork, "2024-06-05T13:29:59Z", "2024-06-05T09:30:00Z", "2024-06-05T13:30:00Z"],
    ["7 hours", newYork, "2024-06-05T13:00:00Z", "2024-06-05T10:30:00Z", "2024-06-05T13:30:00Z"],
    // Clocks go forward on 2024-03-10 and back on 2024-11-03.
    ["1d", newYork, "2024-03-09T20:00:00Z", "2024-03-09T14:30:00Z", "2024-03-10T13:30:00Z"],
    ["1d", newYork, "2024-11-03T02:00:00Z", "2024-11-02T13:30:00Z", "2024-11-03T14:30:00Z"],
    ["8 hours", newYork, "2024-11-03T13:45:00Z", "2024-11-03T13:30:00Z", "2024-11-03T14:30:00Z"],
    // Futures open on the evening before.
    [
      "1d",
      { timeZone: "America/Chicago", open: "17:00" },
      "2024-06-05T22:00:00Z",
      "2024-06-05T22:00:00Z",
      "2024-06-06T22:00:00Z",
    ],
    // Monday's session begins a week, the first's a month.
    ["1w", newYork, "2024-01-08T14:29:59Z", "2024-01-01T14:30:00Z", "2024-01-08T14:30:00Z"],
    ["1 month", newYork, "2024-04-01T13:29:59Z", "2024-03-01T14:30:00Z", "2024-04-01T13:30:00Z"],
    ["2 days", newYork, "1970-01-02T15:00:00Z", "1970-01-01T14:30:00Z", "1970-01-03T14:30:00Z"],
  ])("of %s in %o that holds %s begins at %s and ends at %s", (bucket, session, time, start, end) => {
    expect(bucketAt({ bucket, session }, time)).toEqual([start, end]);
  });

  it("with a close ends there; outside of hours the next session's first one is meant", () => {
    const session = { ...newYork, close: "16:00" };
    expect(bucketAt({ bucket: "1h", session }, "2024-06-05T19:45:00Z")).toEqual([
      "2024-06-05T19:30:00Z",
      "2024-06-05T20:00:00Z",
    ]);
    for (const time of ["2024-06-05T20:00:00Z", "2024-06-06T13:29:59Z"]) {
      expect(bucketAt({ bucket: "1h", session }, time)).toEqual([
        "2024-06-06T13:30:00Z",
        "2024-06-06T14:30:00Z",
      ]);
    }
    const night = { timeZone: "Asia/Tokyo", open: "20:00", close: "05:00" };
    expect(bucketAt({ bucket: "1d", session: night }, "2024-06-05T19:00:00Z")).toEqual([
      "2024-06-05T11:00:00Z",
      "2024-06-05T20:00:00Z",
    ]);
  });

  it("follows the one before without overlap, in every zone and through every change of clocks", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          "America/New_York",
          "Australia/Lord_Howe",
          "Asia/Kathmandu",
          "Europe/London",
          "Pacific/Apia",
        ),
        fc.integer({ min: 0, max: 23 }),
        fc.constantFrom("5m", "37 minutes", "1h", "5 hours", "1d", "3 days", "1w", "1 month"),
        fc.date({ min: new Date("1990-01-01"), max: new Date("2040-01-01"), noInvalidDate: true }),
        (timeZone, hour, bucket, date) => {
          const open = `${String(hour).padStart(2, "0")}:00`;
          const grid = createBucketGrid({ bucket, session: { timeZone, open } });
          const time = date.getTime() * 1_000;
          let previous = grid.at(time);
          expect(previous.start).toBeLessThanOrEqual(time);
          expect(previous.end).toBeGreaterThan(time);
          for (let step = 0; step < 40; step += 1) {
            const next = grid.at(previous.end);
            expect(next.start).toBe(previous.end);
            expect(next.end).toBeGreaterThan(next.start);
            expect(grid.at(next.end - 1)).toEqual(next);
            previous = next;
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

it("bars that would lie in two buckets are told from those that would not", () => {
  const minutes = (count: number): number => count * 60_000_000;
  const fixed = createBucketGrid({ bucket: "30m" });
  expect([1, 15, 30, 60].map((count) => fixed.holds(minutes(count)))).toEqual([true, true, true, false]);
  expect(createBucketGrid({ bucket: "30m", origin: "2024-01-01T00:05:00Z" }).holds(minutes(15))).toBe(false);
  expect(createBucketGrid({ bucket: "1 month" }).holds(minutes(1_440))).toBe(true);
  expect(createBucketGrid({ bucket: "1 month" }).holds(minutes(10_080))).toBe(false);
  const session = createBucketGrid({ bucket: "1h", session: newYork });
  expect([1, 15, 30, 60].map((count) => session.holds(minutes(count)))).toEqual([true, true, true, false]);
  const india = createBucketGrid({ bucket: "1d", session: { timeZone: "Asia/Kolkata", open: "09:00" } });
  expect([30, 60].map((count) => india.holds(minutes(count)))).toEqual([true, false]);
});

it.each([
  [{ bucket: "" }, "bucket"],
  [{ bucket: "0 minutes" }, "bucket"],
  [{ bucket: "5 fortnights" }, "bucket"],
  [{ bucket: "1.5 hours" }, "bucket"],
  [{ bucket: "1M" }, "bucket"],
  [{ bucket: "1h", origin: "yesterday" }, "origin"],
  [{ bucket: "1 month", origin: "2024-01-01T00:00:00Z" }, "origin"],
  [{ bucket: "1h", session: newYork, origin: "2024-01-01T00:00:00Z" }, "origin"],
  [{ bucket: "1h", session: { ...newYork, timeZone: "New York" } }, "session.timeZone"],
  [{ bucket: "1h", session: { ...newYork, open: "9:30" } }, "session.open"],
  [{ bucket: "1h", session: { ...newYork, open: "24:00" } }, "session.open"],
  [{ bucket: "1h", session: { ...newYork, close: "late" } }, "session.close"],
  [{ bucket: "1w", session: { ...newYork, close: "16:00" } }, "session.close"],
  [{ bucket: "25 hours", session: newYork }, "bucket"],
])("%o is refused for its %s", (options, field) => {
  expect(() => createBucketGrid(options)).toThrow(expect.objectContaining({ kind: "invalid-input", field }));
});
