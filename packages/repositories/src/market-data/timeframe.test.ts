import { timeframes, timeframeSeconds } from "@app/schema/vocabulary";
import { describe, expect, it } from "vitest";
import { barOpenAt, isTimeframe, openingGrid, timeframeMicroseconds } from "./timeframe.ts";

const at = (iso: string): number => Number(Temporal.Instant.from(iso).epochNanoseconds / 1_000n);

describe("timeframes", () => {
  it("have the lengths the schema says", () => {
    for (const timeframe of timeframes) {
      expect(timeframeMicroseconds(timeframe)).toBe(timeframeSeconds[timeframe] * 1_000_000);
    }
  });

  it("are known by name, and nothing an object inherits is one", () => {
    expect(isTimeframe("1m")).toBe(true);
    expect(isTimeframe("1M")).toBe(false);
    expect(isTimeframe("toString")).toBe(false);
  });
});

describe("the opening of the bar that contains an instant", () => {
  it.each([
    ["1m", "2024-01-01T00:00:59.999999Z", "2024-01-01T00:00:00Z"],
    ["1h", "2024-01-01T23:59:59Z", "2024-01-01T23:00:00Z"],
    ["1d", "1969-12-31T12:00:00Z", "1969-12-31T00:00:00Z"],
    ["1w", "2024-01-07T23:59:59Z", "2024-01-01T00:00:00Z"],
    ["1w", "1970-01-01T00:00:00Z", "1969-12-29T00:00:00Z"],
  ] as const)("%s: %s lies in the bar of %s", (timeframe, time, open) => {
    expect(barOpenAt(timeframe, at(time))).toBe(at(open));
  });
});

it("bars up to 15 minutes open on multiples of their length, longer ones on quarters of an hour", () => {
  expect(openingGrid("5m")).toBe(300_000_000);
  expect(openingGrid("1h")).toBe(900_000_000);
  expect(openingGrid("1d")).toBe(900_000_000);
});
