// Where a command line begins and ends: streams, signals, exit code. What the commands do is elsewhere.
import process from "node:process";
import type { CommandIo } from "./command-io.ts";
import { describeUnwritable, reportEnd } from "./report-failure.ts";

/** A progress bar hides the cursor and keeps lines from wrapping; both are given back. */
const RESTORE_TERMINAL = "\u001B[?25h\u001B[?7h";
const EXIT_INTERRUPTED = 130;
const EXIT_TERMINATED = 143;

interface ProcessIo extends CommandIo {
  /** What the running command has to say where it is interrupted. */
  whatIsDone(): string;
}

function processIo(): ProcessIo {
  let describe = (): string => "";
  return {
    whatIsDone: () => describe(),
    atInterrupt: (next) => {
      describe = next;
    },
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    isTerminal: process.stdout.isTTY && process.stderr.isTTY,
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    env: process.env,
  };
}

/** A reader that has seen enough (`| head`) is no failure; output that can be written nowhere is one. */
function endWhenUnwritable(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
    if (stream === process.stdout) process.stderr.write(describeUnwritable(error));
    process.exit(1);
  });
}

/** What is committed stays; the server sees the connection end and rolls back the rest. */
function endOnSignal(io: ProcessIo, signal: NodeJS.Signals, exitCode: number): void {
  process.once(signal, () => {
    io.stderr(`${io.isTerminal ? RESTORE_TERMINAL : ""}\nInterrupted.${io.whatIsDone()}\n`);
    process.exit(exitCode);
  });
}

const io = processIo();
endWhenUnwritable(process.stdout);
endWhenUnwritable(process.stderr);
endOnSignal(io, "SIGINT", EXIT_INTERRUPTED);
endOnSignal(io, "SIGTERM", EXIT_TERMINATED);
const args = process.argv.slice(2);
try {
  const { createProgram } = await import("./program.ts");
  const program = createProgram(io);
  // Not ending in the middle: what was written may still turn out not to be writable, and --json wants its document.
  for (const command of [program, ...program.commands]) command.exitOverride();
  await program.parseAsync(args, { from: "user" });
} catch (error) {
  const options = { verbose: args.includes("--verbose"), json: args.includes("--json") };
  process.exitCode = reportEnd(error, io, options);
}
