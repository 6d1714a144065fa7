// The running server process: starts it, knows when it accepts connections, stops it. One object, one process.
// Not a supervisor: whoever holds it decides what an unexpected end means.
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { measuredSettings } from "../editions/measured-settings.ts";
import type { PostgresBinaries } from "./binaries.ts";
import type { Instance } from "./instance.ts";
import { runProgram, serverEnvironment } from "./program.ts";
import type { ServerAccount } from "./server-account.ts";

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Resolves when the process is gone, for whatever reason. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

export interface PostmasterDependencies {
  readonly instance: Instance;
  readonly binaries: PostgresBinaries;
  readonly account: ServerAccount;
}

/**
 * Starts the server and waits until it accepts connections, however long crash recovery takes.
 * @returns undefined when it ended instead; the server's log says why.
 */
export async function startPostmaster(
  deps: PostmasterDependencies,
  port: number,
): Promise<Postmaster | undefined> {
  const { instance, binaries, account } = deps;
  const launch = account.launch(binaries.postgres, [
    "-D",
    instance.dataDirectory,
    ...serverSettings(instance, port),
  ]);
  const log = openSync(instance.serverLog, "a", 0o600);
  const child = spawn(launch.command, launch.args, {
    stdio: ["ignore", log, log],
    env: serverEnvironment(),
    cwd: instance.directory,
    windowsHide: true,
    ...(launch.uid === undefined ? {} : { uid: launch.uid }),
    ...(launch.gid === undefined ? {} : { gid: launch.gid }),
  });
  closeSync(log);
  const ended = Promise.withResolvers<void>();
  child.once("exit", () => ended.resolve());
  child.once("error", () => ended.resolve());
  while (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    if (isReady(instance, child.pid)) {
      return {
        pid: child.pid,
        port,
        exited: ended.promise,
        stop: () => stopPostmaster(child, ended.promise, deps),
      };
    }
    await sleep(3);
  }
  return undefined;
}

function serverSettings(instance: Instance, port: number): readonly string[] {
  const settings: Record<string, string> = {
    port: String(port),
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    timezone: "UTC",
    log_timezone: "UTC",
    max_connections: "200",
    shared_buffers: "256MB",
    max_wal_size: "2GB",
    // Tables with thousands of partitions or chunks need a lock for each in one statement.
    max_locks_per_transaction: "1024",
  };
  if (instance.kind === "test") {
    Object.assign(settings, {
      fsync: "off",
      full_page_writes: "off",
      synchronous_commit: "off",
      wal_level: "minimal",
      max_wal_senders: "0",
    });
  }
  if (instance.kind === "bench") Object.assign(settings, measuredSettings());
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

// PostgreSQL writes its state into the eighth line of its lock file; pg_ctl relies on the same.
function isReady(instance: Instance, pid: number): boolean {
  try {
    const lines = readFileSync(join(instance.dataDirectory, "postmaster.pid"), "utf8").split("\n");
    return lines[0] === String(pid) && lines[7]?.trim() === "ready";
  } catch {
    return false;
  }
}

async function stopPostmaster(
  child: ChildProcess,
  ended: Promise<void>,
  deps: PostmasterDependencies,
): Promise<void> {
  const { instance, binaries, account } = deps;
  // A disposable cluster needs no checkpoint: SIGQUIT is PostgreSQL's immediate shutdown, SIGINT the fast one.
  const isDisposable = instance.kind === "test";
  if (process.platform === "win32") {
    const mode = isDisposable ? "immediate" : "fast";
    await runProgram(account.launch(binaries.pgCtl, ["stop", "-D", instance.dataDirectory, "-m", mode]));
    return ended;
  }
  const signals = isDisposable
    ? (["SIGQUIT", "SIGKILL"] as const)
    : (["SIGINT", "SIGQUIT", "SIGKILL"] as const);
  for (const signal of signals) {
    child.kill(signal);
    if (await endsWithin(ended, 60_000)) return undefined;
  }
  return ended;
}

async function endsWithin(ended: Promise<void>, milliseconds: number): Promise<boolean> {
  const deadline = new AbortController();
  const timedOut = sleep(milliseconds, false, { signal: deadline.signal }).catch(() => false);
  const result = await Promise.race([ended.then(() => true), timedOut]);
  deadline.abort();
  return result;
}
