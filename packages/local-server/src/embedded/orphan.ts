// Finds and ends a server that lost its keeper, and clears a lock file that names a process which is not one.
// Must only run while holding the instance's rendezvous: then any server on its data is an orphan.
import { existsSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LocalServerError, systemErrorCode } from "../local-server-error.ts";
import type { Instance } from "./instance.ts";
import { isServerIn, serversIn } from "./processes.ts";

const patienceMilliseconds = 30_000;

/**
 * Leaves the data directory with no server on it.
 * @returns true when there was one to end.
 * @throws LocalServerError when it cannot be ended.
 */
export async function endOrphan(instance: Instance): Promise<boolean> {
  if (!existsSync(instance.dataDirectory)) return false;
  const dataDirectory = realpathSync(instance.dataDirectory);
  const lockFile = lockFileOf(instance);
  const pid = readLockFile(lockFile);
  const wasRunning = pid !== undefined && isServerIn(dataDirectory, pid);
  if (wasRunning) await endServer(dataDirectory, pid);
  // A killed server's workers notice within moments; a new server beside them would share their memory.
  if (!(await becomesTrue(() => serversIn(dataDirectory).length === 0))) {
    throw new LocalServerError(
      "unresponsive",
      `PostgreSQL processes (${serversIn(dataDirectory).join(", ")}) still use ${dataDirectory}: end them by hand and try again.`,
    );
  }
  // After a crash of the machine the number may belong to any process; PostgreSQL would refuse to start over it.
  // On Windows nothing is known about that process, so the judgement is left to PostgreSQL.
  if (process.platform !== "win32") rmSync(lockFile, { force: true });
  return wasRunning;
}

/** Whether a server runs on the data although, as the caller knows, no keeper does. Changes nothing. */
export function isOrphaned(instance: Instance): boolean {
  const pid = readLockFile(lockFileOf(instance));
  return pid !== undefined && isServerIn(realpathSync(instance.dataDirectory), pid);
}

function lockFileOf(instance: Instance): string {
  return join(instance.dataDirectory, "postmaster.pid");
}

function readLockFile(lockFile: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(lockFile, "utf8"), 10);
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch (error) {
    // Data this account may not look at is not this account's to judge: whoever starts a server there will say so.
    if (["ENOENT", "ENOTDIR", "EACCES"].includes(systemErrorCode(error) ?? "")) return undefined;
    throw error;
  }
}

async function endServer(dataDirectory: string, pid: number): Promise<void> {
  // PostgreSQL's fast shutdown, then its immediate one.
  for (const signal of ["SIGINT", "SIGQUIT"] as const) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (systemErrorCode(error) === "ESRCH") return;
      throw new LocalServerError(
        "privileges",
        `A PostgreSQL server of another account (process ${pid}) runs on ${dataDirectory}: stop it as that account, or set DATABASE_URL.`,
        { cause: error },
      );
    }
    if (await becomesTrue(() => !isServerIn(dataDirectory, pid))) return;
  }
  throw new LocalServerError(
    "unresponsive",
    `The PostgreSQL server on ${dataDirectory} (process ${pid}) does not stop: end it by hand and try again.`,
  );
}

async function becomesTrue(isSo: () => boolean): Promise<boolean> {
  for (let waited = 0; waited < patienceMilliseconds; waited += 20) {
    if (isSo()) return true;
    await sleep(20);
  }
  return false;
}
