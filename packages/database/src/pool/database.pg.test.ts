import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";

import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { connectDirect, type DirectConnection } from "../connection/connect-direct.ts";
import { parseConnection } from "../connection/parse-connection.ts";
import { InvalidInputError, TimeoutError, UnavailableError, UsageError } from "../errors/database-error.ts";
import type { Database, DatabaseOptions } from "./database.ts";
import { createDatabase } from "./pooled-database.ts";

let server: TestDatabase;
let admin: DirectConnection;

beforeAll(async () => {
  server = await createTestDatabase();
  admin = await connectDirect(parseConnection(server.url));
});

afterAll(async () => {
  await admin?.close();
  await server?.drop();
});

beforeEach(async () => {
  await admin.script(`
    DROP TABLE IF EXISTS accounts;
    CREATE TABLE accounts (id int4 PRIMARY KEY, balance int8 NOT NULL);
    INSERT INTO accounts SELECT id, 100 FROM generate_series(1, 4) AS id`);
});

function open(options: DatabaseOptions = {}): Database {
  return createDatabase(parseConnection(server.url), options);
}

async function balance(id: number): Promise<bigint | undefined> {
  const { rows } = await admin.query<{ balance: bigint }>("SELECT balance FROM accounts WHERE id = $1", [id]);
  return rows[0]?.balance;
}

describe("single statements", () => {
  test("come back decoded, named or not", async () => {
    await using database = open();
    for (const name of [undefined, "balance", "balance"]) {
      const { rows, rowCount, command } = await database.query<{ balance: bigint }>({
        name,
        text: "SELECT balance FROM accounts WHERE id = $1",
        values: [1],
      });
      expect({ rows, rowCount, command }).toEqual({
        rows: [{ balance: 100n }],
        rowCount: 1,
        command: "SELECT",
      });
    }
  });

  test("have deadlines unless told otherwise", async () => {
    await using database = open();
    const { rows } = await database.query(
      `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
         current_setting('idle_in_transaction_session_timeout') AS idle`,
    );
    expect(rows).toEqual([{ statement: "30s", lock: "5s", idle: "30s" }]);
    expect(database.pool).toEqual({ size: 20, open: 1, idle: 1, waiting: 0 });
  });

  test("of one name and two texts are a mistake that is named", async () => {
    await using database = open({ poolSize: 1 });
    await database.query({ name: "same", text: "SELECT 1" });
    await expect(database.query({ name: "same", text: "SELECT 2" })).rejects.toBeInstanceOf(UsageError);
  });

  test("that are prepared survive a migration of their table", async () => {
    await using database = open({ poolSize: 3 });
    const statement = { name: "all-accounts", text: "SELECT * FROM accounts WHERE id = 1" };
    const together = (): Promise<unknown[]> => Promise.all([1, 2, 3].map(() => database.query(statement)));
    await together();
    await admin.script("ALTER TABLE accounts ADD COLUMN note text DEFAULT 'new'");
    for (const { rows } of (await together()) as { rows: unknown[] }[]) {
      expect(rows).toEqual([{ id: 1, balance: 100n, note: "new" }]);
    }
    await admin.script("ALTER TABLE accounts DROP COLUMN note");
    await expect(
      database.transaction(async (transaction) => (await transaction.query(statement)).rows),
    ).resolves.toEqual([{ id: 1, balance: 100n }]);
  });

  test("with a bad parameter do not need the server", async () => {
    await using database = createDatabase(parseConnection("postgresql://u@127.0.0.1:1/d"));
    await expect(database.query("SELECT $1", ["\ud800"])).rejects.toBeInstanceOf(InvalidInputError);
    await expect(database.query("SELECT 1")).rejects.toThrow(
      /^No database server answers at 127\.0\.0\.1:1\./u,
    );
  });

  test("that run too long are stopped, typed, and the pool goes on", async () => {
    await using database = open({ poolSize: 1, timeouts: { statement: 100 } });
    await expect(database.query("SELECT pg_sleep(5)")).rejects.toMatchObject({
      kind: "timeout",
      sqlState: "57014",
    });
    await expect(database.query("SELECT 1")).resolves.toBeDefined();
    expect(database.pool.open).toBe(1);
  });

  test("that leave a transaction open do not hand it to the next caller", async () => {
    await using database = open({ poolSize: 1 });
    await database.query("BEGIN");
    await database.query("UPDATE accounts SET balance = 0 WHERE id = 1");
    await database.query("SELECT 1");
    expect(await balance(1)).toBe(0n);
  });
});

