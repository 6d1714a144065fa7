import type { ConnectionSettings } from "@app/database";
import type { LockHolder } from "../errors.ts";
/** One line about a holder, without secrets. */
export declare function describeHolder(holder: LockHolder): string;
export interface BlockerWatch {
  /** The last blockers seen while the statement waited. */
  readonly blockers: readonly LockHolder[];
  /** Ends the watch. */
  stop(): Promise<void>;
}
export interface BlockerWatchOptions {
  readonly connection: ConnectionSettings;
  readonly backendPid: number;
  /** How long a statement may run before anyone looks, in milliseconds; a fast one costs no connection. */
  readonly afterMs: number;
  readonly onBlocked: (blockers: readonly LockHolder[]) => void;
}
/** Looks, from `afterMs` on and then every 5 s, who blocks a backend. Failing to look is never an error. */
export declare function watchBlockers(options: BlockerWatchOptions): BlockerWatch;
