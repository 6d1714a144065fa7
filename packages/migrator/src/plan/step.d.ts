/** The three kinds of object, and of row in the ledger. */
export declare const stepKinds: readonly ["versioned", "repeatable", "declared"];
export type StepKind = (typeof stepKinds)[number];
/**
 * - `apply`: run a migration; `resume`: run the statements an interrupted one still lacks; `revert`: run its down file
 * - `create`, `replace` (in place), `recreate` (drop and create), `drop`: a repeatable or declared object
 * - `alter`: a declared object changed in place
 */
export declare const stepActions: readonly [
  "apply",
  "resume",
  "revert",
  "create",
  "replace",
  "recreate",
  "drop",
  "alter",
];
export type StepAction = (typeof stepActions)[number];
/**
 * What a step does to a database in use.
 * - `online`: short locks, nothing lost
 * - `rewrites`: rewrites or scans a table while holding a lock that stops its writers
 * - `destructive`: rows or values are gone afterwards
 * - `one-way`: nothing is lost, but there is no way back
 */
export declare const safetyClasses: readonly ["online", "rewrites", "destructive", "one-way"];
export type SafetyClass = (typeof safetyClasses)[number];
export interface StepStatement {
  /** 1-based position in its file, which for a resumed migration does not begin at 1. */
  readonly number: number;
  readonly sql: string;
  readonly firstLine: string;
  /** Sent outside a transaction, by itself. */
  readonly alone: boolean;
}
export interface PlanStep {
  readonly kind: StepKind;
  readonly action: StepAction;
  readonly name: string;
  /** Why it would run. */
  readonly why: string;
  readonly safety: SafetyClass;
  /** Why it has that class. */
  readonly reason: string;
  /** All of the step's statements and its ledger row in one transaction. */
  readonly transactional: boolean;
  readonly statements: readonly StepStatement[];
}
