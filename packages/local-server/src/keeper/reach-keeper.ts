// Gets a connection to an instance's keeper, starting one where there is none.
// Two commands at once may both start one: the second finds the rendezvous taken and ends without a trace.
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inheritedEnvironment } from "../embedded/inherited-environment.ts";
import { findBinaries } from "../embedded/binaries.ts";
import type { Instance } from "../embedded/instance.ts";
import { decideServerAccount, handOver, type Account } from "../embedded/server-account.ts";
import { LocalServerError, systemErrorCode } from "../local-server-error.ts";
import { connectKeeper, type KeeperConnection } from "./keeper-connection.ts";
import { rendezvousAddress } from "./rendezvous.ts";
import { ensureToken, readToken } from "./token.ts";

/** The connection to a running keeper, or undefined. Changes nothing on disk. */
export async function findKeeper(instance: Instance): Promise<KeeperConnection | undefined> {
  try {
    const token = readToken(instance);
    return token === undefined
      ? undefined
      : await connectKeeper(rendezvousAddress(instance.directory), token);
  } catch (error) {
    throw explainAccess(error, instance);
  }
}

/** @throws LocalServerError when none can be started. */
export async function reachKeeper(instance: Instance): Promise<KeeperConnection> {
  const token = prepareDirectory(instance);
  const address = rendezvousAddress(instance.directory);
  const deadline = Date.now() + 20_000;
  let child: KeeperChild | undefined;
  while (Date.now() < deadline) {
    const connection = await connectKeeper(address, token);
    if (connection !== undefined) {
      child?.forget();
      return connection;
    }
    if (child === undefined || child.exitCode === 0) child = spawnKeeper(instance);
    else if (child.exitCode !== undefined) throw keeperFailure(instance);
    await sleep(5);
  }
  throw keeperFailure(instance);
}

function prepareDirectory(instance: Instance): string {
  try {
    let owner: Account | undefined | "unknown" = "unknown";
    // Asked for only when something is created: the common case is that all is there.
    const fileOwner = (): Account | undefined => {
      if (owner === "unknown") owner = decideServerAccount(instance.ownerReference).fileOwner;
      return owner;
    };
    for (const [directory, mode] of [
      [dirname(instance.directory), 0o755],
      // The server's account may be another one: it passes through, it reads nothing here.
      [instance.directory, 0o711],
    ] as const) {
      if (statSync(directory, { throwIfNoEntry: false }) !== undefined) continue;
      if (mkdirSync(directory, { recursive: true, mode }) !== undefined) handOver(directory, fileOwner());
    }
    return ensureToken(instance, fileOwner);
  } catch (error) {
    throw explainAccess(error, instance);
  }
}

function explainAccess(error: unknown, instance: Instance): unknown {
  const code = systemErrorCode(error);
  if (code === undefined || !["EACCES", "EPERM", "EROFS", "ENOSPC", "ENOTDIR", "EEXIST"].includes(code))
    return error;
  const reasons: Record<string, string> = {
    ENOSPC: "the disk is full",
    EROFS: "the file system is read-only",
    EEXIST: "a file is in the way",
    ENOTDIR: "a file is in the way",
  };
  const reason = reasons[code] ?? "this account may not use it (another account made it, perhaps root)";
  return new LocalServerError(
    "not-writable",
    `The local server keeps its data in ${instance.directory}, but ${reason}: mend that, or set LOCAL_DATA_DIRECTORY to a folder of your own, or DATABASE_URL to a server.`,
    { cause: error },
  );
}

interface KeeperChild {
  readonly exitCode: number | undefined;
  forget(): void;
}

function spawnKeeper(instance: Instance): KeeperChild {
  // Here rather than in the keeper, so that the person sees what is missing.
  findBinaries();
  const size = statSync(instance.keeperLog, { throwIfNoEntry: false })?.size ?? 0;
  if (size > 1_000_000) renameSync(instance.keeperLog, `${instance.keeperLog}.old`);
  const log = openSync(instance.keeperLog, "a", 0o600);
  handOver(instance.keeperLog, decideServerAccount(instance.ownerReference).fileOwner);
  const script = join(import.meta.dirname, "keeper-process.ts");
  let child: ChildProcess;
  try {
    child = spawn(process.execPath, [script, instance.kind, instance.directory], {
      // A session of its own: Ctrl-C in the terminal is for the command, not for the keeper.
      detached: true,
      stdio: ["ignore", log, log],
      cwd: dirname(instance.directory),
      env: inheritedEnvironment(),
      windowsHide: true,
    });
  } finally {
    closeSync(log);
  }
  let exitCode: number | undefined;
  child.once("exit", (code) => (exitCode = code ?? 1));
  child.once("error", () => (exitCode = 1));
  return {
    get exitCode() {
      return exitCode;
    },
    forget: () => child.unref(),
  };
}

function keeperFailure(instance: Instance): LocalServerError {
  const lines = readFileSync(instance.keeperLog, "utf8").trimEnd().split("\n");
  const complaint = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? "";
  return new LocalServerError(
    "start-failed",
    `The process that keeps the local server did not come up ("${complaint.trim()}"). Its log is ${instance.keeperLog}.`,
  );
}
