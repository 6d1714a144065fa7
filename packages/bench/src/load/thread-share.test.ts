import { expect, it } from "vitest";
import { measureThreadShare } from "./thread-share.ts";

it("counts work, and not what keeps the thread from its event loop", () => {
  const waiting = measureThreadShare();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  const idle = waiting();
  expect(idle).toBeLessThan(0.3);
  const working = measureThreadShare();
  const { user: begun } = process.threadCpuUsage();
  while (process.threadCpuUsage().user - begun < 200_000);
  expect(working()).toBeGreaterThan(idle);
});
