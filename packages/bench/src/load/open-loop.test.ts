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
    const stalled = await runOpenLoop(createServer(50, 200), { rate: 200, calls: 150 });
    expect(stalled.latencies[50]).toBeGreaterThanOrEqual(199);
    // Five milliseconds apart: the tenth behind the stall was meant to begin 50 ms after it, and waited for the rest.
    expect(stalled.latencies[60]).toBeGreaterThan(120);
    expect(stalled.latencies[60]).toBeLessThan(stalled.latencies[50] ?? 0);
    const waited = stalled.latencies.filter((latency) => latency > 50).length;
    // Of 200 ms of stall those that were to begin in its first 150 ms wait 50 ms or more: 30 of them.
    expect(waited).toBeGreaterThanOrEqual(25);
    // What a closed loop would say: one slow call of 150, whose 99th percentile knows nothing of it.
    const server = createServer(50, 200);
    const closed: number[] = [];
    for (let place = 0; place < 150; place += 1) {
      const begun = performance.now();
      await server(place);
      closed.push(performance.now() - begun);
    }
    expect(closed.filter((latency) => latency > 50).length).toBeLessThan(waited / 4);
  });

  it("keeps its rate where calls are slow, and counts from the intended start", async () => {
    const loop = await runOpenLoop(() => wait(40), { rate: 500, calls: 200 });
    expect(loop.latencies).toHaveLength(200);
    expect(quantile([...loop.latencies], 0.5)).toBeGreaterThanOrEqual(39);
    // One caller that waits for each answer would reach 25 a second.
    expect(loop.achievedRate).toBeGreaterThan(100);
    expect(Math.min(...loop.lateness)).toBeGreaterThanOrEqual(0);
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
