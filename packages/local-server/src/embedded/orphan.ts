// Finds and ends a server that lost its keeper, and clears a lock file that names a process which is not one.
// Must only run while holding the instance's rendezvous: then any server on its data is an orphan.
import { readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LocalServerError, systemErrorCode } from "../local-server-error.ts";
import type { Instance } from "./instance.ts";

/**
 * Leaves the data directory with no server on it.
 * @returns true when there was one to end.
 * @throws LocalServerError when it cannot be ended.
 */
export async function endOrphan(instance: Instance): Promise<boolean> {
  const lockFile = lockFileOf(instance);
  const pid = readLockFile(lockFile);
  if (pid === undefined && serversOn(instance).length === 0) return false;
  const wasRunning = pid !== undefined && isServerOn(instance, pid);
  if (wasRunning) await endServer(instance, pid);
  await waitForStragglers(instance);
  // After a crash of the machine the number may belong to any process; PostgreSQL would refuse to start over it.
  rmSync(lockFile, { force: true });
  return wasRunning;
}

/** Whether a server runs on the data although, as the caller knows, no keeper does. Changes nothing. */
export function isOrphaned(instance: Instance): boolean {
  const pid = readLockFile(lockFileOf(instance));
  return pid !== undefined && isServerOn(instance, pid);
}

function lockFileOf(instance: Instance): string {
  return join(instance.dataDirectory, "postmaster.pid");
}

function readLockFile(lockFile: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(lockFile, "utf8"), 10);
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function endServer(instance: Instance, pid: number): Promise<void> {
  for (const signal of ["SIGINT", "SIGQUIT"] as const) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (systemErrorCode(error) === "ESRCH") return;
      throw new LocalServerError(
        "privileges",
        `A PostgreSQL server of another account (process ${pid}) runs on ${instance.dataDirectory}: stop it as that account, or set DATABASE_URL.`,
        { cause: error },
      );
    }
    for (let waited = 0; waited < 30_000; waited += 20) {
      if (!isServerOn(instance, pid)) return;
      // oxlint-disable-next-line no-await-in-loop -- polling a process that is not our child
      await sleep(20);
    }
  }
  throw new LocalServerError(
    "unresponsive",
    `The PostgreSQL server on ${instance.dataDirectory} (process ${pid}) does not stop: end it by hand and try again.`,
  );
}

// A killed server's workers notice within moments; a new server beside them would share their memory.
async function waitForStragglers(instance: Instance): Promise<void> {
  for (let waited = 0; waited < 30_000; waited += 20) {
    if (serversOn(instance).length === 0) return;
    // oxlint-disable-next-line no-await-in-loop -- polling processes that are not our children
    await sleep(20);
  }
  throw new LocalServerError(
    "unresponsive",
    `PostgreSQL processes (${serversOn(instance).join(", ")}) still use ${instance.dataDirectory}: end them by hand and try again.`,
  );
}

function serversOn(instance: Instance): readonly number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isServerOn(instance, pid));
}

// Every PostgreSQL process works in its data directory. A zombie has no such link any more, and is no server.
// Where /proc is missing a living process of that number is taken for the server: rather refuse than corrupt.
function isServerOn(instance: Instance, pid: number): boolean {
  if (process.platform !== "linux") return isAlive(pid);
  try {
    if (readFileSync(`/proc/${pid}/comm`, "utf8").trim() !== "postgres") return false;
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(instance.dataDirectory);
  } catch {
    return false;
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
