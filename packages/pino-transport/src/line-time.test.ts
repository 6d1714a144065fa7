import { describe, expect, it } from "vitest";
import { timeOfLine } from "./line-time.ts";

describe("the time of a line", () => {
  it.each<[string, unknown, string]>([
    ["epoch milliseconds, pino's default", 1_767_225_600_123, "2026-01-01T00:00:00.123Z"],
    ["milliseconds with a fraction", 1_767_225_600_123.25, "2026-01-01T00:00:00.12325Z"],
    ["seconds, of unixTime", 1_767_225_600, "2026-01-01T00:00:00Z"],
    ["microseconds", 1_767_225_600_123_456, "2026-01-01T00:00:00.123456Z"],
    ["nanoseconds, as exact as a number is", 1_767_225_600_123_456_000, "2026-01-01T00:00:00.123456Z"],
    ["digits in a string", "1767225600123", "2026-01-01T00:00:00.123Z"],
    ["ISO 8601, of isoTime", "2026-01-01T00:00:00.123Z", "2026-01-01T00:00:00.123Z"],
    [
      "nanoseconds, of isoTimeNano, cut to microseconds",
      "2026-01-01T00:00:00.123456789Z",
      "2026-01-01T00:00:00.123456Z",
    ],
    ["another offset", "2026-01-01T02:00:00+02:00", "2026-01-01T00:00:00Z"],
  ])("is read from %s", (_, value, wanted) => {
    expect(timeOfLine(value)?.toString()).toBe(wanted);
  });

  it.each([
    undefined,
    null,
    "",
    "yesterday",
    "2026-01-01T00:00:00",
    -5,
    0,
    Number.NaN,
    Infinity,
    1e300,
    {},
    true,
  ])("is none in %s", (value) => {
    expect(timeOfLine(value)).toBeUndefined();
  });
});
