import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { measureThreadShare } from "./thread-share.ts";

it("counts work and not waiting", async () => {
  const share = measureThreadShare();
  await wait(200);
  const idle = share();
  expect(idle).toBeLessThan(0.5);
  let sum = 0;
  const { user: begun } = process.threadCpuUsage();
  while (process.threadCpuUsage().user - begun < 200_000) sum += 1;
  expect(sum).toBeGreaterThan(0);
  expect(share()).toBeGreaterThan(idle);
  expect(share()).toBeLessThanOrEqual(1.01);
});
