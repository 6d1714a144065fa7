// Brings the server up and down to match whether anybody wants it, and up again when it ends by itself.
// Knows nothing of sockets. Invariant: one loop does all changes, so starting and stopping never overlap.
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { ensureCluster } from "../embedded/cluster.ts";
import { endOrphan } from "../embedded/orphan.ts";
import { choosePort } from "../embedded/port.ts";
import { startPostmaster, type Postmaster, type PostmasterDependencies } from "../embedded/postmaster.ts";
import { handOver } from "../embedded/server-account.ts";
import { LocalServerError } from "../local-server-error.ts";
import { announcePresence, type Presence } from "./presence.ts";
import { readLastPort, writeLastPort } from "./server-state.ts";

export interface Supervisor {
  /** The port while the server accepts connections. */
  readonly port: number | undefined;
  /** False while the server is being started or stopped. */
  readonly isSettled: boolean;
  /** To be called whenever the answer of `isWanted` may have changed. */
  wake(): void;
}

export interface SupervisorEvents {
  isWanted(): boolean;
  onProgress(this: void, text: string): void;
  onReady(port: number): void;
  onFailed(error: unknown): void;
  /** What was wanted last is so now, or has failed. */
  onSettled(): void;
  log(text: string): void;
}

// A server that ends by itself this often within a minute is broken, not unlucky.
const restartLimit = 5;

export function createSupervisor(deps: PostmasterDependencies, events: SupervisorEvents): Supervisor {
  const { instance, binaries, account } = deps;
  let postmaster: Postmaster | undefined;
  let presence: Presence | undefined;
  let isBusy = false;
  let isFirstStart = true;
  const starts: number[] = [];

  async function settle(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    try {
      while (events.isWanted() !== (postmaster !== undefined)) {
        if (postmaster === undefined) await start();
        else await stop(postmaster);
      }
    } finally {
      isBusy = false;
      events.onSettled();
    }
  }

  async function start(): Promise<void> {
    try {
      const recent = starts.filter((time) => time > Date.now() - 60_000);
      starts.splice(0, starts.length, ...recent, Date.now());
      if (starts.length > restartLimit) throw serverFailure("keeps ending by itself");
      const started = await bringUp();
      postmaster = started;
      void started.exited.then(() => {
        if (postmaster !== started) return undefined;
        postmaster = undefined;
        events.log(`server ${started.pid} ended by itself`);
        return settle();
      });
      events.log(`server ${started.pid} accepts connections on port ${started.port}`);
      events.onReady(started.port);
    } catch (error) {
      endPresence();
      events.log(`start failed: ${String(error)}`);
      events.onFailed(error);
    }
  }

  async function bringUp(): Promise<Postmaster> {
    presence ??= await announcePresence(instance, account.fileOwner, events.onProgress);
    if (await endOrphan(instance)) events.log("ended a server that had lost its keeper");
    if (instance.kind === "test" && isFirstStart) removeCluster();
    isFirstStart = false;
    if (!existsSync(instance.clusterDirectory)) events.onProgress("creating the database cluster");
    if (await ensureCluster(instance, binaries, account)) events.log("created the cluster");
    prepareLog();
    // The port may be taken between the choice and the start: another is chosen then.
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const logStart = logSize();
      const port = await choosePort(readLastPort(instance), instance.directory);
      const started = await startPostmaster(deps, port);
      if (started !== undefined) {
        writeLastPort(instance, port, account.fileOwner);
        return started;
      }
      const complaint = lastComplaint(logStart);
      if (!/Address already in use|could not bind/.test(complaint.whole)) throw serverFailure(complaint.line);
    }
    throw serverFailure("found no free port on 127.0.0.1");
  }

  async function stop(running: Postmaster): Promise<void> {
    postmaster = undefined;
    starts.length = 0;
    await running.stop();
    if (instance.kind === "test") removeCluster();
    endPresence();
    events.log(`server ${running.pid} stopped`);
  }

  function endPresence(): void {
    presence?.end();
    presence = undefined;
  }

  function removeCluster(): void {
    rmSync(instance.clusterDirectory, { recursive: true, force: true });
  }

  function prepareLog(): void {
    if (logSize() > 5_000_000) renameSync(instance.serverLog, `${instance.serverLog}.old`);
    if (existsSync(instance.serverLog)) return;
    writeFileSync(instance.serverLog, "", { mode: 0o600 });
    handOver(instance.serverLog, account.fileOwner);
  }

  function logSize(): number {
    return statSync(instance.serverLog, { throwIfNoEntry: false })?.size ?? 0;
  }

  function lastComplaint(from: number): { readonly whole: string; readonly line: string } {
    const whole = readFileSync(instance.serverLog).subarray(from).toString("utf8");
    const lines = whole.split("\n").filter((line) => line.trim() !== "");
    const line =
      lines.findLast((text) => /FATAL|PANIC|ERROR|setpriv|error/.test(text)) ?? lines.at(-1) ?? "nothing";
    return { whole, line: line.replace(/^.*?(?:FATAL|PANIC|ERROR): +/, "") };
  }

  function serverFailure(reason: string): LocalServerError {
    return new LocalServerError(
      "start-failed",
      `The embedded PostgreSQL does not start: "${reason.trim()}". Its log is ${instance.serverLog}.`,
    );
  }

  return {
    get port() {
      return postmaster?.port;
    },
    get isSettled() {
      return !isBusy;
    },
    wake() {
      void settle();
    },
  };
}
