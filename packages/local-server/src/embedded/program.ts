// Runs one of PostgreSQL's programs to its end and hands back what it said. Not for the server itself.
// The environment is made from scratch: a PGPORT or PGDATA of the caller's must not steer our server.
import { spawn } from "node:child_process";
import { inheritedEnvironment } from "./inherited-environment.ts";
import type { Launch } from "./server-account.ts";

export interface ProgramResult {
  readonly exitCode: number | undefined;
  readonly output: string;
}

/** @throws the system's error when the program cannot be started at all. */
export async function runProgram(launch: Launch, input = ""): Promise<ProgramResult> {
  const { promise, resolve, reject } = Promise.withResolvers<ProgramResult>();
  const child = spawn(launch.command, launch.args, {
    stdio: ["pipe", "pipe", "pipe"],
    env: serverEnvironment(),
    cwd: "/",
    ...(launch.uid === undefined ? {} : { uid: launch.uid }),
    ...(launch.gid === undefined ? {} : { gid: launch.gid }),
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.once("error", reject);
  child.once("close", (code) => {
    resolve({ exitCode: code ?? undefined, output: Buffer.concat(chunks).toString("utf8") });
  });
  // A program that dies before it reads would raise EPIPE here; its exit code says more.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  return promise;
}

/** Messages in English (they are read by this package), nothing inherited but what a process needs to run. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { ...inheritedEnvironment(), LC_ALL: "C", TZ: "UTC" };
}
