// One thing a run would do, in the shape that is printed, applied and tested. The same shape serves all three
// kinds of object, so that declared (time-series) steps need no second way.

/** The three kinds of object, and of row in the ledger. */
export const stepKinds = ["versioned", "repeatable", "declared"] as const;

/**
 * Kind of object a step is about.
 * - `versioned`: a migration file, run once
 * - `repeatable`: a function, trigger or view, replaced as a whole when its text changes
 * - `declared`: a hypertable, a continuous aggregate or the view that reads it
 */
export type StepKind = (typeof stepKinds)[number];

/** Every {@link StepAction}. */
export const stepActions = [
  "apply",
  "resume",
  "revert",
  "create",
  "replace",
  "recreate",
  "drop",
  "alter",
] as const;

/**
 * What is done to the step's object.
 * - `apply`: run a migration; `resume`: run the statements an interrupted one still lacks; `revert`: run its down file
 * - `create`, `replace` (in place), `recreate` (drop and create), `drop`: a repeatable or declared object
 * - `alter`: a declared object changed in place
 */
export type StepAction = (typeof stepActions)[number];

/** Every {@link SafetyClass}. */
export const safetyClasses = ["online", "rewrites", "destructive", "one-way"] as const;

/**
 * What a step does to a database in use.
 * - `online`: short locks, nothing lost
 * - `rewrites`: rewrites or scans a table while holding a lock that stops its writers
 * - `destructive`: rows or values are gone afterwards
 * - `one-way`: nothing is lost, but there is no way back
 */
export type SafetyClass = (typeof safetyClasses)[number];

/** One statement of a step, as it is sent. */
export interface StepStatement {
  /** 1-based position in its file, which for a resumed migration does not begin at 1. */
  readonly number: number;
  readonly sql: string;
  /** First line that holds code, without literals and cut to 120 characters. */
  readonly firstLine: string;
  /** Sent outside a transaction, by itself. */
  readonly alone: boolean;
}

/** One thing a run would do, or did: a migration, or a change of one object. */
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
  /** Of a resumed migration only those that are still to be run. */
  readonly statements: readonly StepStatement[];
}
