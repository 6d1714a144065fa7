// A benchmark that is only asked about itself does not begin to measure.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(bench: string, argument: string): Promise<Outcome> {
  const path = fileURLToPath(new URL(`../../../packages/bench/src/${bench}.bench.ts`, import.meta.url));
  return await new Promise((resolve) => {
    const child = execFile(process.execPath, [path, argument], (_, stdout, stderr) =>
      resolve({ exitCode: child.exitCode, stdout, stderr }),
    );
  });
}

it.each(["import-bars", "migrate"])(
  "%s says what it does for --help, and refuses what it does not know",
  async (bench) => {
    expect(await run(bench, "--help")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^Usage: pnpm bench:/) as string,
      stderr: "",
    });
    expect(await run(bench, "--hlep")).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /^Unknown option '--hlep'\. pnpm bench:\w+ takes no arguments but --help\.\n$/,
      ) as string,
    });
  },
);