describe("a pool whose connections are all in use", () => {
  test("lets callers wait, and tells them when they waited too long", async () => {
    await using database = createDatabase(parseConnection(server.url, { connectTimeoutMilliseconds: 500 }), {
      poolSize: 2,
    });
    const busy = [1, 2].map(() => database.query("SELECT pg_sleep(1.5)"));
    await sleep(50);
    const waiting = database.query("SELECT 1");
    await expect(waiting).rejects.toBeInstanceOf(TimeoutError);
    await expect(waiting).rejects.toThrow(/^All 2 connections of the pool were in use for 0\.5 s\./u);
    await expect(waiting).rejects.toMatchObject({ isRetryable: true, sqlState: undefined });
    await Promise.all(busy);
    await expect(database.query("SELECT 1")).resolves.toBeDefined();
  });

  test("serves ten times as many callers in turn", async () => {
    await using database = open({ poolSize: 4 });
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        database.query<{ n: number }>("SELECT $1::int4 AS n", [index]),
      ),
    );
    expect(results.map(({ rows }) => rows[0]?.n)).toEqual(Array.from({ length: 40 }, (_, index) => index));
    expect(database.pool.open).toBeLessThanOrEqual(4);
  });
});

describe("copyIn", () => {
  const options = {
    table: { name: "accounts" },
    columns: [
      { name: "id", type: "int4" },
      { name: "balance", type: "int8" },
    ],
  } as const;

  test("stores all rows, in a transaction of its own, for as long as that takes", async () => {
    await using database = open({ timeouts: { statement: 500 } });
    const ids = Array.from({ length: 50_000 }, (_, index) => index + 10);
    await expect(
      database.copyIn(options, async (copy) => {
        await sleep(700);
        await copy.writeColumns({ id: ids, balance: { every: 1n } }, ids.length);
      }),
    ).resolves.toEqual({ rows: 50_000 });
    expect(database.pool.idle).toBe(1);
  });

  test("stores none when a row is refused, here or by the server", async () => {
    await using database = open({ poolSize: 1 });
    await expect(
      database.copyIn(options, async (copy) => {
        await copy.writeRow([10, 1n]);
        await copy.writeRow([11, 0.5]);
      }),
    ).rejects.toThrow(/^Row 2, column "balance": 0\.5 is not/u);
    await expect(
      database.copyIn(options, (copy) => copy.writeColumns({ id: [10, 1], balance: { every: 1 } }, 2)),
    ).rejects.toMatchObject({ kind: "conflict", constraint: "accounts_pkey" });
    expect(await balance(10)).toBeUndefined();
    expect(database.pool).toMatchObject({ open: 1, idle: 1 });
  });

  test("is part of a transaction when that one copies", async () => {
    await using database = open();
    await expect(
      database.transaction(async (transaction) => {
        await transaction.copyIn(options, async (copy) => copy.writeRow([10, 1n]));
        const { rows } = await transaction.query("SELECT id FROM accounts WHERE id = 10");
        expect(rows).toHaveLength(1);
        throw new RangeError("no");
      }),
    ).rejects.toThrow(RangeError);
    expect(await balance(10)).toBeUndefined();
  });

  test("goes on past the driver's reply deadline", async () => {
    await using database = open({ timeouts: { query: 200 } });
    await expect(
      database.copyIn(options, async (copy) => {
        await copy.writeRow([10, 1n]);
        await sleep(500);
        await copy.writeRow([11, 1n]);
      }),
    ).resolves.toEqual({ rows: 2 });
  });
});

describe("close", () => {
  test("lets work under way end, and refuses new work", async () => {
    const database = open({ poolSize: 1 });
    const running = database.query("SELECT pg_sleep(0.3)");
    const waiting = database.query("SELECT 1");
    await sleep(50);
    const closing = database.close();
    await expect(database.query("SELECT 1")).rejects.toThrow(/^This database is closed\./u);
    await expect(running).resolves.toBeDefined();
    await expect(waiting).resolves.toBeDefined();
    await closing;
    await database.close();
    expect(database.pool).toMatchObject({ open: 0, waiting: 0 });
  });

  test("cuts what does not end in time", async () => {
    const database = open();
    const sleeping = database.query("SELECT pg_sleep(20)");
    await sleep(100);
    await Promise.all([expect(sleeping).rejects.toBeInstanceOf(UnavailableError), database.close(100)]);
    expect(database.pool.open).toBe(0);
  });

  test("of a pool never used is immediate", async () => {
    const database = createDatabase(parseConnection("postgresql://u@127.0.0.1:1/d"));
    await expect(database.close()).resolves.toBeUndefined();
  });
});

test("no display of a database, its errors or its pool has the password", async () => {
  const password = decodeURIComponent(new URL(server.url).password);
  await using database = open();
  const errors = await Promise.all([
    database.query("SELECT nowhere").catch((error: unknown) => error),
    database
      .transaction((transaction) => transaction.query("INSERT INTO accounts VALUES (1, 1)"))
      .catch((error: unknown) => error),
    createDatabase(database.settings.with({ database: "nowhere_at_all" }))
      .query("SELECT 1")
      .catch((error: unknown) => error),
  ]);
  const shown = inspect([database, database.settings, ...errors], { depth: 20, showHidden: true });
  expect(password.length).toBeGreaterThan(3);
  expect(shown).not.toContain(password);
  expect(JSON.stringify([database, ...errors])).not.toContain(password);
});
