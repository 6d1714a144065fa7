// Buckets hold every call once, and what is read from them is near what is read from the calls.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callsOf, histogramOf, intervalOfBuckets } from "./latency-histogram.ts";

describe("a histogram of latencies", () => {
  it("counts every call once, in buckets that grow and end with the largest", () => {
    const latencies = fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), {
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(latencies, (calls) => {
        const histogram = histogramOf(calls);
        expect(callsOf(histogram)).toBe(calls.length);
        expect(histogram.at(-1)?.upperBound).toBe(Math.max(...calls));
        for (const [at, { upperBound }] of histogram.entries()) {
          const below = histogram[at - 1]?.upperBound ?? -1;
          expect(upperBound).toBeGreaterThan(below);
          const upTo = calls.filter((latency) => latency <= upperBound).length;
          expect(upTo).toBe(callsOf(histogram.slice(0, at + 1)));
        }
      }),
    );
  });

  it("is at most 4.5 % above a call, whatever the magnitude", () => {
    for (const latency of [0.0023, 0.41, 7, 123.4, 60_000]) {
      const bound = histogramOf([latency, 1e6])[0]?.upperBound ?? 0;
      expect(bound).toBeGreaterThanOrEqual(latency);
      expect(bound / latency).toBeLessThan(1.045);
    }
  });

  it("of nothing has no buckets, and refuses a call that was not measured", () => {
    expect(histogramOf([])).toEqual([]);
    expect(() => histogramOf([1, Number.NaN])).toThrow("A call has the latency NaN: it was not measured.");
    expect(() => histogramOf(new Float64Array([-1]))).toThrow(RangeError);
  });
});

describe("an interval of a quantile of buckets", () => {
  it("lies around the quantile, and is wider for fewer calls", () => {
    const calls = (count: number) =>
      histogramOf(Array.from({ length: count }, (_, call) => (call + 1) / count));
    const [low, high] = intervalOfBuckets(calls(10_000), 0.99) ?? [0, 0];
    expect(low).toBeLessThanOrEqual(0.99 * 1.045);
    expect(high).toBeGreaterThanOrEqual(0.99);
    const few = intervalOfBuckets(calls(1_000), 0.5) ?? [0, 0];
    const many = intervalOfBuckets(calls(100_000), 0.5) ?? [0, 0];
    expect(few[1] - few[0]).toBeGreaterThan(many[1] - many[0]);
  });

  it("is none where its upper end would lie beyond the slowest call", () => {
    expect(intervalOfBuckets(histogramOf([1, 2, 3]), 0.99)).toBeUndefined();
    expect(intervalOfBuckets([], 0.99)).toBeUndefined();
  });
});
