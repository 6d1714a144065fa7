// For tests: runs the program beside this file and waits for its end.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { PinoTransportOptions } from "../transport-options.ts";

const program = fileURLToPath(new URL("logging-program.ts", import.meta.url));

/** How a program ended. */
export interface Outcome {
  readonly code: number | null;
  readonly errors: string;
  readonly milliseconds: number;
}

/** Runs the program that logs `count` lines to the database, and waits for its end. */
export async function runProgram(
  databaseUrl: string,
  count: number,
  ending: "flush" | "return" | "exit" | "throw",
  options: PinoTransportOptions,
): Promise<Outcome> {
  const begun = performance.now();
  const child = spawn(process.execPath, [program, String(count), ending, JSON.stringify(options)], {
    env: { ...process.env, DATABASE_URL: databaseUrl, NODE_OPTIONS: "" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const [errors] = await Promise.all([text(child.stderr), once(child, "close")]);
  return { code: child.exitCode, errors, milliseconds: performance.now() - begun };
}
