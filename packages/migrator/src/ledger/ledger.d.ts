import type { StepKind } from "../plan/step.ts";
import type { MigrationSession } from "../session/session.ts";
import type { LedgerRow } from "./ledger-row.ts";
/** The ledger's name, without schema. */
export declare const ledgerTable = "schema_migrations";
/** Makes the ledger when it is not there. Call it with the migration lock held. */
export declare function createLedger(session: MigrationSession): Promise<void>;
/**
 * All rows in order of application; `undefined` when this database was never migrated.
 * @throws {@link MigratorError} `ledger-foreign` when a table of that name belongs to another tool.
 */
export declare function readLedger(session: MigrationSession): Promise<readonly LedgerRow[] | undefined>;
/** What a caller knows of a row; role and time are the server's. */
export type LedgerEntry = Omit<LedgerRow, "appliedAt" | "appliedBy">;
/** Writes or replaces a row. */
export declare function recordInLedger(session: MigrationSession, entry: LedgerEntry): Promise<void>;
/** Takes rows out. */
export declare function removeFromLedger(
  session: MigrationSession,
  kind: StepKind,
  names: readonly string[],
): Promise<void>;
/** Gives rows the positions of a list, so that they can later be taken down in its reverse order. */
export declare function numberInLedger(
  session: MigrationSession,
  kind: StepKind,
  names: readonly string[],
): Promise<void>;
