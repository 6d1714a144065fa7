import { setImmediate as immediate, setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { quantile } from "../measuring/quantile.ts";
import { createMetronome } from "./metronome.ts";

it("tells each beat its moment, once that has come, a gap apart", async () => {
  await using metronome = await createMetronome(2.5, 40);
  const heard = Array.from({ length: 40 }, async (_, place) => {
    const moment = await metronome.beat(place);
    expect(performance.now()).toBeGreaterThanOrEqual(moment - 0.1);
    return moment;
  });
  const started = performance.now();
  metronome.start();
  const moments = await Promise.all(heard);
  expect(moments[0]).toBeGreaterThanOrEqual(started);
  for (const [place, moment] of moments.entries()) {
    expect(moment - (moments[0] ?? 0)).toBeCloseTo(place * 2.5, 6);
  }
});

it("lets whoever asks late go at once", async () => {
  await using metronome = await createMetronome(1, 3);
  metronome.start();
  await metronome.beat(2);
  expect(await Promise.race([metronome.beat(0), immediate("later")])).not.toBe("later");
});

it("waits until it is started", async () => {
  await using metronome = await createMetronome(1, 1);
  expect(await Promise.race([metronome.beat(0), wait(30, "nothing")])).toBe("nothing");
});

it("is less late than timers, which are to the millisecond", async () => {
  const late: number[] = [];
  const lateTimers: number[] = [];
  for (let turn = 0; turn < 10; turn += 1) {
    await using metronome = await createMetronome(1.1, 40);
    metronome.start();
    for (let place = 0; place < 40; place += 1) {
      const moment = await metronome.beat(place);
      late.push(performance.now() - moment);
    }
    const begin = performance.now();
    for (let place = 0; place < 40; place += 1) {
      const moment = begin + place * 1.1;
      while (performance.now() < moment) await wait(moment - performance.now());
      lateTimers.push(performance.now() - moment);
    }
  }
  expect(quantile(late, 0.5)).toBeLessThan(quantile(lateTimers, 0.5));
});

it("fails the beats that are waited for, and those asked for later, when its thread ends before them", async () => {
  const metronome = await createMetronome(60_000, 2);
  const waited = Promise.allSettled([metronome.beat(1)]);
  metronome.start();
  await metronome.beat(0);
  await metronome[Symbol.asyncDispose]();
  const reason = new Error("The thread of the metronome has ended before its last beat.");
  expect(await waited).toEqual([{ status: "rejected", reason }]);
  await expect(metronome.beat(1)).rejects.toEqual(reason);
});
