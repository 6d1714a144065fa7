import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { locateInstance } from "../embedded/instance.ts";
import { ensureLocalServer } from "../ensure-local-server.ts";
import { rendezvousAddress } from "../keeper/rendezvous.ts";
import { createScratch, isOpenToAll, query } from "./scratch.ts";

function accountNamed(name: string): { readonly uid: number; readonly gid: number } {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

const isRoot = process.getuid?.() === 0;
// To see both sides, root plays another account, who must be able to read this checkout and its Node.
const canPlayOthers = isRoot && isOpenToAll(import.meta.dirname) && isOpenToAll(dirname(process.execPath));

describe("surroundings", () => {
  it("needs no home directory and ignores the caller's PG variables", async () => {
    await using scratch = createScratch();
    const env = { HOME: "", PGPORT: "1", PGDATA: "/nonexistent", PGOPTIONS: "-c nonsense=1", PGTZ: "Mars" };
    const command = await scratch.startCommand({ env });
    expect(await query(command.url, "SHOW timezone")).toEqual([{ TimeZone: "UTC" }]);
    await command.end();
  });

  it("uses DATABASE_URL and starts nothing where it is set", async () => {
    await using scratch = createScratch();
    const env = { DATABASE_URL: "postgres://someone@db.example.com/elsewhere" };
    const command = await scratch.startCommand({ env });
    expect(command).toMatchObject({ url: env.DATABASE_URL, source: "DATABASE_URL" });
    await command.end();
    expect(existsSync(scratch.dataRoot)).toBe(false);
  });

  it("listens on the loopback address only, and lets nobody in without the password", async () => {
    await using scratch = createScratch();
    const lease = await ensureLocalServer({ dataRoot: scratch.dataRoot });
    expect(await query(lease.url, "SHOW listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
    const guessed = new URL(lease.url);
    guessed.password = "guess";
    await expect(query(guessed.href, "SELECT 1")).rejects.toThrow(/password authentication failed/);
    await lease.release();
  });

  it("keeps secrets in files only their owner can read, and out of the logs", async () => {
    await using scratch = createScratch();
    const { dataRoot } = scratch;
    const lease = await ensureLocalServer({ dataRoot });
    await lease.release();
    const instance = locateInstance({ dataRoot });
    for (const file of [
      instance.credentialsFile,
      instance.tokenFile,
      instance.serverLog,
      instance.keeperLog,
    ]) {
      expect(statSync(file).mode & 0o777, file).toBe(0o600);
    }
    expect(statSync(instance.dataDirectory).mode & 0o777).toBe(0o700);
    const logs = readFileSync(instance.serverLog, "utf8") + readFileSync(instance.keeperLog, "utf8");
    expect(logs).not.toContain(new URL(lease.url).password);
    expect(logs).not.toContain(new URL(lease.superuserUrl).password);
  });

  it("tells a stranger without the token nothing, and is not held up by him", async () => {
    await using scratch = createScratch();
    const { dataRoot } = scratch;
    const lease = await ensureLocalServer({ dataRoot });
    const heard = await new Promise<string>((resolve) => {
      let text = "";
      const socket = connect(rendezvousAddress(locateInstance({ dataRoot }).directory));
      socket.on("data", (chunk) => {
        text += chunk.toString();
        socket.write('{"kind":"hello","proof":"00","challenge":"00"}\n{"kind":"stop","force":true}\nnull\n');
      });
      socket.on("close", () => resolve(text));
      socket.on("error", () => {});
    });
    expect(JSON.parse(heard)).toEqual({
      kind: "challenge",
      challenge: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(await query(lease.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await lease.release();
    await scratch.waitForNoServer();
  });

  it("refuses data of another PostgreSQL and says what to do", async () => {
    await using scratch = createScratch();
    const { dataRoot } = scratch;
    await (await ensureLocalServer({ dataRoot })).release();
    writeFileSync(join(locateInstance({ dataRoot }).dataDirectory, "PG_VERSION"), "17\n");
    await expect(ensureLocalServer({ dataRoot })).rejects.toThrow(
      /holds data of PostgreSQL 17, and the embedded server is PostgreSQL 18: move .* away/,
    );
    await scratch.waitForNoServer();
  });

  it("says so when it cannot write its folder", async () => {
    await using scratch = createScratch();
    writeFileSync(scratch.dataRoot, "a file where the folder should be");
    await expect(ensureLocalServer({ dataRoot: scratch.dataRoot })).rejects.toThrow(
      /keeps its data in .*, but a file is in the way: .* LOCAL_DATA_DIRECTORY/,
    );
  });

  it("says why a damaged cluster does not start", async () => {
    await using scratch = createScratch();
    const { dataRoot } = scratch;
    await (await ensureLocalServer({ dataRoot })).release();
    writeFileSync(join(locateInstance({ dataRoot }).dataDirectory, "postgresql.conf"), "nonsense = yes\n");
    await expect(ensureLocalServer({ dataRoot })).rejects.toThrow(
      /does not start: "configuration file .* contains errors"\. Its log is .*server\.log/,
    );
    await scratch.waitForNoServer();
  });

  it("runs as the folder's owner for root, and serves that owner afterwards", async ({ skip }) => {
    skip(!canPlayOthers, "needs root, in a checkout that other accounts can enter");
    await using scratch = createScratch();
    const { dataRoot } = scratch;
    // Every Linux has this account; it stands for a person's.
    const owner = accountNamed("games");
    chownSync(scratch.root, owner.uid, owner.gid);
    const asRoot = await ensureLocalServer({ dataRoot });
    await query(asRoot.url, "CREATE TABLE kept AS SELECT 42 AS answer");
    expect(statSync(locateInstance({ dataRoot }).dataDirectory)).toMatchObject(owner);
    const sharing = await scratch.startCommand(owner);
    expect(await query(sharing.url, "SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
    await sharing.end();
    await asRoot.release();
    await scratch.waitForNoServer();
    const alone = await scratch.startCommand(owner);
    expect(await query(alone.url, "SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
    await alone.end();
    await (await ensureLocalServer({ dataRoot })).release();
  });

  it("goes on for root when the folder has changed hands", async ({ skip }) => {
    skip(!isRoot, "needs root");
    await using scratch = createScratch();
    const { dataRoot } = scratch;
    await (await ensureLocalServer({ dataRoot })).release();
    const owner = accountNamed("games");
    chownSync(scratch.root, owner.uid, owner.gid);
    const lease = await ensureLocalServer({ dataRoot });
    expect(statSync(join(locateInstance({ dataRoot }).dataDirectory, "base"))).toMatchObject(owner);
    await lease.release();
  });

  it("runs as nobody for root when the folder's owner has no name here", async ({ skip }) => {
    skip(!isRoot, "needs root");
    await using scratch = createScratch();
    const { dataRoot } = scratch;
    chownSync(scratch.root, 54_321, 54_321);
    const lease = await ensureLocalServer({ dataRoot });
    expect(statSync(locateInstance({ dataRoot }).dataDirectory).uid).toBe(accountNamed("nobody").uid);
    expect(statSync(locateInstance({ dataRoot }).tokenFile).uid).toBe(54_321);
    await lease.release();
  });

  it("tells an ordinary user that root's data is not for him", async ({ skip }) => {
    skip(!canPlayOthers, "needs root, in a checkout that other accounts can enter");
    await using scratch = createScratch();
    mkdirSync(scratch.dataRoot);
    await (await ensureLocalServer({ dataRoot: scratch.dataRoot })).release();
    // The user may look into the checkout, as he may in /opt.
    chmodSync(scratch.root, 0o755);
    await expect(scratch.startCommand({ uid: 54_321, gid: 54_321 })).rejects.toThrow(
      /this account may not use it \(another account made it, perhaps root\)/,
    );
  });
});
