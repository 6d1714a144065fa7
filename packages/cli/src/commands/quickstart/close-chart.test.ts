import type { BarColumns } from "@app/repositories";
import { expect, it } from "vitest";
import { closeChart } from "./close-chart.ts";

const START = Date.UTC(2022, 0, 31, 5, 32) * 1_000;

function barsOf(close: Float64Array): BarColumns {
  const time = close.map((_, index) => START + index * 60_000_000);
  return { length: close.length, time, open: close, high: close, low: close, close, volume: close };
}

/** A slow wave with one close far below and one far above, which no sample of every 18th would meet. */
const wave = Float64Array.from({ length: 1_440 }, (_, index) => 38_000 + Math.sin(index / 200) * 500);
wave[701] = 36_851.25;
wave[1_003] = 38_755.5;

it.each([60, 80, 120])(
  "at %i columns keeps the lowest and the highest close and its first and last time",
  (width) => {
    const { title, text } = closeChart(barsOf(wave), width);
    const lines = text.trimEnd().split("\n");
    expect(title).toMatch(/^Closes of the last 1,440 bars: low and high of each \d+$/);
    expect(lines[0]).toContain("38,755.50");
    expect(lines.at(-2)).toContain("36,851.25");
    expect(lines.at(-1)).toMatch(/^ +2022-01-31 05:32 +2022-02-01 05:31$/);
    expect(Math.max(title.length, ...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(Math.max(...lines.map((line) => line.length))).toBeGreaterThan(width * 0.75);
  },
);

it("draws every close where there is room, one of them, and none", () => {
  const { title, text } = closeChart(barsOf(wave.subarray(0, 30)), 80);
  expect(title).toBe("Closes of the last 30 bars");
  expect(text).toMatch(/2022-01-31 05:32 +2022-01-31 06:01\n$/);
  expect(closeChart(barsOf(wave.subarray(0, 1)), 80).text).toContain("38,000.00");
  expect(closeChart(barsOf(new Float64Array(0)), 80).title).toBe("No bars to draw");
});
