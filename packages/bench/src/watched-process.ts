// Runs a program of this repository as a process of its own and watches how much memory it takes.
// The peak is the kernel's own high-water mark, read while the process lives: what it did between two looks is in it.
// For `pnpm bench:import`.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

const LOOK_EVERY_MILLISECONDS = 20;

/** How a process went. */
export interface WatchedRun {
  readonly milliseconds: number;
  /** Peak resident memory in bytes; NaN where the system has no /proc. */
  readonly peakBytes: number;
  readonly output: string;
}

function peakBytes(pid: number): number {
  try {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kibibytes === undefined ? Number.NaN : Number(kibibytes) * 1_024;
  } catch {
    return Number.NaN;
  }
}

/**
 * Runs Node with these arguments to its end.
 *
 * @throws Error with what it wrote, when it does not exit with 0
 */
export async function runWatched(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<WatchedRun> {
  const began = performance.now();
  const child = spawn(process.execPath, [...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let complaints = "";
  let peak = Number.NaN;
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  const watch = setInterval(() => {
    const now = child.pid === undefined ? Number.NaN : peakBytes(child.pid);
    if (!Number.isNaN(now)) peak = now;
  }, LOOK_EVERY_MILLISECONDS);
  try {
    await once(child, "exit");
    const milliseconds = performance.now() - began;
    if (child.exitCode !== 0)
      throw new Error(`The process ended with ${child.exitCode}: ${complaints}${output}`);
    return { milliseconds, peakBytes: peak, output };
  } finally {
    clearInterval(watch);
  }
}
