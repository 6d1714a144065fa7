import type { RepeatableObject } from "@app/schema";
import type { MigrationHistory } from "../ledger/history.ts";
import type { LedgerRow } from "../ledger/ledger-row.ts";
import type { RepeatableScope } from "../repeatable/repeatable-changes.ts";
import type { PlanStep } from "./step.ts";
/** The steps that would bring a database to the declared state. */
export declare function planSteps(
  history: MigrationHistory,
  repeatables: readonly RepeatableObject[],
  rows: readonly LedgerRow[],
  scope: RepeatableScope,
): readonly PlanStep[];
