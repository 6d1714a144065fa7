import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";

import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { connectDirect, type DirectConnection } from "../connection/connect-direct.ts";
import { parseConnection } from "../connection/parse-connection.ts";
import {
  DatabaseError,
  TimeoutError,
  UnavailableError,
  UnknownOutcomeError,
} from "../errors/database-error.ts";
import { startCuttingProxy } from "../testing/cutting-proxy.ts";
import type { Database, DatabaseOptions } from "./database.ts";
import { createDatabase } from "./pooled-database.ts";
import type { Transaction } from "./transaction.ts";

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

/** The same database behind a proxy. */
function openThrough(
  port: number,
  options: DatabaseOptions = {},
  connectTimeoutMilliseconds = 2000,
): Database {
  const url = new URL(server.url);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  return createDatabase(parseConnection(url.href, { connectTimeoutMilliseconds }), options);
}

async function balance(id: number): Promise<bigint | undefined> {
  const { rows } = await admin.query<{ balance: bigint }>("SELECT balance FROM accounts WHERE id = $1", [id]);
  return rows[0]?.balance;
}

describe("a connection lost", () => {
  async function killAll(): Promise<void> {
    await admin.query(
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
    );
  }

  test("inside a transaction is unavailable, rolled back, and not repeated on its own", async () => {
    await using database = open();
    let runs = 0;
    const work = async (transaction: Transaction): Promise<number> => {
      runs += 1;
      await transaction.query("UPDATE accounts SET balance = balance + 1 WHERE id = 1");
      if (runs === 1) await killAll();
      await transaction.query("SELECT 1");
      return runs;
    };
    const dying = database.transaction(work);
    await expect(dying).rejects.toBeInstanceOf(UnavailableError);
    await expect(dying).rejects.toMatchObject({ sqlState: "57P01", isRetryable: true });
    await expect(dying).rejects.toThrow(/lost inside a transaction, which is rolled back/u);
    expect(await balance(1)).toBe(100n);
    expect(runs).toBe(1);

    runs = 0;
    await expect(database.transaction(work, { idempotent: true })).resolves.toBe(2);
    expect(await balance(1)).toBe(101n);
  });

  test("while idle in the pool is replaced without anyone noticing but the hook", async () => {
    const lost: DatabaseError[] = [];
    await using database = open({ poolSize: 3, onIdleConnectionLost: (error) => lost.push(error) });
    await Promise.all([1, 2, 3].map(() => database.query("SELECT pg_sleep(0.05)")));
    await killAll();
    await sleep(100);
    expect(lost.map(({ sqlState }) => sqlState)).toEqual(["57P01", "57P01", "57P01"]);
    expect(inspect(lost, { depth: 10 })).not.toContain(new URL(server.url).password);
    await expect(database.query("SELECT 1")).resolves.toBeDefined();
  });

  test("noticed only at BEGIN costs another try, not an error", async () => {
    await using proxy = await startCuttingProxy(Number(new URL(server.url).port));
    await using database = openThrough(proxy.port);
    await database.query("SELECT 1");
    proxy.cutAt("BEGIN", "before-server");
    let runs = 0;
    const attempt = await database.transaction(async (transaction) => {
      runs += 1;
      await transaction.query("UPDATE accounts SET balance = balance + 1 WHERE id = 1");
      return transaction.attempt;
    });
    expect({ attempt, runs, balance: await balance(1) }).toEqual({ attempt: 2, runs: 1, balance: 101n });
  });

  test("before the server got COMMIT has an unknown outcome, though nothing was kept", async () => {
    await using proxy = await startCuttingProxy(Number(new URL(server.url).port));
    await using database = openThrough(proxy.port);
    proxy.cutAt("COMMIT\0", "before-server");
    const committing = database.transaction((transaction) =>
      transaction.query("UPDATE accounts SET balance = 1 WHERE id = 1"),
    );
    await expect(committing).rejects.toBeInstanceOf(UnknownOutcomeError);
    await expect(committing).rejects.toMatchObject({ kind: "unknown-outcome", isRetryable: false });
    await expect(committing).rejects.toThrow(/may or may not have been kept/u);
    await sleep(50);
    expect(await balance(1)).toBe(100n);
  });

  test("after the server got COMMIT has an unknown outcome, though all was kept, and is not repeated", async () => {
    await using proxy = await startCuttingProxy(Number(new URL(server.url).port));
    await using database = openThrough(proxy.port);
    proxy.cutAt("COMMIT\0", "after-server");
    let runs = 0;
    await expect(
      database.transaction(async (transaction) => {
        runs += 1;
        await transaction.query("UPDATE accounts SET balance = balance + 1 WHERE id = 1");
      }),
    ).rejects.toBeInstanceOf(UnknownOutcomeError);
    expect(runs).toBe(1);
    expect(await balance(1)).toBe(101n);
  });

  test("at COMMIT is made good by work that says it is idempotent", async () => {
    await using proxy = await startCuttingProxy(Number(new URL(server.url).port));
    await using database = openThrough(proxy.port);
    for (const cut of ["before-server", "after-server"] as const) {
      proxy.cutAt("COMMIT\0", cut);
      const attempts = await database.transaction(
        async (transaction) => {
          await transaction.query("INSERT INTO accounts VALUES ($1, 5) ON CONFLICT (id) DO NOTHING", [
            cut === "after-server" ? 10 : 11,
          ]);
          return transaction.attempt;
        },
        { idempotent: true },
      );
      expect(attempts).toBe(2);
    }
    expect(await Promise.all([balance(10), balance(11)])).toEqual([5n, 5n]);
  });

  test("to a network that went silent fails within the deadline, and nothing more is sent on it", async () => {
    await using proxy = await startCuttingProxy(Number(new URL(server.url).port));
    const database = openThrough(proxy.port, { timeouts: { query: 300 } }, 300);
    await database.query("SELECT 1");
    const start = performance.now();
    const inside = database.transaction(async (transaction) => {
      await transaction.query("SELECT 1");
      proxy.goSilent();
      await transaction.query("UPDATE accounts SET balance = 1 WHERE id = 1");
    });
    await expect(inside).rejects.toBeInstanceOf(TimeoutError);
    expect(performance.now() - start).toBeLessThan(1000);
    await expect(database.query("SELECT 1")).rejects.toBeInstanceOf(DatabaseError);
    await database.close(100);
    expect(performance.now() - start).toBeLessThan(4000);
  });
});
