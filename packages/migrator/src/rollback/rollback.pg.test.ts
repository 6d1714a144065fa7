import { parseConnection } from "@app/database";
import { createTestDatabase } from "@app/local-server/testing";
import type { RepeatableObject } from "@app/schema";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { createMigrator, type Migrator } from "../migrator.ts";
import {
  createMigrationFixture,
  readLiveCatalogue,
  type FixtureMigration,
  type MigrationFixture,
} from "../testing/index.ts";

function totals(version: number): readonly RepeatableObject[] {
  return [
    {
      name: "weight(integer)",
      kind: "function",
      create: `CREATE OR REPLACE FUNCTION weight(n int) RETURNS int LANGUAGE sql IMMUTABLE RETURN n * ${version}`,
      drop: "DROP FUNCTION IF EXISTS weight(int)",
    },
    {
      name: "totals",
      kind: "view",
      create: `CREATE VIEW totals AS SELECT ${version} AS version, sum(weight(quantity)) AS total FROM fills`,
      drop: "DROP VIEW IF EXISTS totals",
    },
  ];
}

const migrations: readonly FixtureMigration[] = [
  {
    name: "fills",
    up: [
      "CREATE TYPE side AS ENUM ('buy', 'sell')",
      "CREATE TABLE fills (id int PRIMARY KEY, side side NOT NULL, quantity int NOT NULL)",
    ],
    down: ["DROP TABLE fills", "DROP TYPE side"],
    tables: { fills: { id: "integer", side: "side", quantity: "integer" } },
    repeatables: totals(1),
  },
  {
    name: "fees",
    up: ["ALTER TABLE fills ADD COLUMN fee int", "CREATE TABLE venues (id int PRIMARY KEY)"],
    down: ["DROP TABLE venues", "ALTER TABLE fills DROP COLUMN fee"],
    tables: {
      fills: { id: "integer", side: "side", quantity: "integer", fee: "integer" },
      venues: { id: "integer" },
    },
    repeatables: totals(2),
  },
  {
    name: "wider",
    up: [
      "ALTER TABLE fills RENAME TO executions",
      "ALTER TABLE executions RENAME COLUMN fee TO cost",
      "ALTER TABLE executions ALTER COLUMN cost TYPE bigint",
      "CREATE INDEX executions_side_idx ON executions (side) WHERE cost > 0",
    ],
    down: [
      "DROP INDEX executions_side_idx",
      "ALTER TABLE executions ALTER COLUMN cost TYPE integer",
      "ALTER TABLE executions RENAME COLUMN cost TO fee",
      "ALTER TABLE executions RENAME TO fills",
    ],
    tables: {
      executions: { id: "integer", side: "side", quantity: "integer", cost: "bigint" },
      venues: { id: "integer" },
    },
    renames: {
      tables: { '"public"."fills"': '"public"."executions"' },
      columns: { '"public"."executions"."fee"': '"public"."executions"."cost"' },
    },
    repeatables: totals(3).map((object) => ({
      ...object,
      create: object.create.replace("fills", "executions"),
    })),
  },
];

const newest = migrations.at(-1)?.repeatables ?? [];

