// Which PostgreSQL processes work on a directory, found without trusting any file of theirs. Linux only: needs /proc.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { systemErrorCode } from "../local-server-error.ts";

const isObservable = process.platform === "linux";

/**
 * Whether a process is a PostgreSQL server working in `dataDirectory`.
 * Elsewhere than on Linux any living process counts: rather refuse than corrupt.
 */
export function isServerIn(dataDirectory: string, pid: number): boolean {
  return isObservable ? workingDirectoryOf(pid, ["postgres"]) === dataDirectory : isAlive(pid);
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
    // oxlint-disable-next-line no-await-in-loop -- polling processes that are not our children
    await sleep(10);
  }
}

function allProcesses(): readonly number[] {
  if (!isObservable) return [];
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

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === "EPERM";
  }
}
