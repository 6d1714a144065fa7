// Quantiles against values worked out by hand, and the promises that hold for any samples.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { median, quantile } from "./quantile.ts";

describe("a quantile", () => {
  it("lies between the nearest ranks, in any order of the values", () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([10, 20, 30, 40, 50], 0.95)).toBeCloseTo(48, 12);
    expect(quantile([7], 0.99)).toBe(7);
    expect(median([3, 1, 2])).toBe(2);
  });

  it("of nothing is no number", () => {
    expect(median([])).toBeNaN();
  });

  it("never leaves the values, and grows with the share", () => {
    const samples = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(
        samples,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, one, other) => {
          const [less, more] = [
            quantile(values, Math.min(one, other)),
            quantile(values, Math.max(one, other)),
          ];
          expect(less).toBeGreaterThanOrEqual(Math.min(...values));
          expect(more).toBeLessThanOrEqual(Math.max(...values));
          expect(less).toBeLessThanOrEqual(more + 1e-9);
        },
      ),
    );
  });
});
