// Bars before they are sent: when one may open, told by its place in what the caller gave.
import { InvalidInputError } from "@app/database";
import type { Timeframe } from "@app/schema/vocabulary";
import { describe, expect, it } from "vitest";
import type { BarBatch } from "./bar-columns.ts";
import { checkBatch, toBatch } from "./bar-input.ts";

const microseconds = (iso: string): number => Number(Temporal.Instant.from(iso).epochNanoseconds / 1_000n);

function batchAt(times: readonly number[]): BarBatch {
  const column = () => new Float64Array(times.length).fill(10);
  return {
    length: times.length,
    time: Float64Array.from(times),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
}

function refusalOf(check: () => unknown): string | undefined {
  try {
    check();
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    expect(error.message.startsWith(`${error.field}: `)).toBe(true);
    return error.message;
  }
  return undefined;
}

const columnsAt = (timeframe: Timeframe, ...times: readonly string[]) =>
  refusalOf(() => checkBatch(timeframe, batchAt(times.map(microseconds))));
const objectsAt = (timeframe: Timeframe, ...times: readonly string[]) =>
  refusalOf(() =>
    toBatch(
      timeframe,
      times.map((time) => ({ time, open: 10, high: 10, low: 10, close: 10 })),
    ),
  );

describe.each([
  ["in columns", columnsAt],
  ["as objects", objectsAt],
])("the openings of bars %s", (_, at) => {
  it.each([
    ["1m", "2026-03-02T14:30:00Z", "2026-03-02T14:31:00Z"],
    ["15m", "2026-03-02T14:30:00Z", "2026-03-02T14:45:00Z"],
    // Sessions: 09:30 in New York, and midnight in Kathmandu (UTC+5:45), Delhi and London.
    ["1h", "2026-03-02T14:30:00Z", "2026-03-02T15:30:00Z"],
    ["1d", "2026-03-02T18:15:00Z", "2026-03-03T18:15:00Z"],
    ["1d", "2026-03-01T18:30:00Z", "2026-03-02T18:30:00Z"],
    // Where clocks go forward, a day has 23 hours and the 4 hours in it are 3.
    ["1d", "2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z"],
    ["4h", "2026-03-28T23:00:00Z", "2026-03-29T02:00:00Z"],
    // A week that is stamped with its first trading day, and before 1970.
    ["1w", "2026-04-07T00:00:00Z", "2026-04-13T00:00:00Z"],
    ["1w", "1929-10-21T00:00:00Z", "1929-10-28T00:00:00Z"],
    ["3d", "1970-01-01T00:00:00Z", "1970-01-04T00:00:00Z"],
  ] as const)("are taken as import:bars takes them: %s at %s", (timeframe, ...times) => {
    expect(at(timeframe, ...times)).toBeUndefined();
  });

  it("lie on the grid of the timeframe", () => {
    expect(at("1m", "2026-03-02T14:30:00Z", "2026-03-02T14:31:17.5Z")).toBe(
      "bars[1].time: 2026-03-02T14:31:17.5Z opens no 1m bar, which opens on a multiple of 1 min.",
    );
    expect(at("5m", "2026-03-02T14:31:00Z")).toMatch(/^bars\[0\]\.time: .* a multiple of 5 min\.$/u);
    expect(at("1d", "2026-03-02T14:31:00Z")).toMatch(/^bars\[0\]\.time: .* a multiple of 15 min\.$/u);
    expect(at("1m", "2026-03-02T14:30:00.000001Z")).toMatch(/^bars\[0\]\.time: /u);
  });

  it("lie no closer together than two bars can", () => {
    expect(at("1h", "2026-03-02T14:00:00Z", "2026-03-02T14:45:00Z")).toBe(
      "bars[1].time: 2026-03-02T14:45:00Z is less than one 1h bar after the bar before it.",
    );
    expect(at("1d", "2026-03-02T00:00:00Z", "2026-03-02T22:45:00Z")).toMatch(/^bars\[1\]\.time: /u);
  });

  it("lie from 1900 until a day ahead of the clock", () => {
    const minute = Temporal.Now.instant().round({ smallestUnit: "minute", roundingMode: "floor" });
    expect(at("1m", minute.add({ hours: 23 }).toString())).toBeUndefined();
    expect(at("1m", minute.add({ hours: 24, minutes: 2 }).toString())).toMatch(
      /^bars\[0\]\.time: .* lies more than 24 hours in the future; times are in microseconds since 1970\.$/u,
    );
    expect(at("1m", "2054-01-01T00:00:00Z")).toMatch(/^bars\[0\]\.time: /u);
    expect(at("1d", "1900-01-01T00:00:00Z")).toBeUndefined();
    expect(at("1d", "1899-12-30T00:00:00Z")).toMatch(/^bars\[0\]\.time: .* lies before 1900; /u);
    expect(at("1d", "+200000-01-01T00:00:00Z")).toMatch(/^bars\[0\]\.time: /u);
  });
});

it("bars as objects are blamed by the place they were given, not by that of their time", () => {
  expect(objectsAt("1m", "2026-03-02T14:32:00Z", "2026-03-02T14:31:17Z", "2026-03-02T14:30:00Z")).toMatch(
    /^bars\[1\]\.time: /u,
  );
});

it("columns in milliseconds or seconds, not microseconds, are refused", () => {
  const minutes = [0, 1, 2].map((minute) => microseconds("2026-03-02T14:30:00Z") + minute * 60_000_000);
  for (const unit of [1_000, 1_000_000]) {
    const times = minutes.map((time) => time / unit);
    expect(refusalOf(() => checkBatch("1m", batchAt(times)))).toMatch(/^bars\[0\]\.time: 1970-01-/u);
    expect(refusalOf(() => checkBatch("1m", batchAt(minutes.map((time) => time * unit))))).toMatch(
      /^bars\[0\]\.time: /u,
    );
  }
});
