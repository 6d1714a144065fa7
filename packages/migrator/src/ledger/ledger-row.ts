// One row of `schema_migrations`: what was applied to this database, of which text, by whom and when.

import type { StepKind } from "../plan/step.ts";

/** One row of `schema_migrations`: what was applied to this database, of which text, by whom and when. */
export interface LedgerRow {
  readonly kind: StepKind;
  /** A migration's file name without `.sql`; a repeatable object's name; `aggregate NAME` or `view NAME` of a time series. */
  readonly name: string;
  /** Order of application within its kind. */
  readonly position: number;
  /** sha256 of the LF-normalised text that was applied; of a time-series object, of the SQL its declaration stands for. */
  readonly hash: string;
  /** `applying` only for a migration without a transaction that has not come to its end, or an aggregate not yet filled. */
  readonly state: "applying" | "applied";
  readonly statementsDone: number;
  /** Hash of the statements done so far; of a time-series object, of the server's text of it; null for a repeatable one. */
  readonly doneHash: string | null;
  /** Kind of a repeatable or time-series object; null for a migration. */
  readonly objectKind: string | null;
  /** Statement that removes a repeatable object, kept for the day it leaves the code; null for the other kinds. */
  readonly undo: string | null;
  /** ISO 8601, UTC, microseconds. */
  readonly appliedAt: string;
  /** Of the last run that worked on it, where a migration was interrupted; 0 for a time-series object. */
  readonly durationMs: number;
  /** Database role that applied it. */
  readonly appliedBy: string;
}
