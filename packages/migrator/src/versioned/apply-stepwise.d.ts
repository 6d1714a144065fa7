import type { PendingMigration } from "../ledger/history.ts";
import type { Run } from "../run.ts";
/** Applies, or resumes, a migration statement by statement. */
export declare function applyStepwise(
  run: Run,
  migration: PendingMigration,
  interrupted: boolean,
): Promise<void>;
