// What a maintenance run reports while it goes. It prints nothing: whoever listens decides how it looks.

import type { BacklogOutcome } from "./backlog.ts";
import type { RetentionOutcome } from "./retention-task.ts";

export type MaintenanceEvent =
  /** Work on a table begins. */
  | { readonly type: "retention-started"; readonly table: string; readonly before: string }
  /** Another batch is committed. */
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

export type MaintenanceListener = (event: MaintenanceEvent) => void;
