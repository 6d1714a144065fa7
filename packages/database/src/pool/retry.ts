// Runs work again while that is right, with a random pause between. Not the judgement itself, which each caller brings along.
// Invariant: bounded, and nothing is run again that its caller did not say may be.

import { setTimeout as sleep } from "node:timers/promises";

import { DatabaseError, RetryableError, UnavailableError, UsageError } from "../errors/database-error.ts";
import type { RetryEvent } from "./database.ts";
import { notify } from "./notify.ts";
import { retryDelayMilliseconds } from "./retry-delay.ts";

/** Why and how another attempt is made. */
export interface AnotherAttempt {
  readonly error: DatabaseError;
  /** Whether to wait as long as a server needs to come back, not only until others have finished. */
  readonly isOutage: boolean;
}

/** What is repeated, and what is told about it. */
export interface Repetition {
  /** Name or text of the statement; undefined for a transaction. */
  readonly statement: string | undefined;
  readonly onRetry: ((event: RetryEvent) => void) | undefined;
  /** Judges a failed attempt; undefined ends it with the error that was thrown. */
  readonly judge: (error: unknown, attempt: number) => AnotherAttempt | undefined;
}

/** Calls `work` with the number of the attempt, from 1, until it returns or the judge has enough. */
export async function repeat<Result>(
  work: (attempt: number) => Promise<Result>,
  { statement, onRetry, judge }: Repetition,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(attempt);
    } catch (thrown) {
      const again = judge(thrown, attempt);
      if (again === undefined) throw thrown;
      const delayMilliseconds = retryDelayMilliseconds(attempt, again.isOutage, Math.random());
      notify(onRetry, { statement, attempt, delayMilliseconds, error: again.error });
      await sleep(delayMilliseconds);
    }
  }
}

/** The database error that makes another attempt at a transaction right: the thrown one, or what the caller's own error was caused by. */
export function reasonToRepeat(error: unknown, mayRepeatLoss: boolean): DatabaseError | undefined {
  for (
    let cause: unknown = error, depth = 0;
    cause instanceof Error && depth < 8;
    cause = cause.cause, depth += 1
  ) {
    if (cause instanceof RetryableError) return cause;
    if (cause instanceof UnavailableError) return mayRepeatLoss ? cause : undefined;
    // A mistake of the program stays one, whatever the server called it.
    if (cause instanceof UsageError) return undefined;
  }
  return undefined;
}

/** Full disks and exhausted lock tables: the server is there, and the same statement would only fail again. */
const resourceClass = "53";

/**
 * Whether an idempotent statement is to be sent again: it lost against others, or the server went away under it.
 * @param wasSent false when the login failed, where `isRetryable` says whether waiting may help
 */
export function mayResend(error: unknown, wasSent: boolean): error is DatabaseError {
  if (error instanceof RetryableError) return true;
  if (!(error instanceof UnavailableError)) return false;
  return error.isRetryable || (wasSent && error.sqlState?.startsWith(resourceClass) !== true);
}
