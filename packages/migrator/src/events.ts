// What a run reports while it goes. The migrator prints nothing: whoever listens decides how it looks.

import type { LockHolder } from "./errors.ts";
import type { StepAction, StepKind } from "./plan/step.ts";

/** What a run reports while it goes. */
export type MigratorEvent =
  /** Another run holds the migration lock; reported at once and then about every 5 s. */
  | { readonly type: "waiting-for-lock"; readonly holder: LockHolder | undefined; readonly waitedMs: number }
  | { readonly type: "lock-acquired"; readonly waitedMs: number }
  | {
      readonly type: "step-started";
      readonly kind: StepKind;
      readonly action: StepAction;
      readonly name: string;
    }
  | {
      readonly type: "statement-done";
      readonly name: string;
      readonly statement: number;
      readonly statements: number;
      readonly durationMs: number;
    }
  | {
      readonly type: "step-done";
      readonly kind: StepKind;
      readonly action: StepAction;
      readonly name: string;
      readonly durationMs: number;
    }
  /** A statement has been waiting for a lock on a table for a while; the run goes on waiting. */
  | { readonly type: "blocked"; readonly name: string; readonly blockers: readonly LockHolder[] }
  /** A lock was not had in time; everything of the step was rolled back and it is tried again after `delayMs`. */
  | {
      readonly type: "retry";
      readonly name: string;
      readonly attempt: number;
      readonly attempts: number;
      readonly delayMs: number;
      readonly sqlState: string;
      readonly blockers: readonly LockHolder[];
    }
  /** A long step got further, in rows; at most twice a second. `total` is an estimate until it is reached. */
  | {
      readonly type: "progress";
      readonly name: string;
      readonly done: number;
      readonly total: number;
    }
  /** Functions, triggers or views stood in a migration's way: it runs again with them taken down in its transaction. */
  | { readonly type: "parked-repeatables"; readonly name: string; readonly reason: string }
  /** An index an interrupted run had left half-built was removed and is built again. */
  | { readonly type: "invalid-index-dropped"; readonly name: string; readonly index: string };

/** Called with each event as it happens; a promise it returns is not awaited. */
export type MigratorEventListener = (event: MigratorEvent) => void;
