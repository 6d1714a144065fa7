import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CommandIo } from "../../command-io.ts";
import { registerDbStart, registerDbStop, registerDbUrl } from "./index.ts";

describe("db:start, db:stop, db:url", () => {
  let directory = "";

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "db-commands-"));
  });

  afterEach(async () => {
    await run("db:stop --force");
    rmSync(directory, { recursive: true });
  });

  async function run(line: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
    let output = "";
    const io: CommandIo = {
      stdout: (text) => {
        output += text;
      },
      stderr: () => {},
      isTerminal: false,
      env: { LOCAL_DATA_DIRECTORY: join(directory, "data"), ...env },
    };
    const program = new Command().exitOverride();
    for (const register of [registerDbStart, registerDbStop, registerDbUrl]) register(program, io);
    await program.parseAsync(line.split(" "), { from: "user" });
    return output;
  }

  it("start once, print the address alone, stop once", async () => {
    await expect(run("db:url")).rejects.toThrow(/not running: start it with "pnpm db:start"/);
    const started = await run("db:start");
    expect(started).toMatch(
      /^PostgreSQL 18\.\d+ started on 127\.0\.0\.1:\d+ and stays until "pnpm db:stop"\./,
    );
    expect(await run("db:start")).toMatch(/was running already/);
    const url = await run("db:url");
    expect(url).toMatch(/^postgres:\/\/app:[0-9a-f]+@127\.0\.0\.1:\d+\/trading\n$/);
    expect(started).not.toContain(new URL(url).password);
    expect(JSON.parse(await run("db:url --json"))).toEqual({ source: "embedded", url: url.trim() });
    expect(await run("db:stop")).toBe("The embedded PostgreSQL is stopped; its data stays.\n");
    expect(await run("db:stop")).toBe("The embedded PostgreSQL was not running.\n");
  });

  it("leave the embedded server alone where DATABASE_URL is set", async () => {
    const env = { DATABASE_URL: "postgres://someone@db.example.com/elsewhere" };
    expect(await run("db:url", env)).toBe(`${env.DATABASE_URL}\n`);
    await expect(run("db:url", { DATABASE_URL: "nonsense" })).rejects.toThrow(/^DATABASE_URL /);
    expect(await run("db:start", env)).toMatch(/DATABASE_URL is set, .* nothing was started/);
    await run("db:start");
    expect(await run("db:stop", env)).toMatch(/DATABASE_URL is set, .* nothing was stopped/);
    expect(JSON.parse(await run("db:stop --json", env))).toEqual({
      source: "DATABASE_URL",
      outcome: "not-touched",
    });
    expect(await run("db:start")).toMatch(/was running already/);
  });
});
