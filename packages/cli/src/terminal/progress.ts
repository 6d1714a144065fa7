// Shows how far a long run is: a bar where a person watches, an occasional line where a log does. Writes to stderr, so
// that stdout holds results only.
import { USUAL_WIDTH } from "../command-io.ts";
import type { CommandIo } from "../command-io.ts";
import { formatCount } from "./number-format.ts";

/** How far a run is. */
export interface ProgressState {
  /** Of `total`, in any unit; of a file its bytes. */
  readonly done: number;
  readonly total: number;
  readonly rows: number;
}

/** Shows progress until it is told to stop. */
export interface Progress {
  update(state: ProgressState): void;
  stop(): void;
}

const LINE_EVERY = 5_000;

function rate(rows: number, since: number): number {
  return rows / Math.max(0.001, (performance.now() - since) / 1_000);
}

function createLines(io: CommandIo, label: string): Progress {
  const began = performance.now();
  let last = began;
  return {
    update({ done, total, rows }) {
      if (performance.now() - last < LINE_EVERY) return;
      last = performance.now();
      const percent = Math.floor((done / total) * 100);
      io.stderr(
        `${label}: ${percent} %, ${formatCount(rows)} rows stored, ${formatCount(rate(rows, began))} rows/s\n`,
      );
    },
    stop: () => undefined,
  };
}

/** The widest numbers of a line as long as 80 columns; a narrow terminal goes without the rate. */
const WIDTH_OF_ALL = 68;
const WIDTH_OF_FEW = 50;
const WIDEST_BAR = 24;
const LEAST_BAR = 8;

/** @returns the template of a line that does not outgrow the terminal, and how wide its bar is */
export function barLayout(label: string, columns: number): { readonly format: string; readonly bar: number } {
  const hasRate = columns >= WIDTH_OF_ALL + LEAST_BAR;
  const room = columns - (hasRate ? WIDTH_OF_ALL : WIDTH_OF_FEW);
  return {
    format: `${label} [{bar}] {percentage} %  {rows} rows${hasRate ? "  {rate} rows/s" : ""}  {left} left`,
    bar: Math.min(WIDEST_BAR, Math.max(LEAST_BAR, room)),
  };
}

async function createBar(label: string, columns: number): Promise<Progress> {
  const { SingleBar } = await import("cli-progress");
  const began = performance.now();
  const { format, bar } = barLayout(label, columns);
  const line = new SingleBar({
    format,
    barCompleteChar: "=",
    barIncompleteChar: " ",
    barsize: bar,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    stream: process.stderr,
    fps: 8,
  });
  const payload = ({ done, total, rows }: ProgressState): object => {
    const seconds = (performance.now() - began) / 1_000;
    const left = done > 0 ? (seconds / done) * (total - done) : 0;
    return {
      rows: formatCount(rows),
      rate: formatCount(rate(rows, began)),
      left: left >= 90 ? `${Math.ceil(left / 60)} min` : `${Math.ceil(left)} s`,
    };
  };
  let isStarted = false;
  return {
    update(state) {
      if (isStarted) line.update(state.done, payload(state));
      else line.start(state.total, state.done, payload(state));
      isStarted = true;
    },
    stop() {
      if (isStarted) line.stop();
    },
  };
}

/** @returns a bar on a terminal, lines elsewhere */
export async function createProgress(io: CommandIo, label: string): Promise<Progress> {
  return io.isTerminal ? await createBar(label, io.columns ?? USUAL_WIDTH) : createLines(io, label);
}
