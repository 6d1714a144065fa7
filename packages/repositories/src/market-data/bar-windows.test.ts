// Which stretches a read takes, over bars in memory: every bar once and in order, and no more statements than the market needs.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BarPage } from "./bar-page.ts";
import { readForward, type ReadStretch } from "./bar-windows.ts";
import { DAY_MICROSECONDS } from "./timeframe.ts";

const MINUTE = 60_000_000;
/** A Monday. */
const START = Date.UTC(2026, 2, 2) * 1_000;

/** Openings of the minutes from 14:30 to 21:00 UTC, Monday to Friday. */
const SESSIONS = Array.from({ length: 14 }, (_, day) => day)
  .filter((day) => day % 7 < 5)
  .flatMap((day) =>
    Array.from(
      { length: 390 },
      (_, minute) => START + day * DAY_MICROSECONDS + (14 * 60 + 30 + minute) * MINUTE,
    ),
  );

function marketOf(openings: readonly number[]) {
  const stretches: (readonly [from: number, to: number])[] = [];
  const read: ReadStretch = async (from, to, limit) => {
    stretches.push([from, to]);
    const time = Float64Array.from(
      openings.filter((opening) => opening >= from && opening < to).slice(0, limit),
    );
    const page: BarPage = {
      length: time.length,
      time,
      open: time,
      high: time,
      low: time,
      close: time,
      volume: time,
    };
    return page;
  };
  return { stretches, read };
}

const range = (fromDay: number, toDay: number, pageBars: number) => ({
  timeframe: "1m" as const,
  from: START + fromDay * DAY_MICROSECONDS,
  to: START + toDay * DAY_MICROSECONDS,
  pageBars,
});

describe("reading forwards", () => {
  it("takes one statement for a page of bars of a market with nights, and one over a weekend", async () => {
    for (const [from, to] of [
      [0, 2],
      [1, 4],
      [4, 8],
    ] as const) {
      const { stretches, read } = marketOf(SESSIONS);
      const pages = await Array.fromAsync(readForward(read, range(from, to, 2_000)));
      expect(pages).toHaveLength(1);
      expect(stretches).toHaveLength(1);
    }
  });

  it("never asks for years at once", async () => {
    const { stretches, read } = marketOf([]);
    const extent = async () => ({ first: START, last: START, spacing: MINUTE });
    await Array.fromAsync(readForward(read, { ...range(-3_000, 0, 500), extent }));
    expect(stretches).toHaveLength(1);
    expect(Math.max(...stretches.map(([from, to]) => to - from))).toBe(2 * DAY_MICROSECONDS);
  });

  it("gives every bar once and in order, whatever the range and the page", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(13),
        fc.integer({ min: 1, max: 14 }),
        fc.integer({ min: 1, max: 900 }),
        async (from, days, pageBars) => {
          const { stretches, read } = marketOf(SESSIONS);
          const wanted = range(from, from + days, pageBars);
          const pages = await Array.fromAsync(readForward(read, wanted));
          expect(pages.flatMap(({ time }) => [...time])).toEqual(
            SESSIONS.filter((opening) => opening >= wanted.from && opening < wanted.to),
          );
          expect(pages.every(({ length }) => length > 0 && length <= pageBars)).toBe(true);
          expect(stretches[0]?.[0]).toBe(wanted.from);
        },
      ),
      { numRuns: 200 },
    );
  });
});
