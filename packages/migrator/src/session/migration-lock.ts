// The lock that lets one migration run at a time into a database: a session-level advisory lock, polled.
// Never a blocking call (a waiter inside a statement deadlocks with CREATE INDEX CONCURRENTLY), never held in an
// open transaction (the same), and gone by itself when the process dies.

import { setTimeout as sleep } from "node:timers/promises";

import type { MigratorEventListener } from "../events.ts";
import { MigrationBlockedError, MigrationConnectionError } from "../errors.ts";
import { describeHolder, readLockHolder } from "./lock-holders.ts";
import { pooledConnection } from "./pooler-probe.ts";
import type { MigrationSession } from "./session.ts";

/** Key of the advisory lock: the first 8 bytes of sha256("public.schema_migrations"), as a signed number. */
export const migrationLockKey = "249420391889604208";

const firstDelayMs = 25;
const longestDelayMs = 500;
const reportEveryMs = 5000;

export interface MigrationLock {
  /**
   * Gives the lock back.
   * @throws {@link MigrationConnectionError} `lock-lost` when this session did not hold it any more.
   */
  release(): Promise<void>;
}

export interface MigrationLockOptions {
  /** How long to wait for another run, in milliseconds. */
  readonly waitMs: number;
  readonly onEvent: MigratorEventListener;
}

interface Attempt {
  readonly locked: boolean;
  readonly pid: number;
}

/**
 * Waits, bounded, until no other run holds the lock.
 * @throws {@link MigrationBlockedError} `lock-wait-expired`, naming the holder.
 */
export async function acquireMigrationLock(
  session: MigrationSession,
  { waitMs, onEvent }: MigrationLockOptions,
): Promise<MigrationLock> {
  const start = performance.now();
  let delay = firstDelayMs;
  let reportedAt = Number.NEGATIVE_INFINITY;
  for (;;) {
    const [attempt] = await session.query<Attempt>(
      "SELECT pg_try_advisory_lock($1::bigint) AS locked, pg_backend_pid() AS pid",
      [migrationLockKey],
    );
    requireSameBackend(session, attempt?.pid);
    const waitedMs = performance.now() - start;
    if (attempt?.locked === true) {
      onEvent({ type: "lock-acquired", waitedMs });
      return { release: async () => releaseLock(session) };
    }
    if (waitedMs >= waitMs) {
      const holder = await readLockHolder(session, migrationLockKey);
      throw new MigrationBlockedError(
        "lock-wait-expired",
        `Another migrate has been running on this database for longer than ${Math.round(waitMs / 1000)} s${holder === undefined ? "" : ` (${describeHolder(holder)})`}: let it finish, or raise --lock-wait. Nothing was changed.`,
        holder === undefined ? [] : [holder],
      );
    }
    if (waitedMs - reportedAt >= reportEveryMs) {
      reportedAt = waitedMs;
      onEvent({
        type: "waiting-for-lock",
        holder: await readLockHolder(session, migrationLockKey),
        waitedMs,
      });
    }
    // Jitter, so that processes started together do not knock together.
    await sleep(Math.min(delay * (0.5 + Math.random()), Math.max(1, waitMs - waitedMs)));
    delay = Math.min(delay * 1.5, longestDelayMs);
  }
}

/** A pooler that hands out another backend per transaction would leave the lock behind on the first one. */
function requireSameBackend(session: MigrationSession, pid: number | undefined): void {
  if (pid !== session.backendPid) {
    throw pooledConnection();
  }
}

async function releaseLock(session: MigrationSession): Promise<void> {
  const [row] = await session.query<{ released: boolean; pid: number }>(
    "SELECT pg_advisory_unlock($1::bigint) AS released, pg_backend_pid() AS pid",
    [migrationLockKey],
  );
  requireSameBackend(session, row?.pid);
  if (row?.released !== true) {
    throw new MigrationConnectionError(
      "lock-lost",
      "The migration lock was no longer held at the end of the run, so another run may have worked at the same time: look at `pnpm migrate:verify`, and connect to the server without a pooler.",
    );
  }
}
