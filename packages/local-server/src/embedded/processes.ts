// Which PostgreSQL processes work on a directory, found without trusting any file of theirs: a number in a lock file
// may since have been given to an innocent process. Linux tells through /proc, macOS through ps, Windows not at all.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { systemErrorCode } from "../local-server-error.ts";

/** Whether this process is, beyond doubt, a PostgreSQL server working in `dataDirectory`. */
export function isServerIn(dataDirectory: string, pid: number): boolean {
  if (process.platform === "linux") return workingDirectoryOf(pid, ["postgres"]) === dataDirectory;
  if (process.platform === "win32") return false;
  const { stdout } = spawnSync("ps", ["-ww", "-o", "stat=,command=", "-p", String(pid)], {
    encoding: "utf8",
  });
  return !stdout.startsWith("Z") && stdout.includes("postgres") && stdout.includes(dataDirectory);
}

/** The servers, and their workers, in `dataDirectory`, as far as this account can see them. */
export function serversIn(dataDirectory: string): readonly number[] {
  return allProcesses().filter((pid) => workingDirectoryOf(pid, ["postgres"]) === dataDirectory);
}

/** Kills what still works in or on a directory that is about to be thrown away. */
export async function endProcessesIn(directory: string): Promise<void> {
  for (let waited = 0; waited < 10_000; waited += 10) {
    const found = allProcesses().filter((pid) => isWorkingOn(directory, pid));
    if (found.length === 0) return;
    for (const pid of found) killIfThere(pid);
    await sleep(10);
  }
}

function allProcesses(): readonly number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function isWorkingOn(directory: string, pid: number): boolean {
  const names = ["postgres", "initdb"];
  if (workingDirectoryOf(pid, names)?.startsWith(directory) === true) return true;
  return names.includes(read(pid, "comm").trim()) && read(pid, "cmdline").includes(directory);
}

// A zombie has no working directory any more; a shell that stands in the folder has another name.
function workingDirectoryOf(pid: number, names: readonly string[]): string | undefined {
  if (!names.includes(read(pid, "comm").trim())) return undefined;
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

// Empty when the process is gone, or not ours to look at.
function read(pid: number, file: "comm" | "cmdline"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (systemErrorCode(error) !== "ESRCH") throw error;
  }
}
