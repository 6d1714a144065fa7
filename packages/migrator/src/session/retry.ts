// Tries a step again when it lost a contest for locks (55P03 lock_timeout, 40P01 deadlock): exponential backoff
// with jitter, a bounded number of attempts, and the names of those in the way. Any other failure goes straight up.

import { setTimeout as sleep } from "node:timers/promises";

import type { ConnectionSettings } from "@app/database";
import { DatabaseError } from "@app/database";

import type { LockHolder } from "../errors.ts";
import { MigrationBlockedError } from "../errors.ts";
import type { MigratorEventListener } from "../events.ts";
import { describeHolder, watchBlockers } from "./lock-holders.ts";
import type { MigrationSession } from "./session.ts";

const contested = new Set(["55P03", "40P01"]);
const firstDelayMs = 250;
const longestDelayMs = 10_000;

export interface RetryOptions {
  readonly session: MigrationSession;
  readonly connection: ConnectionSettings;
  /** Name of the step, for events and messages. */
  readonly name: string;
  readonly attempts: number;
  /** The limit in force while the work waits for a lock, in milliseconds. */
  readonly lockTimeoutMs: number;
  readonly onEvent: MigratorEventListener;
}

/**
 * Runs `work` until it gets its locks. `work` must leave nothing behind when it fails.
 * @throws {@link MigrationBlockedError} `statement-blocked` after the last attempt.
 */
export async function withLockRetry<Result>(
  options: RetryOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const { session, connection, name, attempts, lockTimeoutMs, onEvent } = options;
  for (let attempt = 1; ; attempt += 1) {
    const watch = watchBlockers({
      connection,
      backendPid: session.backendPid,
      afterMs: Math.min(1000, lockTimeoutMs / 2),
      onBlocked: (blockers) => onEvent({ type: "blocked", name, blockers }),
    });
    try {
      return await work();
    } catch (error) {
      const sqlState = error instanceof DatabaseError ? error.sqlState : undefined;
      if (sqlState === undefined || !contested.has(sqlState)) {
        throw error;
      }
      await watch.stop();
      if (attempt >= attempts) {
        throw blocked(options, watch.blockers, error);
      }
      const delayMs = Math.min(firstDelayMs * 2 ** (attempt - 1), longestDelayMs) * (0.5 + Math.random());
      onEvent({ type: "retry", name, attempt, attempts, delayMs, sqlState, blockers: watch.blockers });
      await sleep(delayMs);
    } finally {
      await watch.stop();
    }
  }
}

function blocked(
  options: RetryOptions,
  blockers: readonly LockHolder[],
  cause: unknown,
): MigrationBlockedError {
  const who = blockers.length === 0 ? "other sessions" : blockers.map(describeHolder).join("; ");
  return new MigrationBlockedError(
    "statement-blocked",
    `${options.name} did not get its locks in ${options.attempts} attempts of ${options.lockTimeoutMs} ms each; in the way: ${who}. Nothing of it was kept: end that session or run again when it is quieter.`,
    blockers,
    { cause },
  );
}
