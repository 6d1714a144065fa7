import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { BASELINE, readBenchOptions } from "./bench-options.ts";

const command = fileURLToPath(new URL("bench.ts", import.meta.url));

function bench(...args: readonly string[]): { code: number | null; out: string; error: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { encoding: "utf8" });
  return { code: status, out: stdout, error: stderr };
}

describe("pnpm bench", () => {
  it("ends with 2 and one line about a wrong option, before anything is measured", () => {
    const { code, error } = bench("--profile", "enormous");
    expect(code).toBe(2);
    expect(error).toMatch(/--profile.*enormous.*smoke, small/u);
    expect(bench("--only", "latency").error).toMatch(/no gate "latency".*indexes/u);
    expect(bench("--rounds", "0").code).toBe(2);
  });

  it("ends with 2 where the server cannot be reached, or the file to compare with is not there", () => {
    const unreachable = bench("--database-url", "postgres://nobody@127.0.0.1:1/nothing");
    expect(unreachable.code).toBe(2);
    expect(unreachable.error).toContain("127.0.0.1:1");
    const missing = bench("--compare", "no-such-report.json");
    expect(missing.code).toBe(2);
    expect(missing.error).toContain("no-such-report.json");
  });

  it("ends with 2 and one sentence about a place that cannot be written into, before anything is measured", () => {
    const { code, error, out } = bench("--output", join(command, "report"));
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(error).toMatch(/^Nothing can be written into ".*", which --output names: ENOTDIR.*\.\n$/u);
  });

  it("says what it does and how it ends", () => {
    const { code, out } = bench("--help");
    expect(code).toBe(0);
    expect(out).toMatch(/--compare/u);
    expect(out).toMatch(/2 usage or server trouble/u);
  });

  it("takes several gates, and writes a baseline where it is told", () => {
    const read = (...args: readonly string[]) => readBenchOptions(args, ["indexes", "growth"]);
    expect(read()).toMatchObject({ profile: "small", edition: "postgres", rounds: 9, only: undefined });
    expect(read("--only", "indexes,growth").only).toEqual(["indexes", "growth"]);
    expect(read("--update-baseline").updateBaseline).toBe(BASELINE);
    expect(read("--update-baseline", "other.json").updateBaseline).toBe("other.json");
    expect(read().updateBaseline).toBeUndefined();
  });
});
