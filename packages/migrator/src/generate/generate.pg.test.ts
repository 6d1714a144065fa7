import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseConnection } from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  check,
  foreignKey,
  index,
  integer,
  numeric,
  pgEnum,
  pgTable,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createMigrator, type Migrator } from "../migrator.ts";
import { readLiveCatalogue } from "../testing/index.ts";
import { generate, type GenerateOptions, type GenerateResult } from "./generate.ts";
import { parseRename } from "./rename.ts";

const checkout = fileURLToPath(new URL("../../../../", import.meta.url));

type Schema = Readonly<Record<string, unknown>>;

const view = {
  name: "big_orders",
  kind: "view",
  create: "CREATE VIEW big_orders AS SELECT id FROM orders",
  drop: "DROP VIEW IF EXISTS big_orders",
} as const;

function firstSchema(): Schema {
  const side = pgEnum("side", ["buy", "sell"]);
  const venues = pgTable("venues", { id: integer().primaryKey(), name: text().notNull() });
  const orders = pgTable(
    "orders",
    {
      id: integer().primaryKey(),
      side: side().notNull(),
      price: numeric({ precision: 20, scale: 8 }).notNull(),
      venue: integer().references(() => venues.id),
      parent: integer(),
    },
    (table) => [
      check("orders_price_positive", sql`${table.price} > 0`),
      index("orders_price_idx")
        .on(table.price.desc())
        .where(sql`${table.price} > 100`),
      foreignKey({ columns: [table.parent], foreignColumns: [table.id], name: "orders_parent_fk" }),
    ],
  );
  return { side, venues, orders };
}

/** One more label, a wider price, a column more, a table renamed to `markets` with a column renamed to `title`. */
function secondSchema(): Schema {
  const side = pgEnum("side", ["buy", "sell", "short"]);
  const markets = pgTable("markets", { id: integer().primaryKey(), title: text().notNull() });
  const orders = pgTable(
    "orders",
    {
      id: integer().primaryKey(),
      side: side().notNull(),
      price: numeric({ precision: 30, scale: 10 }).notNull(),
      fee: numeric(),
      venue: integer().references(() => markets.id),
      parent: integer(),
    },
    (table) => [
      check("orders_price_positive", sql`${table.price} > 0`),
      index("orders_price_idx")
        .on(table.price.desc())
        .where(sql`${table.price} > 100`),
      uniqueIndex("orders_fee_idx").on(table.fee),
      foreignKey({ columns: [table.parent], foreignColumns: [table.id], name: "orders_parent_fk" }),
    ],
  );
  return { side, markets, orders };
}

