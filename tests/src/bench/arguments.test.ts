// A benchmark that is only asked about itself, or asked wrongly, does not begin to measure. Each that package.json has a
// script for is called here.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

/** Most of the time of each is the reading of its source. */
const compiled = fileURLToPath(new URL("../../node_modules/.cache/compiled", import.meta.url));
const root = new URL("../../../", import.meta.url);
const manifest = await readFile(new URL("package.json", root), "utf8");

/** Scripts of benchmarks, and the program of each. */
const benchmarks = [...manifest.matchAll(/"(bench(?::\w+)?)": "node (?:--\S+ )*(packages\/\S+\.ts)"/gu)].map(
  ([, name = "", program = ""]) => ({ name, program }),
);

interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(program: string, argument: string): Promise<Outcome> {
  return await new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [fileURLToPath(new URL(program, root)), argument],
      // Should one begin to measure all the same.
      { timeout: 110_000, env: { ...process.env, NODE_COMPILE_CACHE: compiled } },
      (_, stdout, stderr) => resolve({ exitCode: child.exitCode, stdout, stderr }),
    );
  });
}

it("are all called here", () => {
  expect(benchmarks.length).toBeGreaterThan(0);
  expect(benchmarks.length).toBe(manifest.match(/"bench[":]/gu)?.length);
});

it.each(benchmarks)("$name says what it does for --help", async ({ name, program }) => {
  const { exitCode, stdout, stderr } = await run(program, "--help");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(new RegExp(`^Usage: pnpm ${name} `, "u"));
  expect(stdout).toMatch(/Exit codes: 0 /u);
});

it.each(benchmarks)("$name refuses what it does not know", async ({ program }) => {
  const { exitCode, stdout, stderr } = await run(program, "--hlep");
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toMatch(/^error: unknown option '--hlep'.*\n$/u);
});

it.each([
  ["bench:copy", "1000", /^error: too many arguments\. .*\n$/u],
  ["bench:copy", "--rows=many", /^error: option '--rows <n>' .* Give a whole number of 1 or more\.\n$/u],
  ["bench", "--only=nonsense", /^error: option .--only <gates>. .*There is no gate "nonsense"\. .*\n$/u],
  ["bench:migrate", "--rounds=0", /^error: option '--rounds <n>' .* Give a whole number of 1 or more\.\n$/u],
])("%s refuses %s in one line", async (name, argument, line) => {
  const program = benchmarks.find((benchmark) => benchmark.name === name)?.program ?? "none";
  const { exitCode, stderr } = await run(program, argument);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(line);
});
