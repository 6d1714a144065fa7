import type { MigratorContext } from "../migrator.ts";
import type { ServerDescription } from "../session/server-description.ts";
import type { PlanStep } from "./step.ts";
export interface PlanOptions {
  /** Plan to make every function, trigger and view again. @defaultValue false */
  readonly reapply?: boolean;
}
export interface PlanResult {
  readonly server: ServerDescription;
  readonly steps: readonly PlanStep[];
}
/** @throws MigrationHistoryError when nothing could be applied. */
export declare function readPlan(context: MigratorContext, { reapply }: PlanOptions): Promise<PlanResult>;
