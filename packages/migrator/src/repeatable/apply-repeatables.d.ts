import type { RepeatableObject } from "@app/schema";
import type { LedgerRow } from "../ledger/ledger-row.ts";
import type { Run } from "../run.ts";
import type { RepeatableChange, RepeatableScope } from "./repeatable-changes.ts";
/** Name under which the whole set appears in events and messages. */
export declare const repeatablesName = "functions, triggers and views";
/** Brings the repeatable objects to those of the code. Answers what was done. */
export declare function applyRepeatables(
  run: Run,
  objects: readonly RepeatableObject[],
  rows: readonly LedgerRow[],
  scope: RepeatableScope,
): Promise<readonly RepeatableChange[]>;
/** Runs changes and renumbers the ledger to the code's order; the caller owns the transaction. */
export declare function runRepeatableChanges(
  run: Run,
  objects: readonly RepeatableObject[],
  changes: readonly RepeatableChange[],
): Promise<void>;
