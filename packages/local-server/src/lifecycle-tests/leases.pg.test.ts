import { describe, expect, it } from "vitest";
import { ensureLocalServer } from "../ensure-local-server.ts";
import { localServerStatus, startLocalServer, stopLocalServer } from "../local-server-control.ts";
import { createScratch, query } from "./scratch.ts";

describe("leases", () => {
  it("lets two commands at once share one server and stops it after the last", async () => {
    await using scratch = createScratch();
    const commands = await Promise.all([
      scratch.startCommand(),
      scratch.startCommand(),
      scratch.startCommand(),
    ]);
    const [first, second, third] = commands;
    expect(new Set(commands.map(({ url }) => url)).size).toBe(1);
    expect(
      scratch.serverProcesses().filter(({ command }) => command.includes("keeper-process")),
    ).toHaveLength(1);
    await Promise.all([first.end(), second.end()]);
    expect(await query(third.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await third.end();
    await scratch.waitForNoServer();
  });

  it("leaves no process and no damage when the only command is killed", async () => {
    await using scratch = createScratch();
    const killed = await scratch.startCommand();
    await query(killed.url, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n");
    await killed.kill();
    await scratch.waitForNoServer();
    const next = await scratch.startCommand();
    expect(await query(next.url, "SELECT count(*)::int FROM kept")).toEqual([{ count: 1000 }]);
    await next.end();
    await scratch.waitForNoServer();
  });

  it("keeps the server for the others when one command is killed", async () => {
    await using scratch = createScratch();
    const [killed, other] = await Promise.all([scratch.startCommand(), scratch.startCommand()]);
    await killed.kill();
    expect(await query(other.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await other.end();
  });

  it("serves a command that comes while the last one leaves", async () => {
    await using scratch = createScratch();
    const { dataRoot } = scratch;
    for (let round = 0; round < 5; round += 1) {
      const leaving = await ensureLocalServer({ dataRoot });
      const [, next] = await Promise.all([leaving.release(), ensureLocalServer({ dataRoot })]);
      expect(await query(next.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
      await next.release();
    }
    await scratch.waitForNoServer();
  });

  it("throws the test server's data away with its last user", async () => {
    await using scratch = createScratch();
    const { dataRoot } = scratch;
    const first = await ensureLocalServer({ dataRoot, kind: "test" });
    await query(first.url, "CREATE TABLE passing ()");
    await first.release();
    const second = await ensureLocalServer({ dataRoot, kind: "test" });
    expect(await query(second.url, "SELECT to_regclass('passing') AS found")).toEqual([{ found: null }]);
    await second.release();
    await scratch.waitForNoServer();
  });

  it("keeps a started server until it is stopped, across commands", async () => {
    await using scratch = createScratch();
    const { dataRoot } = scratch;
    expect(await localServerStatus({ dataRoot })).toEqual({ state: "stopped" });
    const started = await startLocalServer({ dataRoot });
    expect(started.startedNow).toBe(true);
    const command = await scratch.startCommand();
    expect(command.url).toBe(started.url);
    await command.end();
    const status = await localServerStatus({ dataRoot });
    expect(status).toMatchObject({
      state: "running",
      isHeld: true,
      address: { url: started.url },
      inUseBy: [],
    });
    expect((await startLocalServer({ dataRoot })).startedNow).toBe(false);
    expect(await stopLocalServer({ dataRoot })).toEqual({ outcome: "stopped" });
    expect(await stopLocalServer({ dataRoot })).toEqual({ outcome: "was-not-running" });
    await scratch.waitForNoServer();
  });

  it("names who uses the server when it is asked to stop, and stops it after them", async () => {
    await using scratch = createScratch();
    const { dataRoot } = scratch;
    await startLocalServer({ dataRoot });
    const command = await scratch.startCommand();
    expect(await stopLocalServer({ dataRoot })).toMatchObject({
      outcome: "in-use",
      inUseBy: [{ command: "command.ts" }],
    });
    expect(await query(command.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await command.end();
    await scratch.waitForNoServer();
  });

  it("stops at once when forced", async () => {
    await using scratch = createScratch();
    const { dataRoot } = scratch;
    await scratch.startCommand();
    expect(await stopLocalServer({ dataRoot, force: true })).toEqual({ outcome: "stopped" });
    await scratch.waitForNoServer();
  });
});
