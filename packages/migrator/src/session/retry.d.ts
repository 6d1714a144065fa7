import type { ConnectionSettings } from "@app/database";
import type { MigratorEventListener } from "../events.ts";
import type { MigrationSession } from "./session.ts";
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
export declare function withLockRetry<Result>(
  options: RetryOptions,
  work: () => Promise<Result>,
): Promise<Result>;
