// What `pnpm db:generate` left in packages/schema/migrations is what it would write now: nobody changed a table, a function
// or a generated file without it.
import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { parseConnection } from "@app/database";
import { createTestDatabase } from "@app/local-server/testing";
import { migrationsDirectory, repeatableObjects, schema, timeSeries } from "@app/schema";
import { describe, expect, it } from "vitest";
import { generate } from "../generate/generate.ts";
import { createMigrator } from "../migrator.ts";
import { readLiveCatalogue } from "../testing/index.ts";
import type { DeclaredSchema } from "./declared-schema.ts";
import { loadDeclaredSchema, loadFromCode, schemaSourceHash } from "./schema-source.ts";

const run = promisify(execFile);

/** With what is declared in the place of the function that loads it. */
async function withTimeSeries({ timeSeries: load, ...declared }: DeclaredSchema): Promise<object> {
  return { ...declared, timeSeries: await load?.() };
}

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
        timeSeries: { sourceHash: schemaSourceHash(), timeSeries },
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
    expect(await withTimeSeries(await loadDeclaredSchema())).toEqual(
      await withTimeSeries(await loadFromCode()),
    );
  });

  it("spare a run that is not generating the code of the tables", async () => {
    const source = new URL("schema-source.ts", import.meta.url).href;
    const script = `
      import { registerHooks } from "node:module";
      const loaded = [];
      registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
      await import(${JSON.stringify(new URL("../index.ts", import.meta.url).href)});
      const { loadDeclaredSchema } = await import(${JSON.stringify(source)});
      const { hypertables } = await (await loadDeclaredSchema()).timeSeries();
      const ofTables = loaded.filter((url) => /drizzle-orm|schema.src.tables/u.test(url)).length;
      console.log(JSON.stringify({ modules: loaded.length > 50, hypertables: hypertables.length, ofTables }));`;
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script]);
    expect(JSON.parse(stdout)).toEqual({ modules: true, hypertables: 8, ofTables: 0 });
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
