import type { CatalogueDifference } from "./catalogue/difference.ts";
import type { HistoryProblem } from "./errors.ts";
import type { LedgerRow } from "./ledger/ledger-row.ts";
import type { MigratorContext } from "./migrator.ts";
import type { PlanStep } from "./plan/step.ts";
import type { ServerDescription } from "./session/server-description.ts";
export interface StatusResult {
  readonly server: ServerDescription;
  readonly applied: readonly LedgerRow[];
  readonly pending: readonly PlanStep[];
  /** Contradictions between files and ledger; while there are any, nothing can be applied. */
  readonly problems: readonly HistoryProblem[];
  /** Null when drift cannot be told apart from what is pending, or cannot be read; `driftUnknown` says why. */
  readonly drift: readonly CatalogueDifference[] | null;
  readonly driftUnknown: string | null;
}
/** Reads the status. */
export declare function readStatus(context: MigratorContext): Promise<StatusResult>;
