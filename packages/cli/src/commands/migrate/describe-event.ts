// Migrator events as lines for a person. Not for programs: those read --json.

import type { MigratorEvent, MigratorEventListener, StepAction } from "@app/migrator";
import type { CommandIo } from "../../command-io.ts";
import { createProgress, type Progress, type ProgressState } from "../../terminal/progress.ts";

const past: Readonly<Record<StepAction, string>> = {
  apply: "applied",
  resume: "finished",
  revert: "rolled back",
  create: "created",
  replace: "replaced",
  recreate: "made again",
  drop: "dropped",
  alter: "altered",
};

/** One line, or undefined for what only a verbose run shows. */
function describeEvent(event: MigratorEvent, verbose: boolean): string | undefined {
  switch (event.type) {
    case "waiting-for-lock": {
      const { holder, waitedMs } = event;
      const who =
        holder === undefined
          ? "it just ended"
          : `process ${holder.pid} "${holder.application}", connected since ${holder.since ?? "an unknown time"}`;
      return `waiting for another migrate (${who}), ${Math.round(waitedMs / 1000)} s so far`;
    }
    case "blocked":
      return `${event.name} waits for a lock held by ${event.blockers.map(({ pid, application, query }) => `process ${pid} "${application}" (${query ?? ""})`).join(", ")}`;
    case "retry":
      return `${event.name} did not get its lock (attempt ${event.attempt} of ${event.attempts}), nothing of it was kept; again in ${Math.round(event.delayMs)} ms`;
    case "parked-repeatables":
      return `${event.name}: run again in one transaction, with functions, triggers and views made anew (${event.reason})`;
    case "invalid-index-dropped":
      return `${event.name}: dropped the half-built index ${event.index}; building it again`;
    case "step-done":
      // A change of time series that took long moved or read rows.
      return verbose || event.kind === "versioned" || (event.kind === "declared" && event.durationMs >= 1_000)
        ? `${past[event.action]} ${event.name} (${Math.round(event.durationMs)} ms)`
        : undefined;
    case "statement-done":
      return verbose
        ? `  ${event.name}, statement ${event.statement} of ${event.statements} (${Math.round(event.durationMs)} ms)`
        : undefined;
    case "lock-acquired":
    case "progress":
    case "step-started":
      return undefined;
    default:
      return event satisfies never;
  }
}

/** Disposed of, it ends a bar that is still shown, however the run ended. */
export interface EventPrinter extends Disposable {
  readonly listen: MigratorEventListener;
}

/** Writes each event's line to stderr, and shows how far a long step is. */
export function eventPrinter(io: CommandIo, verbose: boolean): EventPrinter {
  let shown: { readonly name: string; readonly progress: Progress } | undefined;
  const stop = (): void => {
    shown?.progress.stop();
    shown = undefined;
  };
  return {
    listen(event) {
      if (event.type === "progress") {
        const { name, done, total } = event;
        if (shown?.name !== name) {
          stop();
          shown = { name, progress: openProgress(io, name) };
        }
        shown.progress.update({ done, total: Math.max(total, done, 1), rows: done });
        return;
      }
      const line = describeEvent(event, verbose);
      if (line === undefined && event.type !== "step-done") return;
      stop();
      if (line !== undefined) io.stderr(`${line}\n`);
    },
    [Symbol.dispose]: stop,
  };
}

/** A progress that is loaded while the run goes on; what is told it before is shown once it is there. */
function openProgress(io: CommandIo, label: string): Progress {
  let latest: ProgressState | undefined;
  let progress: Progress | undefined;
  let isStopped = false;
  const open = async (): Promise<void> => {
    const created = await createProgress(io, label);
    if (isStopped) return;
    progress = created;
    if (latest !== undefined) created.update(latest);
  };
  void open();
  return {
    update(state) {
      latest = state;
      progress?.update(state);
    },
    stop() {
      isStopped = true;
      progress?.stop();
    },
  };
}
