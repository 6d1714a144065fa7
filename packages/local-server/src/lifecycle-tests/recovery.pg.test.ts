import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { locateInstance } from "../embedded/instance.ts";
import { ensureLocalServer } from "../ensure-local-server.ts";
import { localServerStatus, stopLocalServer } from "../local-server-control.ts";
import { createScratch, pidOf, query, type Scratch } from "./scratch.ts";

async function waitUntil(isSo: () => boolean): Promise<void> {
  for (let waited = 0; waited < 10_000; waited += 2) {
    if (isSo()) return;
    await sleep(2);
  }
  throw new Error("did not happen within ten seconds");
}

function killKeeper(scratch: Scratch): void {
  process.kill(pidOf(scratch.serverProcesses(), "keeper-process"), "SIGKILL");
}

function postmasterPid(dataRoot: string): number {
  const { dataDirectory } = locateInstance({ dataRoot });
  return Number.parseInt(readFileSync(join(dataDirectory, "postmaster.pid"), "utf8"), 10);
}

describe("recovery", () => {
  it("goes on with the data after the keeper was killed", async () => {
    await using scratch = createScratch();
    const { dataRoot } = scratch;
    const first = await ensureLocalServer({ dataRoot });
    await query(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
    killKeeper(scratch);
    const second = await ensureLocalServer({ dataRoot });
    expect(await query(second.url, "SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
    await second.release();
    await first.release();
    await scratch.waitForNoServer();
  });

  it("stops a server that lost its keeper when asked to", async () => {
    await using scratch = createScratch();
    const { dataRoot } = scratch;
    await ensureLocalServer({ dataRoot });
    killKeeper(scratch);
    await stopLocalServer({ dataRoot });
    await scratch.waitForNoServer();
    expect(await localServerStatus({ dataRoot })).toEqual({ state: "stopped" });
  });

  it("brings a server that was killed back on the same port", async () => {
    await using scratch = createScratch();
    const { dataRoot } = scratch;
    const lease = await ensureLocalServer({ dataRoot });
    await query(lease.url, "CREATE TABLE kept AS SELECT 42 AS answer");
    const killed = postmasterPid(dataRoot);
    process.kill(killed, "SIGKILL");
    await waitUntil(() => !existsSync(`/proc/${killed}`));
    const again = await ensureLocalServer({ dataRoot });
    expect(again.url).toBe(lease.url);
    expect(await query(again.url, "SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
    await again.release();
    await lease.release();
  });

  it("starts over when it was killed while it created the cluster", async () => {
    await using scratch = createScratch();
    const { dataRoot } = scratch;
    const { directory, clusterDirectory } = locateInstance({ dataRoot });
    const isHalfMade = (): boolean =>
      existsSync(directory) && readdirSync(directory).some((name) => name.startsWith("cluster.partial-"));
    const interrupted = ensureLocalServer({ dataRoot }).catch(() => undefined);
    await waitUntil(isHalfMade);
    await sleep(100);
    expect(existsSync(clusterDirectory)).toBe(false);
    killKeeper(scratch);
    const lease = (await interrupted) ?? (await ensureLocalServer({ dataRoot }));
    expect(await query(lease.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    expect(isHalfMade()).toBe(false);
    await lease.release();
    await scratch.waitForNoServer();
  });

  it("starts over a lock file that names a living process which is no server", async () => {
    await using scratch = createScratch();
    const { dataRoot } = scratch;
    await (await ensureLocalServer({ dataRoot })).release();
    const { dataDirectory } = locateInstance({ dataRoot });
    // As after a crash of the machine, when the number has been given to another process.
    writeFileSync(
      join(dataDirectory, "postmaster.pid"),
      `${process.pid}\n${dataDirectory}\n1\n5432\n\n127.0.0.1\n`,
    );
    const lease = await ensureLocalServer({ dataRoot });
    expect(await query(lease.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await lease.release();
  });

  it("takes another port when the one it had is taken", async () => {
    await using scratch = createScratch();
    const { dataRoot } = scratch;
    const first = await ensureLocalServer({ dataRoot });
    await first.release();
    const { port } = new URL(first.url);
    const intruder = createServer();
    await new Promise<void>((resolve) => {
      intruder.listen({ host: "127.0.0.1", port: Number(port) }, resolve);
    });
    const second = await ensureLocalServer({ dataRoot });
    expect(new URL(second.url).port).not.toBe(port);
    expect(await query(second.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await second.release();
    intruder.close();
  });

  it("refuses while a server out of reach is alive on the same folder, and goes on once it is not", async () => {
    await using scratch = createScratch();
    const { dataRoot } = scratch;
    await (await ensureLocalServer({ dataRoot })).release();
    const { presenceFile } = locateInstance({ dataRoot });
    // Another container cannot be had everywhere; its sign of life can.
    // At once, as a keeper writes it: half of it, or nothing, might be read otherwise.
    const beat = (): void => {
      writeFileSync(`${presenceFile}.other`, `other-container ${randomUUID()}`);
      renameSync(`${presenceFile}.other`, presenceFile);
    };
    beat();
    const beating = setInterval(beat, 200);
    try {
      await expect(ensureLocalServer({ dataRoot })).rejects.toThrow(
        /runs in another container .*other-container/,
      );
    } finally {
      clearInterval(beating);
    }
    const lease = await ensureLocalServer({ dataRoot });
    expect(await query(lease.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await lease.release();
    expect(existsSync(presenceFile)).toBe(false);
  });
});
