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

/** Writes the failure; the caller sets the exit code. */
export function reportFailure(error: unknown, io: CommandIo, options: FailureOptions): void {
  const message = `${messageOf(error)}${adviceFor(error)}`;
  if (options.json) {
    const name = error instanceof Error ? error.name : "Error";
    const code =
      error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : name;
    io.stdout(`${JSON.stringify({ error: { code, message } })}\n`);
  }
  const isDefect = error instanceof Error && DEFECTS.has(error.name) && !("code" in error);
  const advice = isDefect && !options.verbose ? " (run with --verbose for where)" : "";
  io.stderr(`${message}${advice}\n`);
  if (!options.verbose) return;
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth += 1) {
    io.stderr(`${depth === 0 ? "" : "caused by "}${cause.stack ?? cause.message}\n`);
  }
}
