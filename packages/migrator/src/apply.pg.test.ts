import { parseConnection } from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import type { RepeatableObject } from "@app/schema";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MigratorEvent } from "./events.ts";
import { createMigrator } from "./migrator.ts";
import { createMigrationFixture, readLiveCatalogue, type FixtureMigration } from "./testing/index.ts";

const base: FixtureMigration = {
  name: "base",
  up: [
    "CREATE TABLE prices (id int PRIMARY KEY, price int NOT NULL)",
    "INSERT INTO prices SELECT n, n FROM generate_series(1, 100) AS n",
  ],
  down: ["DROP TABLE prices"],
  tables: { prices: { id: "integer", price: "integer" } },
};

const doubled: RepeatableObject = {
  name: "doubled(integer)",
  kind: "function",
  create: "CREATE OR REPLACE FUNCTION doubled(n int) RETURNS int LANGUAGE sql IMMUTABLE RETURN n * 2",
  drop: "DROP FUNCTION IF EXISTS doubled(int)",
};

const priceView: RepeatableObject = {
  name: "doubled_prices",
  kind: "view",
  create: "CREATE VIEW doubled_prices AS SELECT id, doubled(price) AS price FROM prices",
  drop: "DROP VIEW IF EXISTS doubled_prices",
};

async function rowsOf(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe("apply", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => database.drop());

  async function fresh(): Promise<TestDatabase> {
    return createTestDatabase();
  }

  it("applies in order, records what it did, and has nothing to do the second time", async () => {
    await using fixture = await createMigrationFixture([base], [doubled, priceView]);
    const migrator = createMigrator({
      connection: parseConnection(database.url),
      declared: fixture.declared,
    });
    expect((await migrator.apply()).steps.map(({ action, name }) => `${action} ${name}`)).toEqual([
      "apply 0000_base",
      "create function doubled(integer)",
      "create view doubled_prices",
    ]);
    await fixture.expect(parseConnection(database.url));
    expect(await migrator.apply()).toMatchObject({ steps: [], differences: [] });
    expect(
      await rowsOf(
        database.url,
        "SELECT kind, name, state, statements_done, applied_by = current_user AS own FROM schema_migrations ORDER BY kind DESC, position",
      ),
    ).toEqual([
      { kind: "versioned", name: "0000_base", state: "applied", statements_done: 2, own: true },
      { kind: "repeatable", name: "doubled(integer)", state: "applied", statements_done: 1, own: true },
      { kind: "repeatable", name: "doubled_prices", state: "applied", statements_done: 1, own: true },
    ]);
  });

  it("keeps nothing of a migration that fails, and names file, statement and cause", async () => {
    await using own = await fresh();
    await using fixture = await createMigrationFixture([
      base,
      {
        name: "broken",
        up: ["CREATE TABLE kept (a int)", "-- why\nINSERT INTO absent VALUES (1)"],
        down: ["DROP TABLE kept"],
      },
    ]);
    const migrator = createMigrator({ connection: parseConnection(own.url), declared: fixture.declared });
    await expect(migrator.apply()).rejects.toMatchObject({
      code: "statement-failed",
      sqlState: "42P01",
      place: {
        name: "0001_broken.sql",
        statement: 2,
        statements: 2,
        firstLine: "INSERT INTO absent VALUES (1)",
      },
    });
    expect(
      await rowsOf(
        own.url,
        "SELECT to_regclass('kept') AS kept, array_agg(name) AS names FROM schema_migrations",
      ),
    ).toEqual([{ kept: null, names: ["0000_base"] }]);
  });

  it("takes views down and puts them back when a migration changes what they read, in one transaction", async () => {
    await using own = await fresh();
    await using before = await createMigrationFixture([base], [doubled, priceView]);
    await createMigrator({ connection: parseConnection(own.url), declared: before.declared }).apply();
    const bigView = { ...priceView, create: priceView.create.replace("doubled(price)", "price * 2") };
    await using after = await createMigrationFixture(
      [
        base,
        {
          name: "wider",
          up: ["ALTER TABLE prices ALTER COLUMN price SET DATA TYPE bigint"],
          down: ["ALTER TABLE prices ALTER COLUMN price SET DATA TYPE integer"],
        },
      ],
      [doubled, bigView],
    );
    const events: MigratorEvent[] = [];
    const migrator = createMigrator({
      connection: parseConnection(own.url),
      declared: after.declared,
      onEvent: (event) => events.push(event),
    });
    await migrator.apply();
    expect(events.some(({ type }) => type === "parked-repeatables")).toBe(true);
    expect(
      await rowsOf(own.url, "SELECT pg_typeof(price)::text AS type FROM doubled_prices LIMIT 1"),
    ).toEqual([{ type: "bigint" }]);
    expect((await migrator.status()).pending).toEqual([]);
  });

  it("drops a function that left the code, and one whose signature changed, with the views behind it", async () => {
    await using own = await fresh();
    const connection = parseConnection(own.url);
    await using before = await createMigrationFixture([base], [doubled, priceView]);
    await createMigrator({ connection, declared: before.declared }).apply();
    const withDefault: RepeatableObject = {
      name: "doubled(integer)",
      kind: "function",
      create:
        "CREATE OR REPLACE FUNCTION doubled(n int, by int DEFAULT 2) RETURNS int LANGUAGE sql IMMUTABLE RETURN n * by",
      drop: "DROP FUNCTION IF EXISTS doubled(int, int)",
    };
    const changed = { migrations: before.directory, repeatables: [withDefault, priceView] };
    await createMigrator({ connection, declared: changed }).apply();
    expect(
      await rowsOf(own.url, "SELECT oid::regprocedure::text AS f FROM pg_proc WHERE proname = 'doubled'"),
    ).toEqual([{ f: "doubled(integer,integer)" }]);
    await createMigrator({ connection, declared: { migrations: before.directory, repeatables: [] } }).apply();
    expect(
      (await readLiveCatalogue(own.url)).objects.filter(
        ({ class: of }) => of === "function" || of === "view",
      ),
    ).toEqual([]);
  });

  it("changes a function's result type, which the server refuses in place", async () => {
    await using own = await fresh();
    const connection = parseConnection(own.url);
    await using before = await createMigrationFixture([base], [doubled, priceView]);
    await createMigrator({ connection, declared: before.declared }).apply();
    const wider = { ...doubled, create: doubled.create.replace("RETURNS int", "RETURNS bigint") };
    await createMigrator({
      connection,
      declared: { migrations: before.directory, repeatables: [wider, priceView] },
    }).apply();
    expect(
      await rowsOf(own.url, "SELECT pg_typeof(price)::text AS type FROM doubled_prices LIMIT 1"),
    ).toEqual([{ type: "bigint" }]);
  });

  it("mends functions, triggers and views that were changed by hand when told to make them again", async () => {
    await using own = await fresh();
    const connection = parseConnection(own.url);
    await using fixture = await createMigrationFixture([base], [doubled, priceView]);
    const migrator = createMigrator({ connection, declared: fixture.declared });
    await migrator.apply();
    await fixture.expect(connection);
    await rowsOf(
      own.url,
      "CREATE OR REPLACE FUNCTION doubled(n int) RETURNS int LANGUAGE sql IMMUTABLE RETURN n * 3",
    );
    const drifted = await migrator.apply();
    expect(drifted.steps).toEqual([]);
    expect(drifted.differences).toMatchObject([
      { name: "doubled(n integer)", mend: "pnpm migrate --reapply" },
    ]);
    expect(await migrator.apply({ reapply: true })).toMatchObject({ differences: [] });
  });

  it("names what undeclared thing keeps it from replacing a view", async () => {
    await using own = await fresh();
    const connection = parseConnection(own.url);
    await using fixture = await createMigrationFixture([base], [doubled, priceView]);
    await createMigrator({ connection, declared: fixture.declared }).apply();
    await rowsOf(own.url, "CREATE VIEW handmade AS SELECT * FROM doubled_prices");
    await expect(
      createMigrator({ connection, declared: fixture.declared }).apply({ reapply: true }),
    ).rejects.toMatchObject({
      code: "repeatable-failed",
      message: expect.stringContaining("handmade") as string,
    });
  });
});

