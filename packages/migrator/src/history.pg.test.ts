// Files that contradict the ledger: every operation refuses them by name, and nothing is run.
import { parseConnection } from "@app/database";
import { createTestDatabase } from "@app/local-server/testing";
import { describe, expect, it } from "vitest";
import type { MigratorErrorCode } from "./errors.ts";
import { createMigrator } from "./migrator.ts";
import {
  createMigrationFixture,
  readLiveCatalogue,
  type FixtureMigration,
  type MigrationFixture,
} from "./testing/index.ts";

const [first, second, third]: readonly [FixtureMigration, FixtureMigration, FixtureMigration] = [
  { name: "first", up: ["CREATE TABLE first (a int)"], down: ["DROP TABLE first"] },
  { name: "second", up: ["CREATE TABLE second (a int)"], down: ["DROP TABLE second"] },
  { name: "third", up: ["CREATE TABLE third (a int)"], down: ["DROP TABLE third"] },
];

async function renameFile(fixture: MigrationFixture, from: string, to: string): Promise<void> {
  for (const end of [".sql", ".down.sql"]) {
    await fixture.write(`${to}${end}`, await fixture.read(`${from}${end}`));
    await fixture.remove(`${from}${end}`);
  }
  const journal = await fixture.read("meta/_journal.json");
  await fixture.write("meta/_journal.json", journal.replace(from, to));
}

const cases: readonly {
  readonly name: string;
  readonly code: MigratorErrorCode;
  readonly about: string;
  readonly damage: (fixture: MigrationFixture) => Promise<void>;
}[] = [
  {
    name: "an edited migration",
    code: "migration-edited",
    about: "0000_first",
    damage: async (fixture) => fixture.write("0000_first.sql", "CREATE TABLE first (a int, b int);\n"),
  },
  {
    name: "an applied migration that is gone from the journal",
    code: "migration-missing",
    about: "0001_second",
    damage: async (fixture) => {
      await fixture.remove("0001_second.sql");
      await fixture.remove("0001_second.down.sql");
      await fixture.write("meta/_journal.json", '{"entries": [{"idx": 0, "tag": "0000_first"}]}');
    },
  },
  {
    name: "an applied migration whose file is gone",
    code: "migration-missing",
    about: "0001_second",
    damage: async (fixture) => fixture.remove("0001_second.sql"),
  },
  {
    name: "a pending migration whose file is gone",
    code: "migration-file-missing",
    about: "0002_third",
    damage: async (fixture) => {
      const entries = ["0000_first", "0001_second", "0002_third"].map((tag, idx) => ({ idx, tag }));
      await fixture.write("meta/_journal.json", JSON.stringify({ entries }));
    },
  },
  {
    name: "a renamed migration",
    code: "migration-renamed",
    about: "0000_first",
    damage: async (fixture) => renameFile(fixture, "0000_first", "0000_premier"),
  },
  {
    name: "a migration put before an applied one",
    code: "migration-late",
    about: "0001_late",
    damage: async (fixture) => {
      await fixture.write("0001_late.sql", "CREATE TABLE late (a int);\n");
      await fixture.write("0001_late.down.sql", "DROP TABLE late;\n");
      const entries = ["0000_first", "0001_late", "0001_second"].map((tag, idx) => ({ idx, tag }));
      await fixture.write("meta/_journal.json", JSON.stringify({ entries }));
    },
  },
  {
    name: "a file the journal does not name",
    code: "migration-stray",
    about: "0002_handmade.sql",
    damage: async (fixture) => fixture.write("0002_handmade.sql", "CREATE TABLE handmade (a int);\n"),
  },
  {
    name: "a missing down file",
    code: "down-file-missing",
    about: "0001_second",
    damage: async (fixture) => fixture.remove("0001_second.down.sql"),
  },
  {
    name: "a migration that commits by itself",
    code: "transaction-control",
    about: "0002_third",
    damage: async (fixture) => {
      await fixture.write("0002_third.sql", "CREATE TABLE third (a int);\nCOMMIT;\n");
      await fixture.write("0002_third.down.sql", "DROP TABLE third;\n");
      const entries = ["0000_first", "0001_second", "0002_third"].map((tag, idx) => ({ idx, tag }));
      await fixture.write("meta/_journal.json", JSON.stringify({ entries }));
    },
  },
];

describe.concurrent("files that contradict the ledger", () => {
  it.each(cases)("$name is refused by name by every operation", async ({ code, about, damage }) => {
    await using database = await createTestDatabase();
    await using fixture = await createMigrationFixture([first, second]);
    const connection = parseConnection(database.url);
    const migrator = createMigrator({ connection, declared: fixture.declared });
    await migrator.apply();
    await fixture.expect(connection);
    const before = await readLiveCatalogue(database.url);
    await damage(fixture);
    const refusal = {
      code,
      problems: [{ code, name: about, message: expect.stringContaining(about) as string }],
    };
    await expect(migrator.apply()).rejects.toMatchObject(refusal);
    await expect(migrator.plan()).rejects.toMatchObject(refusal);
    await expect(migrator.verify()).rejects.toMatchObject(refusal);
    await expect(migrator.rollback()).rejects.toMatchObject(refusal);
    const status = await migrator.status();
    expect(status.problems).toMatchObject(refusal.problems);
    expect(status.drift).toBeNull();
    expect((await readLiveCatalogue(database.url)).fingerprint).toBe(before.fingerprint);
  });

  it("a checkout with CRLF is not a contradiction, nor a change of anything", async () => {
    await using database = await createTestDatabase();
    await using fixture = await createMigrationFixture([first, second, third]);
    const connection = parseConnection(database.url);
    const migrator = createMigrator({ connection, declared: fixture.declared });
    await migrator.apply();
    await fixture.expect(connection);
    for (const name of ["0000_first", "0001_second", "0002_third"]) {
      for (const end of [".sql", ".down.sql"]) {
        await fixture.write(`${name}${end}`, (await fixture.read(`${name}${end}`)).replaceAll("\n", "\r\n"));
      }
    }
    expect(await migrator.apply()).toMatchObject({ steps: [], differences: [] });
    expect(await migrator.status()).toMatchObject({ problems: [], pending: [], drift: [] });
  });

  it("a journal that cannot be read is refused before the database is touched", async () => {
    await using database = await createTestDatabase();
    await using fixture = await createMigrationFixture([first]);
    const migrator = createMigrator({
      connection: parseConnection(database.url),
      declared: fixture.declared,
    });
    for (const text of [
      "",
      "{}",
      '{"entries": [{"idx": 1, "tag": "0000_first"}]}',
      '{"entries": [{"idx": 0, "tag": "../x"}]}',
    ]) {
      await fixture.write("meta/_journal.json", text);
      await expect(migrator.apply()).rejects.toMatchObject({ code: "journal-invalid" });
    }
    expect((await readLiveCatalogue(database.url)).objects).toEqual([]);
  });
});
