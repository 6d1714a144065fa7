// The public API of what a backend imports, compared with what was reviewed: a change shows as a difference of the snapshot.
// `vitest run -u tests/src/api` writes a new one.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, it } from "vitest";
import { declaredApi } from "./declared-api.ts";

const root = new URL("../../../", import.meta.url);
const packages = ["database", "repositories", "pino-transport"];

beforeAll(async () => {
  const tsc = fileURLToPath(new URL("node_modules/.bin/tsc", root));
  await promisify(execFile)(tsc, ["-b", ...packages.map((name) => `packages/${name}`)], {
    cwd: fileURLToPath(root),
  });
});

it.each(packages)("of @app/%s is the one that was reviewed", async (name) => {
  const api = await declaredApi(new URL(`packages/${name}/dist/src/index.ts`, root));
  await expect(api).toMatchFileSnapshot(`snapshots/${name}.txt`);
});
