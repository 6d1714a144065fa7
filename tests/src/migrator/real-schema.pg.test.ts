// The schema of this repository through the migrator: up, down and up again, and the generated files as the code says.
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { parseConnection } from "@app/database";
import { createTestDatabase } from "@app/local-server/testing";
import { createMigrator } from "@app/migrator";
import { generate } from "@app/migrator/generate";
import { readLiveCatalogue } from "@app/migrator/testing";
import { migrationsDirectory, repeatableObjects, schema } from "@app/schema";
import { openClient } from "../fixtures/client.ts";
import { runCommand } from "../fixtures/command.ts";
import { insertRow } from "../fixtures/insert.ts";
import { barRow } from "../fixtures/rows.ts";

async function filesOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return new Map(
    await Promise.all(
      files.map(async (file) => [file.slice(folder.length), await readFile(file, "utf8")] as const),
    ),
  );
}

describe("the schema", () => {
  it("goes up, down and up again to an identical catalogue", async () => {
    await using database = await createTestDatabase();
    const migrator = createMigrator({ connection: parseConnection(database.url) });
    const before = await readLiveCatalogue(database.url);
    await migrator.apply();
    const up = await readLiveCatalogue(database.url);
    expect(await migrator.rollback({ to: "none" })).toMatchObject({ version: null });
    expect(await readLiveCatalogue(database.url)).toEqual(before);
    await migrator.apply();
    expect((await readLiveCatalogue(database.url)).fingerprint).toBe(up.fingerprint);
    expect((await migrator.verify()).differences).toEqual([]);
  });

  it("keeps its rows when they would be lost, names them, and lets them go when told to", async () => {
    await using database = await createTestDatabase();
    expect((await runCommand(["migrate"], database.url)).exitCode).toBe(0);
    const client = await openClient(database.url);
    try {
      await insertRow(client, "market_data", barRow({}));
      const refused = await runCommand(["migrate:rollback", "--to", "none"], database.url);
      expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
      expect(refused.stderr).toContain("table market_data has 1 rows");
      expect(refused.stderr).toContain("--allow-data-loss");
      expect((await client.query("SELECT FROM market_data")).rowCount).toBe(1);
      expect((await runCommand(["migrate:verify"], database.url)).exitCode).toBe(0);
      const allowed = await runCommand(
        ["migrate:rollback", "--to", "none", "--allow-data-loss"],
        database.url,
      );
      expect(allowed.exitCode).toBe(0);
      expect((await client.query("SELECT to_regclass('market_data') AS found")).rows).toEqual([
        { found: null },
      ]);
    } finally {
      await client.end();
    }
  });
});

describe("the generated files", () => {
  it("are what db:generate writes: no migration, frozen object or expected catalogue is out of date", async () => {
    const folder = await mkdtemp(join(tmpdir(), "generated-"));
    try {
      const checkedIn = fileURLToPath(migrationsDirectory);
      await cp(checkedIn, folder, { recursive: true });
      await using database = await createTestDatabase();
      const result = await generate({
        migrations: pathToFileURL(`${folder}/`),
        schema,
        repeatables: repeatableObjects,
        server: parseConnection(database.url),
      });
      expect(result).toMatchObject({ migration: null, downFilesAdded: [] });
      // The hash of the sources is db:generate's own shortcut; it is compared where it is used.
      const withoutSourceHash = (files: ReadonlyMap<string, string>): object =>
        Object.fromEntries(
          [...files].map(([name, text]) => [
            name.replace(/^\//, ""),
            text.replace(/^ {2}"sourceHash": .*\n/m, ""),
          ]),
        );
      expect(withoutSourceHash(await filesOf(folder))).toEqual(withoutSourceHash(await filesOf(checkedIn)));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
