// Windows of a curve: they follow each other without a gap, cut no bucket, and are counted right, whatever the range.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countBuckets, curveWindows } from "./curve-windows.ts";

const DAY = 86_400_000;
const instant = (milliseconds: number): Temporal.Instant =>
  Temporal.Instant.fromEpochMilliseconds(milliseconds);

const range = fc
  .tuple(
    fc.integer({ min: -40_000, max: 40_000 }),
    fc.integer({ min: 0, max: 200 }),
    fc.integer({ min: 0, max: DAY - 1 }),
  )
  .map(([day, days, offset]) => ({
    from: instant(day * DAY + offset).add({ microseconds: offset % 1_000 }),
    to: instant((day + days) * DAY + DAY),
  }));
const bucket = fc.constantFrom(1_000, 60_000, 3_600_000, 7 * 3_600_000, DAY, 7 * DAY, 45 * DAY);

describe("the windows of a curve", () => {
  it("follow each other from the beginning of the range to its end", () => {
    fc.assert(
      fc.property(range, bucket, (stretch, length) => {
        const windows = [...curveWindows(stretch, length)];
        expect(windows[0]?.from).toEqual(stretch.from);
        expect(windows.at(-1)?.to).toEqual(stretch.to);
        windows.slice(1).forEach(({ from }, index) => expect(from).toEqual(windows[index]?.to));
      }),
    );
  });

  it("cut no bucket: each bucket is counted in one of them", () => {
    fc.assert(
      fc.property(range, bucket, (stretch, length) => {
        const counted = [...curveWindows(stretch, length)].reduce(
          (sum, one) => sum + countBuckets(one, length),
          0,
        );
        expect(counted).toBe(countBuckets(stretch, length));
      }),
    );
  });

  it("of an empty range are none", () => {
    const now = instant(0);
    expect([...curveWindows({ from: now, to: now })]).toEqual([]);
    expect(countBuckets({ from: now, to: now }, 1_000)).toBe(0);
  });
});
