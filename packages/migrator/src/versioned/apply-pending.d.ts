import type { RepeatableObject } from "@app/schema";
import type { PendingMigration } from "../ledger/history.ts";
import type { LedgerRow } from "../ledger/ledger-row.ts";
import type { Run } from "../run.ts";
/** Applies what is pending. `rows` is the ledger as it was before. */
export declare function applyPending(
  run: Run,
  pending: readonly PendingMigration[],
  repeatables: readonly RepeatableObject[],
  rows: readonly LedgerRow[],
): Promise<void>;
