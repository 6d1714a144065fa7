import { expect, test } from "vitest";

import {
  ConflictError,
  type DatabaseError,
  RetryableError,
  TimeoutError,
  UnavailableError,
  UnknownOutcomeError,
  UsageError,
} from "../errors/database-error.ts";
import { mayResend, reasonToRepeat, repeat } from "./retry.ts";

test.each<[DatabaseError, boolean, boolean]>([
  [new RetryableError("deadlock"), true, true],
  [new UnavailableError("lost", { sqlState: "57P01" }), true, true],
  [new UnavailableError("read only", { sqlState: "25006" }), true, true],
  [new UnknownOutcomeError("lost"), true, true],
  [new UnavailableError("full disk", { sqlState: "53100" }), true, false],
  [new UnavailableError("no certificate", { isRetryable: false }), false, false],
  [new UnavailableError("starting", { isRetryable: true }), false, true],
  [new TimeoutError("too long"), true, false],
  [new ConflictError("there already"), true, false],
])("an idempotent statement that failed with %s, sent %s, is sent again: %s", (error, wasSent, expected) => {
  expect(mayResend(error, wasSent)).toBe(expected);
});

test("the reason to repeat a transaction may lie below the caller's own error, not below a mistake", () => {
  const lost = new RetryableError("deadlock");
  expect(reasonToRepeat(new RangeError("no price", { cause: lost }), false)).toBe(lost);
  const readOnly = new UnavailableError("read only");
  expect(reasonToRepeat(new UsageError("a write", { cause: readOnly }), true)).toBeUndefined();
  expect(reasonToRepeat(readOnly, true)).toBe(readOnly);
  expect(reasonToRepeat(readOnly, false)).toBeUndefined();
});

test("a hook that throws does not end the repetition", async () => {
  const results = repeat(
    async (attempt) => (attempt < 3 ? Promise.reject(new RetryableError("again")) : Promise.resolve(attempt)),
    {
      statement: "s",
      onRetry: () => {
        throw new Error("hook");
      },
      judge: (error) => (error instanceof RetryableError ? { error, isOutage: false } : undefined),
    },
  );
  await expect(results).resolves.toBe(3);
});
