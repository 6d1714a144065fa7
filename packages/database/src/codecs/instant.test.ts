import fc from "fast-check";
import { expect, test } from "vitest";

import { InvalidInputError } from "../errors/database-error.ts";
import {
  decodeInstant,
  encodeInstant,
  instantToMicroseconds,
  maximumMicroseconds,
  microsecondsToInstant,
  minimumMicroseconds,
} from "./instant.ts";

function pad(value: number): string {
  return String(value).padStart(2, "0");
}

/** The text PostgreSQL writes for an instant, in UTC: written apart from the code under test, by way of the calendar. */
function postgresText(microseconds: bigint): string {
  const time = microsecondsToInstant(microseconds).toZonedDateTimeISO("UTC");
  const isBc = time.year < 1;
  const year = String(isBc ? 1 - time.year : time.year).padStart(4, "0");
  const fraction = String(time.millisecond * 1000 + time.microsecond)
    .padStart(6, "0")
    .replace(/0+$/u, "");
  return (
    `${year}-${pad(time.month)}-${pad(time.day)} ${pad(time.hour)}:${pad(time.minute)}:${pad(time.second)}` +
    `${fraction === "" ? "" : `.${fraction}`}+00${isBc ? " BC" : ""}`
  );
}

test("microseconds survive both ways over the whole range, years before Christ included", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: minimumMicroseconds, max: maximumMicroseconds }), (microseconds) => {
      const decoded = decodeInstant(postgresText(microseconds));
      expect(decoded.epochNanoseconds).toBe(microseconds * 1000n);
      expect(instantToMicroseconds(decoded)).toBe(microseconds);
      expect(microsecondsToInstant(microseconds).epochNanoseconds).toBe(microseconds * 1000n);
    }),
    { numRuns: 20_000 },
  );
});

test.each([
  ["2024-01-02 03:04:05.123456+00", "2024-01-02T03:04:05.123456Z"],
  ["2024-01-02 03:04:05+05:30", "2024-01-01T21:34:05Z"],
  ["1900-01-01 00:00:00-03:30:20", "1900-01-01T03:30:20Z"],
  ["0044-03-15 12:00:00+00 BC", "-000043-03-15T12:00:00Z"],
  ["0001-12-31 00:00:00+00 BC", "0000-12-31T00:00:00Z"],
  ["12024-01-01 00:00:00+00", "+012024-01-01T00:00:00Z"],
])("%s is read as %s", (text, iso) => {
  expect(decodeInstant(text).toString()).toBe(iso);
});

test.each([
  ["2024-01-02T03:04:05.123456Z", "2024-01-02T03:04:05.123456Z"],
  ["-000043-03-15T12:00:00Z", "0044-03-15T12:00:00Z BC"],
  ["0000-12-31T00:00:00Z", "0001-12-31T00:00:00Z BC"],
  ["+012024-01-01T00:00:00Z", "12024-01-01T00:00:00Z"],
])("%s is written as %s", (iso, text) => {
  expect(encodeInstant(Temporal.Instant.from(iso))).toBe(text);
});

test.each(["infinity", "-infinity", "294276-12-31 23:59:59+00", "Tue Jan 02 03:04:05 2024 UTC", ""])(
  "%j is refused as a time",
  (text) => {
    expect(() => decodeInstant(text)).toThrow(InvalidInputError);
  },
);

test("an instant finer than a microsecond is refused, not rounded", () => {
  const instant = Temporal.Instant.from("2024-01-02T03:04:05.123456789Z");
  expect(() => instantToMicroseconds(instant)).toThrow(/finer than a microsecond/u);
  expect(() => encodeInstant(instant)).toThrow(InvalidInputError);
});

test("instants before 4714 BC are refused", () => {
  expect(() => encodeInstant(Temporal.Instant.from("-004714-01-01T00:00:00Z"))).toThrow(InvalidInputError);
  expect(() => microsecondsToInstant(minimumMicroseconds - 1n)).toThrow(InvalidInputError);
  expect(() => microsecondsToInstant(maximumMicroseconds + 1n)).toThrow(InvalidInputError);
});
