import type { MigratorContext } from "../migrator.ts";
import type { ServerDescription } from "../session/server-description.ts";
export interface RollbackOptions {
  /** The version to keep, as number or name; `none` for an empty database. @defaultValue the one before the newest */
  readonly to?: string;
  /** Go on although rows or values would be lost. @defaultValue false */
  readonly allowDataLoss?: boolean;
}
export interface RollbackResult {
  readonly server: ServerDescription;
  /** Versions taken back, newest first; empty when there was nothing to take back. */
  readonly reverted: readonly string[];
  /** The newest version that is still applied; null when none is. */
  readonly version: string | null;
  readonly durationMs: number;
}
/** @throws DataLossError when rows would be lost and `allowDataLoss` is not set */
export declare function rollback(context: MigratorContext, options: RollbackOptions): Promise<RollbackResult>;
