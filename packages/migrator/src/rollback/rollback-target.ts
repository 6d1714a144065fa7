// Which versions a rollback takes back: from "the last one", a number, a name, or "none".

import { MigratorError } from "../errors.ts";
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
export function rollbackTarget(
  folder: MigrationFolder,
  history: MigrationHistory,
  to: string | undefined,
): RollbackTarget {
  const appliedNames = new Set(history.applied.map(({ name }) => name));
  const applied = folder.migrations.filter(({ name }) => appliedNames.has(name));
  const keep = keepOf(applied, folder, to);
  return { keep, revert: applied.filter(({ index }) => index > (keep?.index ?? -1)).toReversed() };
}

function keepOf(
  applied: readonly MigrationFile[],
  folder: MigrationFolder,
  to: string | undefined,
): MigrationFile | undefined {
  if (to === undefined) {
    return applied.at(-2);
  }
  if (to === "none" || to === "-1") {
    return undefined;
  }
  const wanted = (file: MigrationFile): boolean =>
    file.name === to || (/^\d+$/.test(to) && file.index === Number(to));
  const found = applied.find(wanted);
  if (found !== undefined) {
    return found;
  }
  const known = folder.migrations.some(wanted);
  const list = applied.map(({ name }) => name).join(", ");
  throw new MigratorError(
    "rollback-target-unknown",
    known
      ? `Version ${to} is not applied to this database, so it cannot be gone back to; applied are: ${list || "none"}.`
      : `There is no version ${to}: name one of ${list || "(nothing is applied)"}, or \`none\`.`,
  );
}
