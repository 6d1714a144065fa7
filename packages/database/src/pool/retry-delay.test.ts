import { expect, test } from "vitest";

import { retryDelayMilliseconds } from "./retry-delay.ts";

test("the bound doubles from 10 ms to one second, and the delay is anywhere below it", () => {
  expect([1, 2, 3, 8, 100].map((attempts) => retryDelayMilliseconds(attempts, false, 1))).toEqual([
    10, 20, 40, 1000, 1000,
  ]);
  expect(retryDelayMilliseconds(3, false, 0)).toBe(0);
});

test("an outage is given longer: 100 ms to five seconds", () => {
  expect([1, 2, 100].map((attempts) => retryDelayMilliseconds(attempts, true, 1))).toEqual([100, 200, 5000]);
});
