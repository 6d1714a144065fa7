import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeTotals } from "./totals.ts";

const vitest = dirname(createRequire(import.meta.url).resolve("vitest/package.json"));

/** Runs vitest, with our reporter, over files of that content in a folder of their own. */
function runTests(files: Readonly<Record<string, string>>): {
  readonly lastLine: string;
  readonly status: number;
} {
  const root = mkdtempSync(join(tmpdir(), "totals-"));
  try {
    symlinkSync(dirname(vitest), join(root, "node_modules"));
    const reporter = join(import.meta.dirname, "editions-reporter.ts");
    const config = `import { EditionsReporter } from ${JSON.stringify(reporter)};
      const reporters = ["default", new EditionsReporter([])];
      export default { test: { projects: [{ extends: true, test: { name: "postgres" } }], reporters } };`;
    for (const [name, text] of Object.entries({ ...files, "vitest.config.ts": config })) {
      writeFileSync(join(root, name), text);
    }
    const { stdout, status } = spawnSync(process.execPath, [join(vitest, "vitest.mjs"), "run"], {
      cwd: root,
      encoding: "utf8",
      env: { PATH: process.env["PATH"] },
    });
    return { lastLine: stdout.trimEnd().split("\n").at(-1) ?? "", status: status ?? -1 };
  } finally {
    rmSync(root, { recursive: true });
  }
}

const imports = 'import { beforeAll, describe, expect, it } from "vitest";';

describe("the last line of a run", () => {
  it("names skipped tests only where there are some", () => {
    expect(describeTotals({ passed: 3, failed: 0, skipped: 0 })).toBe("3 passed, 0 failed");
    expect(describeTotals({ passed: 3, failed: 1, skipped: 2 })).toBe("3 passed, 1 failed, 2 skipped");
  });

  it("counts what passed", () => {
    const passing = `${imports} it("one", () => {}); describe("in", () => { it("two", () => {}); });`;
    expect(runTests({ "a.test.ts": passing })).toEqual({ lastLine: "2 passed, 0 failed", status: 0 });
  });

  it("counts a file that does not load, a set-up that fails and a stray error as failures", () => {
    const files = {
      "broken.test.ts": 'import "./not-there.ts";',
      "failing.test.ts": `${imports} it("is", () => {}); it("is not", () => expect(1).toBe(2)); it.skip("later", () => {});`,
      "setup.test.ts": `${imports} describe("d", () => { beforeAll(() => { throw new Error("no"); }); it("x", () => {}); });`,
    };
    expect(runTests(files)).toEqual({ lastLine: "1 passed, 3 failed, 2 skipped", status: 1 });
  });

  it("does not call it a success when nothing was tested", () => {
    expect(runTests({}).status).toBe(1);
  });
});
