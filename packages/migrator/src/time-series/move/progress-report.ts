// Tells the listener how far a move got, at most twice a second and once when the last row is copied.

import type { MigratorEventListener } from "../../events.ts";
import type { MoveProgress } from "./move-progress.ts";

const everyMs = 500;

export interface ProgressReport {
  copied(progress: MoveProgress): void;
}

/** Makes a report for one move. */
export function createProgressReport(name: string, onEvent: MigratorEventListener): ProgressReport {
  let last = performance.now();
  return {
    copied({ state, rows, nextBlock, blocks }) {
      const isDone = state !== "copying";
      if (!isDone && performance.now() - last < everyMs) return;
      last = performance.now();
      const done = Number(rows);
      const estimated = nextBlock === 0n ? done : Math.round((done / Number(nextBlock)) * Number(blocks));
      onEvent({
        type: "progress",
        name,
        done,
        total: isDone ? done : Math.max(done, estimated),
      });
    },
  };
}
