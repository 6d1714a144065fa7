import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const command = fileURLToPath(new URL("peers.ts", import.meta.url));

function peers(...args: readonly string[]): { code: number | null; out: string; error: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { encoding: "utf8" });
  return { code: status, out: stdout, error: stderr };
}

describe("pnpm bench:peers", () => {
  it("ends with 2 and one line about a wrong option, before anything is seeded", () => {
    const { code, error } = peers("--only", "orders");
    expect(code).toBe(2);
    expect(error).toMatch(/no question "orders".*bars, latest bar, fills, order, candles/u);
  });

  it("ends with 2 where the server cannot be reached", () => {
    const { code, error } = peers("--database-url", "postgres://nobody@127.0.0.1:1/nothing");
    expect(code).toBe(2);
    expect(error).toContain("127.0.0.1:1");
  });
});
