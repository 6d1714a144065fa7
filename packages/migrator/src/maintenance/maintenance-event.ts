// What a maintenance run reports while it goes. It prints nothing: whoever listens decides how it looks.

import type { BacklogOutcome } from "./backlog.ts";
import type { RetentionOutcome } from "./retention-task.ts";

/** What a maintenance run reports while it goes. */
export type MaintenanceEvent =
  /** Work on a table begins; rows from before `before` (ISO 8601, UTC) may go. */
  | { readonly type: "retention-started"; readonly table: string; readonly before: string }
  /** Another batch is committed; `removed` counts the rows of the table so far. */
  | { readonly type: "rows-removed"; readonly table: string; readonly removed: number }
  | { readonly type: "retention-done"; readonly outcome: RetentionOutcome; readonly durationMs: number }
  /** Another range of a roll-up is refreshed, or another chunk converted, or left because it is in use. */
  | ({ readonly type: "backlog-progress"; readonly done: number; readonly total: number } & Pick<
      BacklogOutcome,
      "kind" | "name"
    >)
  /** Only where there was something to do. */
  | { readonly type: "backlog-done"; readonly outcome: BacklogOutcome; readonly durationMs: number }
  | { readonly type: "overview-refreshed"; readonly durationMs: number };

/** Called with each event as it happens; a promise it returns is not awaited. */
export type MaintenanceListener = (event: MaintenanceEvent) => void;