async function run(url: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

interface Workshop extends AsyncDisposable {
  readonly url: string;
  readonly generate: (schema: Schema, options?: Partial<GenerateOptions>) => Promise<GenerateResult>;
  readonly migrator: Migrator;
  readonly files: () => Promise<Readonly<Record<string, string>>>;
  readonly write: (name: string, contents: string) => Promise<void>;
}

describe("generate", () => {
  let server: TestDatabase;
  beforeAll(async () => {
    server = await createTestDatabase();
  });
  afterAll(async () => server.drop());

  async function workshop(): Promise<Workshop> {
    const path = await mkdtemp(join(tmpdir(), "generate-"));
    const migrations = pathToFileURL(`${path}/`);
    const database = await createTestDatabase();
    return {
      url: database.url,
      generate: async (schema, options = {}) =>
        generate({
          migrations,
          schema,
          repeatables: [view],
          server: parseConnection(server.superuserUrl),
          now: () => 1_700_000_000_000,
          ...options,
        }),
      migrator: createMigrator({
        connection: parseConnection(database.url),
        declared: { migrations, repeatables: [view] },
      }),
      files: async () => {
        const names = (await readdir(path, { recursive: true })).filter((name) => name.includes("."));
        return Object.fromEntries(
          await Promise.all(
            names.toSorted().map(async (name) => [name, await readFile(join(path, name), "utf8")] as const),
          ),
        );
      },
      write: async (name, contents) => writeFile(join(path, name), contents),
      [Symbol.asyncDispose]: async () => {
        await database.drop();
        await rm(path, { recursive: true });
      },
    };
  }

  it("writes a migration, its way back, and what the database must hold afterwards", async () => {
    await using shop = await workshop();
    expect(await shop.generate(firstSchema(), { name: "first" })).toMatchObject({ migration: "0000_first" });
    expect(Object.keys(await shop.files())).toEqual([
      "0000_first.down.sql",
      "0000_first.sql",
      "meta/0000_repeatable.json",
      "meta/0000_snapshot.json",
      "meta/_journal.json",
      "meta/catalogue.json",
    ]);
    expect((await shop.migrator.apply()).differences).toEqual([]);
    await shop.migrator.rollback({ to: "none" });
    expect((await readLiveCatalogue(shop.url)).objects).toEqual([]);
  });

  it("drops nothing with CASCADE: tables go in the order of their foreign keys", async () => {
    await using shop = await workshop();
    const { down } = await shop.generate(firstSchema());
    expect(down).toEqual(['DROP TABLE "orders";', 'DROP TABLE "venues";', 'DROP TYPE "public"."side";']);
  });

  it("writes nothing the second time, and the same bytes in another folder", async () => {
    await using shop = await workshop();
    await using other = await workshop();
    await shop.generate(firstSchema());
    const files = await shop.files();
    expect(await shop.generate(firstSchema())).toMatchObject({ migration: null });
    expect(await shop.files()).toEqual(files);
    await other.generate(firstSchema());
    expect(await other.files()).toEqual(files);
    const written = Object.values(files).join("");
    for (const ofThisMachine of ["\r", tmpdir(), checkout]) {
      expect(written).not.toContain(ofThisMachine);
    }
  });

  it("asks when something may be a rename, and writes nothing", async () => {
    await using shop = await workshop();
    await shop.generate(firstSchema());
    const files = await shop.files();
    await expect(shop.generate(secondSchema())).rejects.toMatchObject({
      code: "generate-ambiguous",
      message: expect.stringContaining("--rename venues:markets"),
    });
    await expect(
      shop.generate(secondSchema(), { renames: [parseRename("venues:markets")] }),
    ).rejects.toMatchObject({ message: expect.stringContaining("--rename markets.name:markets.title") });
    expect(await shop.files()).toEqual(files);
  });

  it("carries rows through a rename, and leads down and up to identical catalogues", async () => {
    await using shop = await workshop();
    await shop.generate(firstSchema());
    await shop.migrator.apply();
    const atFirst = await readLiveCatalogue(shop.url);
    await run(shop.url, "INSERT INTO venues VALUES (1, 'XNAS')");
    await run(shop.url, "INSERT INTO orders VALUES (1, 'buy', 101.5, 1, NULL)");
    const { up } = await shop.generate(secondSchema(), {
      name: "second",
      renames: [parseRename("markets.name:title"), parseRename("venues:markets")],
    });
    expect(up.slice(0, 2)).toEqual([
      'ALTER TABLE "venues" RENAME TO "markets";',
      'ALTER TABLE "markets" RENAME COLUMN "name" TO "title";',
    ]);
    expect(up.some((statement) => statement.includes("DROP TABLE"))).toBe(false);
    expect((await shop.migrator.apply()).differences).toEqual([]);
    const atSecond = await readLiveCatalogue(shop.url);
    expect(await run(shop.url, "SELECT title FROM markets")).toEqual([{ title: "XNAS" }]);
    await expect(shop.migrator.rollback()).rejects.toMatchObject({
      losses: [{ kind: "type", name: "orders.price", rows: 1n }],
    });
    await shop.migrator.rollback({ allowDataLoss: true });
    expect((await readLiveCatalogue(shop.url)).objects).toEqual(atFirst.objects);
    expect(await run(shop.url, "SELECT name, price::text FROM venues, orders")).toEqual([
      { name: "XNAS", price: "101.50000000" },
    ]);
    await shop.migrator.apply();
    expect((await readLiveCatalogue(shop.url)).fingerprint).toBe(atSecond.fingerprint);
  });

  it("drops and creates when told that nothing was renamed, enums included", async () => {
    await using shop = await workshop();
    await shop.generate(firstSchema());
    await shop.migrator.apply();
    const atFirst = await readLiveCatalogue(shop.url);
    const direction = pgEnum("direction", ["long", "flat"]);
    const orders = pgTable("orders", {
      id: integer().primaryKey(),
      direction: direction().notNull(),
      quantity: integer(),
    });
    const markets = pgTable("markets", { id: integer().primaryKey() });
    await shop.generate({ direction, orders, markets }, { noRenames: true });
    expect((await shop.migrator.apply()).differences).toEqual([]);
    const atSecond = await readLiveCatalogue(shop.url);
    await shop.migrator.rollback();
    expect((await readLiveCatalogue(shop.url)).objects).toEqual(atFirst.objects);
    await shop.migrator.apply();
    expect((await readLiveCatalogue(shop.url)).fingerprint).toBe(atSecond.fingerprint);
  });

  it("parts tables that refer to each other in a circle", async () => {
    await using shop = await workshop();
    const left = pgTable("left_side", {
      id: integer().primaryKey(),
      other: integer().references((): AnyPgColumn => right.id),
    });
    const right = pgTable("right_side", {
      id: integer().primaryKey(),
      other: integer().references((): AnyPgColumn => left.id),
    });
    const { down } = await shop.generate({ left, right }, { repeatables: [] });
    expect(down).toEqual([
      'ALTER TABLE "left_side" DROP CONSTRAINT "left_side_other_right_side_id_fk";',
      'DROP TABLE "right_side";',
      'DROP TABLE "left_side";',
    ]);
  });

  it("refuses a journal or snapshot that is there and cannot be read, and leaves every file as it was", async () => {
    await using shop = await workshop();
    await shop.generate(firstSchema());
    const files = await shop.files();
    for (const [name, code] of [
      ["meta/_journal.json", "journal-invalid"],
      ["meta/0000_snapshot.json", "snapshot-missing"],
    ] as const) {
      await shop.write(name, "{");
      await expect(shop.generate(secondSchema(), { noRenames: true })).rejects.toMatchObject({ code });
      expect(await shop.files()).toEqual({ ...files, [name]: "{" });
      await shop.write(name, files[name] ?? "");
    }
  });

  it.each(["Add Fees", "../x", "", "a__b"])("refuses %j as a name", async (name) => {
    await using shop = await workshop();
    await expect(shop.generate(firstSchema(), { name })).rejects.toMatchObject({ code: "generate-invalid" });
  });
});
