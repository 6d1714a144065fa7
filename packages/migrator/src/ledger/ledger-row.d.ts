import type { StepKind } from "../plan/step.ts";
export interface LedgerRow {
  readonly kind: StepKind;
  readonly name: string;
  /** Order of application within its kind. */
  readonly position: number;
  /** sha256 of the LF-normalised text that was applied. */
  readonly hash: string;
  /** `applying` only for a migration without a transaction that has not come to its end. */
  readonly state: "applying" | "applied";
  readonly statementsDone: number;
  /** Hash of the statements done so far, while `applying`. */
  readonly doneHash: string | null;
  /** For a repeatable object: its kind and the statement that removes it, kept for the day it leaves the code. */
  readonly objectKind: string | null;
  readonly undo: string | null;
  /** ISO 8601, UTC, microseconds. */
  readonly appliedAt: string;
  readonly durationMs: number;
  /** Database role that applied it. */
  readonly appliedBy: string;
}
