import type { HistoryProblem } from "../errors.ts";
import type { MigrationFile, MigrationFolder } from "../files/migration-folder.ts";
import type { LedgerRow } from "./ledger-row.ts";
export interface PendingMigration {
  readonly file: MigrationFile;
  /** Statements an interrupted run has done already; 0 unless it runs without a transaction. */
  readonly statementsDone: number;
}
export interface MigrationHistory {
  readonly applied: readonly LedgerRow[];
  readonly pending: readonly PendingMigration[];
  readonly problems: readonly HistoryProblem[];
}
/** Hash of a migration's first statements, by which an interrupted one is recognised. */
export declare function hashOfStatements(file: MigrationFile, count: number): string;
/** Compares a folder with the versioned rows of the ledger. */
export declare function compareHistory(folder: MigrationFolder, rows: readonly LedgerRow[]): MigrationHistory;
