import type { MigratorEventListener } from "../events.ts";
import type { MigrationSession } from "./session.ts";
/** Key of the advisory lock: the first 8 bytes of sha256("public.schema_migrations"), as a signed number. */
export declare const migrationLockKey = "249420391889604208";
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
/**
 * Waits, bounded, until no other run holds the lock.
 * @throws {@link MigrationBlockedError} `lock-wait-expired`, naming the holder.
 */
export declare function acquireMigrationLock(
  session: MigrationSession,
  { waitMs, onEvent }: MigrationLockOptions,
): Promise<MigrationLock>;
