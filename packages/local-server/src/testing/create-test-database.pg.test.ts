import { Client } from "pg";
import { describe, expect, it } from "vitest";
import { createTestDatabase } from "./index.ts";

async function query(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe("createTestDatabase", () => {
  it("gives a fresh database that is gone after drop", async () => {
    const database = await createTestDatabase();
    expect(
      await query(
        database.url,
        "SELECT current_database() AS name, current_setting('is_superuser') AS super",
      ),
    ).toEqual([{ name: database.name, super: "off" }]);
    await database.drop();
    await expect(query(database.url, "SELECT 1")).rejects.toThrow(/does not exist/);
  });

  it("prepares a template once, however many ask for it at the same time", async () => {
    let prepared = 0;
    const template = {
      name: "one table",
      prepare: async (url: string) => {
        prepared += 1;
        await query(url, "CREATE TABLE marker AS SELECT 42 AS answer");
      },
    };
    const databases = await Promise.all(Array.from({ length: 6 }, () => createTestDatabase({ template })));
    const answers = await Promise.all(databases.map(({ url }) => query(url, "SELECT answer FROM marker")));
    expect(prepared).toBe(1);
    expect(answers).toEqual(databases.map(() => [{ answer: 42 }]));
    await Promise.all(databases.map((database) => database.drop()));
  });

  it("passes on why a template could not be prepared, and leaves nothing of it", async () => {
    const prepare = async (url: string): Promise<void> => {
      await query(url, "SELECT 1 / 0");
    };
    const template = { name: "broken", prepare };
    await expect(createTestDatabase({ template })).rejects.toThrow(/division by zero/);
    await using database = await createTestDatabase();
    expect(await query(database.url, "SELECT FROM pg_database WHERE datname LIKE '%draft'")).toEqual([]);
  });

  it("clones a template that has TimescaleDB and its workers in it", async ({ skip }) => {
    const template = {
      name: "hypertable",
      prepare: async (url: string) => {
        await query(url, "CREATE EXTENSION IF NOT EXISTS timescaledb");
        await query(url, "CREATE TABLE bar (time timestamptz NOT NULL, close float8)");
        await query(url, "SELECT create_hypertable('bar', by_range('time'))");
        await query(
          url,
          "INSERT INTO bar SELECT now() - n * interval '1 day', n FROM generate_series(1, 30) AS n",
        );
      },
    };
    await using empty = await createTestDatabase();
    skip(empty.edition === "postgres", "this edition has no extension");
    const databases = await Promise.all(Array.from({ length: 3 }, () => createTestDatabase({ template })));
    const counts = await Promise.all(databases.map(({ url }) => query(url, "SELECT count(*)::int FROM bar")));
    expect(counts).toEqual(databases.map(() => [{ count: 30 }]));
    await Promise.all(databases.map((database) => database.drop()));
  });
});
