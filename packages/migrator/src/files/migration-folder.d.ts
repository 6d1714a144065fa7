import type { HistoryProblem } from "../errors.ts";
import type { MigrationStatement } from "./migration-statement.ts";
/** One versioned migration. */
export interface MigrationFile {
  /** Position in the journal, from 0. */
  readonly index: number;
  /** drizzle-kit's tag, `0003_add_fees`: the name in the ledger. */
  readonly name: string;
  readonly hash: string;
  readonly statements: readonly MigrationStatement[];
  /** False when its first line is `-- migrate: no-transaction`. */
  readonly transactional: boolean;
}
export interface MigrationFolder {
  readonly directory: URL;
  readonly migrations: readonly MigrationFile[];
  readonly problems: readonly HistoryProblem[];
}
/** A folder URL that relative names resolve inside of. */
export declare function asDirectory(directory: URL): URL;
/**
 * Reads every migration of a folder.
 * @throws {@link MigratorError} `journal-invalid` when there is no readable journal.
 */
export declare function readMigrationFolder(folder: URL): Promise<MigrationFolder>;
