// In what order ways are run, and what becomes of their times.
import { describe, expect, it } from "vitest";
import { judge, judgeP99, judgeRatio } from "./finding.ts";
import { measureInterleaved, type Sampled } from "./interleaved.ts";

describe("ways measured side by side", () => {
  it("take turns in every round, the other way around in every second one", async () => {
    const called: string[] = [];
    const way = (name: string) => ({ name, run: async () => called.push(name) });
    const sampled = await measureInterleaved([way("a"), way("b")], { rounds: 3, calls: 2, warmUpCalls: 1 });
    // The warm-up, then three rounds.
    expect(called.join("")).toBe("abaabbbbaaaabb");
    expect(sampled.map(({ name, rounds }) => [name, rounds.map(({ length }) => length)])).toEqual([
      ["a", [2, 2, 2]],
      ["b", [2, 2, 2]],
    ]);
  });

  it("are made ready before each call, outside of the measured time", async () => {
    let ready = 0;
    const [sampled] = await measureInterleaved(
      [
        {
          name: "a",
          run: async () => ready,
          before: async () => {
            ready += 1;
            await new Promise((resolve) => setTimeout(resolve, 30));
          },
        },
      ],
      { rounds: 1, calls: 3, warmUpCalls: 0 },
    );
    expect(ready).toBe(3);
    expect(Math.max(...(sampled?.rounds.flat() ?? []))).toBeLessThan(30);
  });

  it("fail with what the call failed with", async () => {
    const failing = { name: "a", run: () => Promise.reject(new RangeError("no such row")) };
    await expect(measureInterleaved([failing], { rounds: 1, calls: 1, warmUpCalls: 0 })).rejects.toThrow(
      "no such row",
    );
  });
});

describe("a finding", () => {
  const sampled = (name: string, ...rounds: number[][]): Sampled => ({ name, rounds });
  const measured = { benchmark: "b", subject: "s" };

  it("compares the medians of each round, so that a slow round counts once", () => {
    const own = sampled("own", [1, 1, 9], [10, 10, 10], [2, 2, 2]);
    const reference = sampled("pg", [2, 2, 2], [20, 20, 20], [2, 2, 2]);
    const finding = judgeRatio({ ...measured, bound: { kind: "at most", value: 0.5 } }, own, reference);
    expect(finding).toMatchObject({ figure: 0.5, spread: [0.5, 1], isKept: true, reference: "pg" });
    expect(judgeRatio(measured, own, reference, true)).toMatchObject({ figure: 2, isKept: undefined });
  });

  it("has an interval, and says when too few rounds are behind it", () => {
    const rounds = (count: number) => Array.from({ length: count }, (_, round) => [1 + (round % 3) / 10]);
    const nine = judgeRatio(measured, sampled("own", ...rounds(9)), sampled("pg", ...rounds(9).toReversed()));
    expect(nine.interval?.[0]).toBeLessThan(1);
    expect(nine.interval?.[1]).toBeGreaterThan(1);
    expect(nine.note).toBeUndefined();
    const five = judgeP99({ ...measured, note: "cold" }, sampled("own", ...rounds(5)));
    expect(five.note).toBe("cold; 5 rounds of the 9 that an interval of 95 % needs");
    expect(five.interval?.[0]).toBeLessThanOrEqual(five.figure);
    const one = judgeRatio(measured, sampled("own", [1]), sampled("pg", [2]));
    expect(one.interval).toBeUndefined();
    expect(one.note).toBe("1 round of the 9 that an interval of 95 % needs");
  });

  it("knows which way it improves", () => {
    const own = sampled("own", [1]);
    expect(judgeRatio(measured, own, own).better).toBe("smaller");
    expect(judgeRatio(measured, own, own, true).better).toBe("larger");
    expect(judge({ ...measured, bound: { kind: "at least", value: 0.9 } }, 1, "ratio").better).toBe("larger");
  });

  it("misses its bound where one round was not measured, or was compared with nothing", () => {
    const bounds = [
      { kind: "at most", value: 10 },
      { kind: "at least", value: 0.1 },
      { kind: "under", value: 10 },
    ] as const;
    for (const bound of bounds) {
      const judgeOf = (own: Sampled, reference: Sampled, toSpeed = false) =>
        judgeRatio({ ...measured, bound }, own, reference, toSpeed).isKept;
      const whole = sampled("pg", [1], [1], [1]);
      expect(judgeOf(sampled("own", [1], [1], [1]), whole)).toBe(true);
      expect(judgeOf(sampled("own", [1], [], [1]), whole)).toBe(false);
      expect(judgeOf(sampled("own", [1], [1]), whole)).toBe(false);
      expect(judgeOf(whole, sampled("pg", [1], [1]))).toBe(false);
      expect(judgeOf(whole, sampled("pg", [0], [0], [0]))).toBe(false);
      expect(judgeOf(sampled("own", [0], [0], [0]), whole, true)).toBe(false);
    }
  });

  it("misses its bound where it is no number", () => {
    for (const kind of ["at most", "at least", "under"] as const) {
      expect(judge({ ...measured, bound: { kind, value: 1 } }, Number.NaN, "ratio").isKept).toBe(false);
    }
    expect(judgeP99({ ...measured, bound: { kind: "under", value: 5 } }, sampled("own")).isKept).toBe(false);
  });

  it("holds to the bound itself only where it may reach it", () => {
    expect(judge({ ...measured, bound: { kind: "at most", value: 5 } }, 5, "ms").isKept).toBe(true);
    expect(judge({ ...measured, bound: { kind: "under", value: 5 } }, 5, "ms").isKept).toBe(false);
    expect(judge({ ...measured, bound: { kind: "at least", value: 0.9 } }, 0.9, "ratio").isKept).toBe(true);
  });
});
