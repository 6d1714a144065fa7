import type { CatalogueDifference } from "./catalogue/difference.ts";
import type { MigratorContext } from "./migrator.ts";
import type { PlanStep } from "./plan/step.ts";
import type { ServerDescription } from "./session/server-description.ts";
import type { MigrationSession } from "./session/session.ts";
export interface ApplyOptions {
  /** Makes every function, trigger and view again, changed or not. @defaultValue false */
  readonly reapply?: boolean;
}
export interface ApplyResult {
  readonly server: ServerDescription;
  /** What was done, in order; empty when there was nothing to do. */
  readonly steps: readonly PlanStep[];
  /** What the verification at the end found; null when it could not be made, and `notVerified` says why. */
  readonly differences: readonly CatalogueDifference[] | null;
  readonly notVerified: string | null;
  readonly durationMs: number;
}
/** Applies everything pending. @throws MigratorError */
export declare function apply(context: MigratorContext, { reapply }: ApplyOptions): Promise<ApplyResult>;
/** Runs work with the migration lock held, and gives it back whatever happens. */
export declare function underLock<Result>(
  context: MigratorContext,
  session: MigrationSession,
  work: () => Promise<Result>,
): Promise<Result>;
