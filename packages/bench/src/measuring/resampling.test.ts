// Intervals against what is known of them: they enclose what they are of, as often as they say, and are the same twice.
import fc from "fast-check";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { describe, expect, it } from "vitest";
import { median, quantile } from "./quantile.ts";
import { ENOUGH_ROUNDS, intervalOfMedian, intervalOfQuantile } from "./resampling.ts";

const ratios = [0.31, 0.29, 0.35, 0.3, 0.33, 0.28, 0.6, 0.32, 0.3];

describe("an interval of a median", () => {
  it("is the same for the same samples", () => {
    expect(intervalOfMedian(ratios)).toEqual(intervalOfMedian([...ratios]));
  });

  it("is not dragged along by one slow round", () => {
    const [low, high] = intervalOfMedian(ratios) ?? [Number.NaN, Number.NaN];
    expect(low).toBeGreaterThanOrEqual(0.28);
    expect(high).toBeLessThan(0.36);
  });

  it("encloses the median, and stays within the values", () => {
    const values = fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(values, (rounds) => {
        const [low, high] = intervalOfMedian(rounds) ?? [Number.NaN, Number.NaN];
        expect(low).toBeLessThanOrEqual(median(rounds) + 1e-9);
        expect(high).toBeGreaterThanOrEqual(median(rounds) - 1e-9);
        expect(low).toBeGreaterThanOrEqual(Math.min(...rounds));
        expect(high).toBeLessThanOrEqual(Math.max(...rounds));
      }),
      { numRuns: 30 },
    );
  });

  it("encloses the true median about as often as it says, with nine rounds and a long tail", () => {
    const generator = xoroshiro128plus(7);
    // An exponential distribution: its median is ln 2.
    const draw = (): number => -Math.log(1 - uniformFloat64(generator));
    const experiments = 120;
    let enclosed = 0;
    for (let experiment = 0; experiment < experiments; experiment += 1) {
      const [low, high] = intervalOfMedian(Array.from({ length: ENOUGH_ROUNDS }, draw)) ?? [0, 0];
      if (low <= Math.LN2 && Math.LN2 <= high) enclosed += 1;
    }
    expect(enclosed / experiments).toBeGreaterThan(0.88);
    expect(enclosed / experiments).toBeLessThan(1);
  });

  it("is none for one round, for none, and where a round is no number", () => {
    expect(intervalOfMedian([1])).toBeUndefined();
    expect(intervalOfMedian([])).toBeUndefined();
    expect(intervalOfMedian([1, 2, Number.NaN])).toBeUndefined();
  });
});

describe("an interval of a quantile", () => {
  it("is that of the calls where all rounds are the same", () => {
    const calls = Array.from({ length: 500 }, (_, call) => call + 1);
    const [low, high] = intervalOfQuantile([calls, calls, calls], 0.99) ?? [0, 0];
    const all = quantile([...calls, ...calls, ...calls], 0.99);
    expect(low).toBeCloseTo(all, 6);
    expect(high).toBeCloseTo(all, 6);
  });

  it("spans the rounds where one of them was slow", () => {
    const quick = Array.from({ length: 100 }, (_, call) => 1 + call / 100);
    const slow = quick.map((time) => time * 10);
    const rounds = [quick, quick, quick, slow, quick];
    const [low, high] = intervalOfQuantile(rounds, 0.99) ?? [0, 0];
    expect(low).toBeLessThan(2);
    expect(high).toBeGreaterThan(15);
  });

  it("is none where a round has no calls", () => {
    expect(intervalOfQuantile([[1, 2], []], 0.99)).toBeUndefined();
  });
});
