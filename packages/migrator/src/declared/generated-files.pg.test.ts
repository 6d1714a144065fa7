// What `pnpm db:generate` left in packages/schema/migrations is what it would write now: nobody changed a table, a function
// or a generated file without it.
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseConnection } from "@app/database";
import { createTestDatabase } from "@app/local-server/testing";
import { migrationsDirectory, repeatableObjects, schema } from "@app/schema";
import { describe, expect, it } from "vitest";
import { generate } from "../generate/generate.ts";
import { createMigrator } from "../migrator.ts";
import { readLiveCatalogue } from "../testing/index.ts";
import { loadDeclaredSchema, loadFromCode, schemaSourceHash } from "./schema-source.ts";

async function filesOf(path: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(path, { recursive: true })).filter((name) => name.includes("."));
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(path, name), "utf8")] as const)),
  );
}

describe("the generated files of the schema", () => {
  it("are what `pnpm db:generate` writes", async () => {
    await using server = await createTestDatabase();
    const checkedIn = fileURLToPath(migrationsDirectory);
    const copy = await mkdtemp(join(tmpdir(), "generated-"));
    try {
      await cp(checkedIn, copy, { recursive: true });
      const { migration, downFilesAdded } = await generate({
        migrations: pathToFileURL(`${copy}/`),
        schema,
        repeatables: repeatableObjects,
        server: parseConnection(server.superuserUrl),
        sourceHash: schemaSourceHash(),
        name: "forgotten",
      });
      expect({ migration, downFilesAdded }).toEqual({ migration: null, downFilesAdded: [] });
      const generated = await filesOf(copy);
      const stale = Object.entries(await filesOf(checkedIn)).flatMap(([name, text]) =>
        text.replaceAll("\r\n", "\n") === generated[name] ? [] : [name],
      );
      expect(stale, "run pnpm db:generate, and commit what it writes").toEqual([]);
    } finally {
      await rm(copy, { recursive: true });
    }
  });

  it("declare the same as the code, so that a run need not load it", async () => {
    expect(await loadDeclaredSchema()).toEqual(await loadFromCode());
  });

  it("lead from every version down and up again to an identical catalogue", async () => {
    await using database = await createTestDatabase();
    const migrator = createMigrator({ connection: parseConnection(database.url) });
    await migrator.apply();
    const expected = await readLiveCatalogue(database.url);
    const { applied } = await migrator.status();
    for (const to of [...applied.map(({ name }) => name).toReversed(), "none"]) {
      await migrator.rollback({ to });
      expect(await migrator.apply()).toMatchObject({ differences: [] });
      expect((await readLiveCatalogue(database.url)).fingerprint).toBe(expected.fingerprint);
    }
    await migrator.rollback({ to: "none" });
    expect((await readLiveCatalogue(database.url)).objects).toEqual([]);
  });
});
