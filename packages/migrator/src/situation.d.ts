import type { DeclaredSchema } from "./declared/declared-schema.ts";
import type { MigrationFolder } from "./files/migration-folder.ts";
import type { MigrationHistory } from "./ledger/history.ts";
import type { LedgerRow } from "./ledger/ledger-row.ts";
import type { MigratorContext } from "./migrator.ts";
import type { MigrationSession } from "./session/session.ts";
export interface Declaration {
  readonly declared: DeclaredSchema;
  readonly folder: MigrationFolder;
}
export interface Situation {
  /** False when this database was never migrated. */
  readonly hasLedger: boolean;
  readonly rows: readonly LedgerRow[];
  readonly history: MigrationHistory;
}
/** Opens a session while the declaration is read from disk, and closes it whatever happens. */
export declare function withSession<Result>(
  context: MigratorContext,
  work: (session: MigrationSession, declaration: Declaration) => Promise<Result>,
): Promise<Result>;
/** Reads the ledger and holds the files against it. */
export declare function readSituation(session: MigrationSession, folder: MigrationFolder): Promise<Situation>;
/** @throws MigrationHistoryError when files and ledger contradict each other. */
export declare function requireConsistent({ history }: Situation): void;
