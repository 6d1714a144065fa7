// The one place where an error becomes what a person or a program reads: one sentence, or with --json one document.
// Every error of this project has a message that says what is wrong and what to do; anything else is a defect and says so.
import type { CommandIo } from "./command-io.ts";

/** How the command was called, as far as failures care. */
export interface FailureOptions {
  readonly verbose: boolean;
  readonly json: boolean;
}

/** The language's own errors: nobody throws them on purpose here, so they are defects. */
const DEFECTS = new Set([
  "Error",
  "TypeError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "EvalError",
  "URIError",
]);

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== "") return error.message;
  // AggregateError of a connection attempt has no text of its own.
  return error instanceof AggregateError ? error.errors.map(messageOf).join("; ") : error.name;
}

/** What helps against failures whose message cannot know the commands. */
function adviceFor(error: unknown): string {
  const isSchemaMismatch = error instanceof Error && "kind" in error && error.kind === "schema-mismatch";
  return isSchemaMismatch ? '. The database is not what this code expects: run "pnpm migrate" first.' : "";
}

/** @returns one line for output that cannot be written, to a full disk for instance */
export function describeUnwritable(error: NodeJS.ErrnoException): string {
  const reason = error.code === "ENOSPC" ? "the disk is full, ENOSPC" : (error.code ?? error.message);
  return `The output cannot be written (${reason}).\n`;
}

/** How the parser of the command line ends: help was shown, or an argument is wrong and was told so. */
function isParserEnd(error: unknown): error is Error & { readonly code: string; readonly exitCode: number } {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    error.code.startsWith("commander.") &&
    "exitCode" in error &&
    typeof error.exitCode === "number"
  );
}

function failureDocument(code: string, message: string): string {
  return `${JSON.stringify({ error: { code, message } })}\n`;
}

/** Writes why the command line ended before its command did. @returns the exit code */
export function reportEnd(error: unknown, io: CommandIo, options: FailureOptions): number {
  if (!isParserEnd(error)) {
    reportFailure(error, io, options);
    return 1;
  }
  // The text was written by the parser.
  if (error.exitCode !== 0 && options.json) {
    io.stdout(failureDocument(error.code, error.message.replace(/^error: /, "")));
  }
  return error.exitCode;
}

/** Writes the failure of a command; the caller sets the exit code. */
export function reportFailure(error: unknown, io: CommandIo, options: FailureOptions): void {
  const message = `${messageOf(error)}${adviceFor(error)}`;
  if (options.json) {
    const name = error instanceof Error ? error.name : "Error";
    const code =
      error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : name;
    io.stdout(failureDocument(code, message));
  }
  const isDefect = error instanceof Error && DEFECTS.has(error.name) && !("code" in error);
  const advice = isDefect && !options.verbose ? " (run with --verbose for where)" : "";
  io.stderr(`${message}${advice}\n`);
  if (!options.verbose) return;
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth += 1) {
    io.stderr(`${depth === 0 ? "" : "caused by "}${cause.stack ?? cause.message}\n`);
  }
}