describe("a migration without a transaction", () => {
  const concurrent: FixtureMigration = {
    name: "indexes",
    up: [
      "-- migrate: no-transaction\nCREATE INDEX CONCURRENTLY prices_price_idx ON prices (price)",
      "UPDATE prices SET price = price + 1000",
      "CREATE UNIQUE INDEX CONCURRENTLY prices_unique_idx ON prices (price)",
    ],
    down: ["DROP INDEX prices_unique_idx", "DROP INDEX prices_price_idx"],
  };

  it("continues after the statements that are done, runs none twice, and leaves no invalid index", async () => {
    await using own = await createTestDatabase();
    const connection = parseConnection(own.url);
    await using fixture = await createMigrationFixture([base, concurrent]);
    const migrator = createMigrator({ connection, declared: fixture.declared });
    await rowsOf(own.url, "SELECT 1");
    // The unique index cannot be built while two prices are equal.
    await fixture.write(
      "0000_base.sql",
      `${await fixture.read("0000_base.sql")}--> statement-breakpoint\nINSERT INTO prices VALUES (101, 100)\n`,
    );
    await expect(migrator.apply()).rejects.toMatchObject({ code: "statement-failed", sqlState: "23505" });
    expect((await migrator.status()).pending).toMatchObject([
      { action: "resume", statements: [{ number: 3 }] },
    ]);
    expect(
      await rowsOf(own.url, "SELECT count(*)::int AS invalid FROM pg_index WHERE NOT indisvalid"),
    ).toEqual([{ invalid: 0 }]);
    await rowsOf(own.url, "DELETE FROM prices WHERE id = 101");
    await migrator.apply();
    expect(await rowsOf(own.url, "SELECT min(price), max(price) FROM prices")).toEqual([
      { min: 1001, max: 1100 },
    ]);
    expect(
      await rowsOf(
        own.url,
        "SELECT indexrelid::regclass::text AS name, indisvalid FROM pg_index WHERE indrelid = 'prices'::regclass ORDER BY 1",
      ),
    ).toEqual([
      { name: "prices_pkey", indisvalid: true },
      { name: "prices_price_idx", indisvalid: true },
      { name: "prices_unique_idx", indisvalid: true },
    ]);
  });

  it("drops and rebuilds an index that an interrupted build left invalid, and takes a finished one for done", async () => {
    await using own = await createTestDatabase();
    const connection = parseConnection(own.url);
    await using fixture = await createMigrationFixture([base, concurrent]);
    const migrator = createMigrator({ connection, declared: fixture.declared });
    await migrator.apply();
    const expected = await readLiveCatalogue(own.url);
    // As if killed after the first index was built but before that was written down, and in the middle of the third.
    await rowsOf(
      own.url,
      "UPDATE schema_migrations SET state = 'applying', statements_done = 0, done_hash = encode(sha256(''), 'hex') WHERE name = '0001_indexes'",
    );
    await rowsOf(
      own.superuserUrl,
      "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'prices_unique_idx'::regclass",
    );
    const events: MigratorEvent[] = [];
    await createMigrator({
      connection,
      declared: fixture.declared,
      onEvent: (event) => events.push(event),
    }).apply();
    expect(events.filter(({ type }) => type === "invalid-index-dropped")).toMatchObject([
      { index: "prices_unique_idx" },
    ]);
    expect((await readLiveCatalogue(own.url)).fingerprint).toBe(expected.fingerprint);
  });

  it("is asked for where a statement needs it, and says how", async () => {
    await using own = await createTestDatabase();
    const connection = parseConnection(own.url);
    await using undirected = await createMigrationFixture([
      { ...base, up: [...base.up, "CREATE INDEX CONCURRENTLY x ON prices (price)"] },
    ]);
    await expect(createMigrator({ connection, declared: undirected.declared }).apply()).rejects.toMatchObject(
      {
        code: "no-transaction-directive-missing",
      },
    );
    const procedure =
      "CREATE PROCEDURE in_batches() LANGUAGE plpgsql AS $$ BEGIN UPDATE prices SET price = 0; COMMIT; END $$";
    const unmarked = {
      name: "batches",
      up: [procedure, "CALL in_batches()"],
      down: ["DROP PROCEDURE in_batches()"],
    };
    await using refused = await createMigrationFixture([base, unmarked]);
    await expect(createMigrator({ connection, declared: refused.declared }).apply()).rejects.toMatchObject({
      code: "statement-needs-no-transaction",
      place: { name: "0001_batches.sql", statement: 2 },
    });
    await using marked = await createMigrationFixture([
      base,
      {
        ...unmarked,
        up: [`-- migrate: no-transaction\n${procedure}`, "-- migrate: alone\nCALL in_batches()"],
      },
    ]);
    await createMigrator({ connection, declared: marked.declared }).apply();
    expect(await rowsOf(own.url, "SELECT sum(price)::int AS sum FROM prices")).toEqual([{ sum: 0 }]);
  });
});
