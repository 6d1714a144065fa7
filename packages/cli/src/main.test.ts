// The command line as a process, where no database is needed: output that cannot be written, arguments that are wrong.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const MAIN = fileURLToPath(new URL("../bin.js", import.meta.url));
const env = { ...process.env, DATABASE_URL: "postgres://someone@127.0.0.1:1/nothing" };

interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(...args: readonly string[]): Promise<Outcome> {
  return await new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], { env }, (_, stdout, stderr) =>
      resolve({ exitCode: child.exitCode, stdout, stderr }),
    );
  });
}

it.skipIf(process.platform !== "linux").each([["db:url"], ["--help"]])(
  "%s on a full disk ends with one line and exit code 1 (Linux has one at hand)",
  async (...args) => {
    const stdio = ["ignore", openSync("/dev/full", "w"), "pipe"] as const;
    const child = spawn(process.execPath, [MAIN, ...args], { env, stdio: [...stdio] });
    let complaint = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    const [exitCode]: unknown[] = await once(child, "close");
    expect(exitCode).toBe(1);
    expect(complaint).toBe("The output cannot be written (the disk is full, ENOSPC).\n");
  },
);

describe("wrong arguments with --json", () => {
  it.each([
    [["import:bars", "x.csv"], "commander.missingMandatoryOptionValue", /--exchange <name>/],
    [["migrate", "--reaply"], "commander.unknownOption", /--reaply/],
    [["import:bars", "--exchange=a", "--symbol=b", "--timeframe=1m"], "commander.missingArgument", /file/],
    [["import:bras"], "commander.unknownCommand", /import:bras/],
  ])("%j give one document with the error, and exit code 1", async (args, code, message) => {
    const { exitCode, stdout, stderr } = await run(...args, "--json");
    expect(exitCode).toBe(1);
    expect(stdout.split("\n")).toHaveLength(2);
    expect(JSON.parse(stdout)).toEqual({
      error: { code, message: expect.stringMatching(message) as string },
    });
    expect(stderr).toMatch(/^error: /);
  });

  it("without it, text alone; help is no failure", async () => {
    expect(await run("import:bars", "x.csv")).toMatchObject({ exitCode: 1, stdout: "" });
    expect(await run("import:bars", "--help")).toMatchObject({ exitCode: 0, stderr: "" });
  });
});
