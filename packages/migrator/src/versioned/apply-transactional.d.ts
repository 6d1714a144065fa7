import type { PendingMigration } from "../ledger/history.ts";
import type { Run } from "../run.ts";
/** Applies a migration, with retries for its locks. */
export declare function applyTransactional(run: Run, migration: PendingMigration): Promise<void>;
/** Runs the statements and writes the ledger row; the caller owns the transaction. */
export declare function runMigrationStatements(run: Run, { file }: PendingMigration): Promise<void>;
