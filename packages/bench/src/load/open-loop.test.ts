import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { quantile } from "../measuring/quantile.ts";
import { saturate } from "./closed-loop.ts";
import { runOpenLoop } from "./open-loop.ts";

/** One connection: calls are served one after the other, each in about a millisecond, but for one that stalls. */
function createServer(stallAt: number, stallMilliseconds: number): (place: number) => Promise<void> {
  let last = Promise.resolve();
  return (place) => {
    last = last.then(() => wait(place === stallAt ? stallMilliseconds : 1));
    return last;
  };
}

describe("the open loop", () => {
  it("shows a stall of 200 ms once in the latencies of the calls behind it", async () => {
    const stalled = await runOpenLoop(createServer(30, 200), { rate: 50, calls: 80 });
    expect(stalled.latencies[30]).toBeGreaterThanOrEqual(199);
    // 20 ms apart: the third behind the stall was meant to begin 60 ms after it, and waited for the rest.
    expect(stalled.latencies[33]).toBeGreaterThan(120);
    const waited = stalled.latencies.filter((latency) => latency > 50).length;
    // Those that were meant to begin in the first 140 ms of it.
    expect(waited).toBeGreaterThanOrEqual(7);
    // What a closed loop would say: one slow call of 80, and nobody behind it.
    const server = createServer(30, 200);
    const closed: number[] = [];
    for (let place = 0; place < 80; place += 1) {
      const begun = performance.now();
      await server(place);
      closed.push(performance.now() - begun);
    }
    expect(closed.filter((latency) => latency > 150).length).toBe(1);
  });

  it("keeps its rate where calls are slow, and counts from the intended start", async () => {
    const loop = await runOpenLoop(() => wait(40), { rate: 500, calls: 200 });
    expect(loop.latencies).toHaveLength(200);
    expect(quantile([...loop.latencies], 0.5)).toBeGreaterThanOrEqual(39);
    // One caller that waits for each answer would reach 25 a second.
    expect(loop.achievedRate).toBeGreaterThan(100);
    expect(Math.min(...loop.lateness)).toBeGreaterThanOrEqual(0);
  });

  it("counts neither the making of thousands of calls nor the start of its thread as the first one's lateness", async () => {
    const invoked = performance.now();
    let begun = Number.NaN;
    const { lateness } = await runOpenLoop(
      (place) => {
        if (place === 0) begun = performance.now();
        return Promise.resolve();
      },
      { rate: 50_000, calls: 20_000 },
    );
    expect(begun - invoked).toBeGreaterThan(0);
    expect(lateness[0]).toBeLessThan((begun - invoked) / 4);
  });

  it("fails with what a call fails with", async () => {
    const failing = (place: number): Promise<void> =>
      place === 3 ? Promise.reject(new Error("no such table")) : Promise.resolve();
    await expect(runOpenLoop(failing, { rate: 1_000, calls: 10 })).rejects.toThrow(/no such table/u);
  });
});

describe("the closed loop", () => {
  it("reaches as much as its workers can", async () => {
    const { rate, calls } = await saturate(() => wait(10), { workers: 20, milliseconds: 500 });
    expect(calls).toBeGreaterThan(20);
    // 20 workers of 100 calls a second at most, since each waits at least 10 ms.
    expect(rate).toBeLessThanOrEqual(2_100);
  });
});
