import { describe, expect, it } from "vitest";
import { microseconds } from "./microseconds.ts";

describe("microseconds since 1970", () => {
  it.each([
    ["1970-01-01T00:00:00.000001999Z", 1],
    ["1970-01-01T00:00:00Z", 0],
    ["1969-12-31T23:59:59.999999999Z", -1],
    ["1969-12-31T23:59:59.999999Z", -1],
    ["1969-12-31T23:59:59.999998001Z", -2],
    ["1900-01-01T00:00:00.000000001Z", -2_208_988_800_000_000],
  ])("of %s are %i: what is finer is cut off towards the past", (iso, expected) => {
    expect(microseconds(Temporal.Instant.from(iso))).toBe(expected);
  });
});
