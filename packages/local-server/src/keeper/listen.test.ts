import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listenAlone } from "./listen.ts";

// A Windows pipe has no file: there, vitest prints this suite under the condition in its name.
describe.skipIf(process.platform === "win32")("listenAlone on a socket file (not on Windows)", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "listen-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("finds the address taken by a living process", async () => {
    const address = join(directory, "s");
    const first = await listenAlone(address, (socket) => socket.end());
    expect(first).toBeDefined();
    expect(await listenAlone(address, () => {})).toBeUndefined();
    first?.close();
  });

  it("takes over what a killed process left, and only one of many does", async () => {
    const address = join(directory, "s");
    const dying = `require("net").createServer().listen(${JSON.stringify(address)}, () => process.kill(process.pid, "SIGKILL"))`;
    spawnSync(process.execPath, ["-e", dying]);
    const servers = await Promise.all(
      Array.from({ length: 5 }, () => listenAlone(address, (socket) => socket.end())),
    );
    const holders = servers.filter((server) => server !== undefined);
    expect(holders).toHaveLength(1);
    for (const holder of holders) holder.close();
  });
});