async function run(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

interface Scene extends AsyncDisposable {
  readonly url: string;
  readonly migrator: Migrator;
  readonly fixture: MigrationFixture;
}

async function migrated(): Promise<Scene> {
  const database = await createTestDatabase();
  const fixture = await createMigrationFixture(migrations, newest);
  const migrator = createMigrator({ connection: parseConnection(database.url), declared: fixture.declared });
  await migrator.apply();
  return {
    url: database.url,
    migrator,
    fixture,
    [Symbol.asyncDispose]: async () => {
      await database.drop();
      await fixture[Symbol.asyncDispose]();
    },
  };
}

describe("rollback", () => {
  it("leads, from every version, down and up again to an identical catalogue", async () => {
    await using scene = await migrated();
    const expected = await readLiveCatalogue(scene.url);
    for (const to of ["1", "0", "none"]) {
      await scene.migrator.rollback({ to });
      await scene.migrator.apply();
      expect((await readLiveCatalogue(scene.url)).fingerprint).toBe(expected.fingerprint);
    }
  });

  it("leaves at each version what a database stopped there would hold, functions and views of that version included", async () => {
    await using scene = await migrated();
    for (const keep of [1, 0]) {
      const { version } = await scene.migrator.rollback();
      await using fresh = await createTestDatabase();
      const versions = migrations.slice(0, keep + 1);
      await using fixture = await createMigrationFixture(versions, versions.at(-1)?.repeatables ?? []);
      await createMigrator({ connection: parseConnection(fresh.url), declared: fixture.declared }).apply();
      expect(version).toBe(`000${keep}_${versions.at(-1)?.name ?? ""}`);
      expect((await readLiveCatalogue(scene.url)).objects).toEqual(
        (await readLiveCatalogue(fresh.url)).objects,
      );
    }
    expect(await scene.migrator.rollback()).toMatchObject({ reverted: ["0000_fills"], version: null });
    expect((await readLiveCatalogue(scene.url)).objects).toEqual([]);
    expect(await scene.migrator.rollback()).toMatchObject({ reverted: [], version: null });
  });

  it("refuses to lose rows and values, names them, and changes nothing", async () => {
    await using scene = await migrated();
    await run(
      scene.url,
      "INSERT INTO executions SELECT n, 'buy', n, nullif(n % 2, 0) FROM generate_series(1, 10) AS n",
    );
    await run(scene.url, "INSERT INTO venues VALUES (1), (2)");
    const before = await readLiveCatalogue(scene.url);
    await expect(scene.migrator.rollback()).rejects.toMatchObject({
      losses: [{ kind: "type", name: "executions.cost", rows: 5n }],
    });
    await expect(scene.migrator.rollback({ to: "0" })).rejects.toMatchObject({
      code: "rollback-loses-data",
      losses: [
        { kind: "column", name: "executions.cost", rows: 5n },
        { kind: "table", name: "venues", rows: 2n },
      ],
    });
    expect((await readLiveCatalogue(scene.url)).fingerprint).toBe(before.fingerprint);
    expect((await scene.migrator.status()).applied).toHaveLength(3);
    await scene.migrator.rollback({ to: "none", allowDataLoss: true });
    expect((await readLiveCatalogue(scene.url)).objects).toEqual([]);
  });

  it("keeps rows that no step takes away", async () => {
    await using scene = await migrated();
    await run(scene.url, "INSERT INTO executions VALUES (1, 'sell', 5, NULL)");
    await scene.migrator.rollback({ to: "0" });
    expect(
      await run(scene.url, "SELECT id, side, quantity, (SELECT total::int FROM totals) FROM fills"),
    ).toEqual([{ id: 1, side: "sell", quantity: 5, total: 5 }]);
  });

  it("says which versions there are when asked for another", async () => {
    await using scene = await migrated();
    await expect(scene.migrator.rollback({ to: "7" })).rejects.toMatchObject({
      code: "rollback-target-unknown",
      message: expect.stringContaining("0000_fills, 0001_fees, 0002_wider"),
    });
    await scene.migrator.rollback({ to: "0001_fees" });
    await expect(scene.migrator.rollback({ to: "2" })).rejects.toMatchObject({
      code: "rollback-target-unknown",
    });
  });

  it("rolls nothing back when one down file fails", async () => {
    await using scene = await migrated();
    await scene.fixture.write(
      "0001_fees.down.sql",
      "DROP TABLE venues;\n--> statement-breakpoint\nDROP TABLE absent;\n",
    );
    const before = await readLiveCatalogue(scene.url);
    await expect(scene.migrator.rollback({ to: "0" })).rejects.toMatchObject({
      code: "statement-failed",
      place: { name: "0001_fees.down.sql", statement: 2 },
    });
    expect((await readLiveCatalogue(scene.url)).fingerprint).toBe(before.fingerprint);
  });

  it("refuses a down file that could not be part of one transaction", async () => {
    await using scene = await migrated();
    for (const text of [
      "DROP INDEX CONCURRENTLY executions_side_idx;",
      "DROP INDEX executions_side_idx; COMMIT;",
    ]) {
      await scene.fixture.write("0002_wider.down.sql", text);
      await expect(scene.migrator.rollback()).rejects.toMatchObject({ code: "down-file-invalid" });
    }
  });

  it("asks that an interrupted migration be finished first", async () => {
    await using scene = await migrated();
    await run(
      scene.url,
      "UPDATE schema_migrations SET state = 'applying', statements_done = 0, done_hash = encode(sha256(''), 'hex') WHERE name = '0002_wider'",
    );
    await expect(scene.migrator.rollback()).rejects.toMatchObject({ code: "rollback-incomplete-migration" });
  });
});
