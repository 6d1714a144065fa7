import type { MigrationFile, MigrationFolder } from "../files/migration-folder.ts";
import type { MigrationHistory } from "../ledger/history.ts";
export interface RollbackTarget {
  /** The newest version that stays; undefined when none does. */
  readonly keep: MigrationFile | undefined;
  /** What goes, newest first. */
  readonly revert: readonly MigrationFile[];
}
/**
 * `to`: undefined takes back the newest applied version, `none` or `-1` all; otherwise the version to keep, as number
 * (`3`, `0003`) or name.
 * @throws MigratorError `rollback-target-unknown`.
 */
export declare function rollbackTarget(
  folder: MigrationFolder,
  history: MigrationHistory,
  to: string | undefined,
): RollbackTarget;
