import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";

import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { connectDirect, type DirectConnection } from "../connection/connect-direct.ts";
import { parseConnection } from "../connection/parse-connection.ts";
import {
  ConflictError,
  DatabaseError,
  InvalidInputError,
  RetryableError,
  TimeoutError,
  UnavailableError,
  UnknownOutcomeError,
  UsageError,
} from "../errors/database-error.ts";
import { startCuttingProxy } from "../testing/cutting-proxy.ts";
import type { Database, DatabaseOptions, RetryEvent } from "./database.ts";
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

/** Lets two transactions reach the same point before either goes on. */
function meetingPoint(parties: number): () => Promise<void> {
  const everyone = Promise.withResolvers<void>();
  let arrived = 0;
  return async () => {
    arrived += 1;
    if (arrived >= parties) everyone.resolve();
    await everyone.promise;
  };
}

describe("single statements", () => {
  test("come back decoded, named or not", async () => {
    await using database = open();
    for (const name of [undefined, "balance", "balance"]) {
      // oxlint-disable-next-line no-await-in-loop -- the second use of the name is the point
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

  test("have deadlines and plans per execution unless told otherwise", async () => {
    await using database = open();
    const { rows } = await database.query(
      `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
         current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('plan_cache_mode') AS plans`,
    );
    expect(rows).toEqual([{ statement: "30s", lock: "5s", idle: "30s", plans: "force_custom_plan" }]);
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
    await using database = createDatabase(parseConnection(server.url, { connectTimeoutMilliseconds: 200 }), {
      poolSize: 2,
    });
    const busy = [1, 2].map(() => database.query("SELECT pg_sleep(1)"));
    await sleep(50);
    const waiting = database.query("SELECT 1");
    await expect(waiting).rejects.toBeInstanceOf(TimeoutError);
    await expect(waiting).rejects.toThrow(/^All 2 connections of the pool were in use for 0\.2 s\./u);
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

describe("a transaction", () => {
  test("commits what its work did, and gives back what it returned", async () => {
    await using database = open();
    const result = await database.transaction(async (transaction) => {
      await transaction.query("UPDATE accounts SET balance = 1 WHERE id = 1");
      return transaction.attempt;
    });
    expect(result).toBe(1);
    expect(await balance(1)).toBe(1n);
  });

  test("rolls back when its work throws, and throws the same", async () => {
    await using database = open();
    const mine = new RangeError("risk limit");
    await expect(
      database.transaction(async (transaction) => {
        await transaction.query("UPDATE accounts SET balance = 1 WHERE id = 1");
        throw mine;
      }),
    ).rejects.toBe(mine);
    expect(await balance(1)).toBe(100n);
  });

  test.each(["read committed", "repeatable read", "serializable"] as const)(
    "runs at %s",
    async (isolationLevel) => {
      await using database = open();
      const { rows } = await database.transaction(
        (transaction) =>
          transaction.query(
            "SELECT current_setting('transaction_isolation') AS level, current_setting('transaction_read_only') AS r, current_setting('statement_timeout') AS t",
          ),
        { isolationLevel, readOnly: true, statementTimeoutMilliseconds: 1234 },
      );
      expect(rows).toEqual([{ level: isolationLevel, r: "on", t: "1234ms" }]);
    },
  );

  test("takes no made-up isolation level", async () => {
    await using database = open();
    const isolationLevel = "serializable; DROP TABLE accounts" as "serializable";
    await expect(database.transaction(async () => 1, { isolationLevel })).rejects.toBeInstanceOf(
      InvalidInputError,
    );
    expect(await balance(1)).toBe(100n);
  });

  test("that loses a serialization race runs again, and the sum is right", async () => {
    const retries: RetryEvent[] = [];
    await using database = open({ onRetry: (event) => retries.push(event) });
    const meet = meetingPoint(2);
    const transfer = (from: number, to: number): Promise<void> =>
      database.transaction(
        async (transaction) => {
          const { rows } = await transaction.query<{ total: string }>(
            "SELECT sum(balance) AS total FROM accounts",
          );
          if (transaction.attempt === 1) await meet();
          await transaction.query("UPDATE accounts SET balance = balance - 10 WHERE id = $1", [from]);
          await transaction.query("UPDATE accounts SET balance = balance + 10 WHERE id = $1", [to]);
          expect(rows[0]?.total).toBe("400");
        },
        { isolationLevel: "serializable" },
      );
    await Promise.all([transfer(1, 2), transfer(3, 4)]);
    expect(await Promise.all([1, 2, 3, 4].map(balance))).toEqual([90n, 110n, 90n, 110n]);
    expect(retries.map(({ attempt, error }) => [attempt, error.sqlState])).toEqual([[1, "40001"]]);
  });

  test("that is the victim of a deadlock runs again", async () => {
    const retries: RetryEvent[] = [];
    await using database = open({ onRetry: (event) => retries.push(event) });
    const meet = meetingPoint(2);
    const touch = (first: number, second: number): Promise<void> =>
      database.transaction(async (transaction) => {
        await transaction.query("UPDATE accounts SET balance = balance + 1 WHERE id = $1", [first]);
        if (transaction.attempt === 1) await meet();
        await transaction.query("UPDATE accounts SET balance = balance + 1 WHERE id = $1", [second]);
      });
    await Promise.all([touch(1, 2), touch(2, 1)]);
    expect(await Promise.all([balance(1), balance(2)])).toEqual([102n, 102n]);
    expect(retries.map(({ error }) => error.sqlState)).toEqual(["40P01"]);
  });

  test("on a row everyone wants conserves the sum, with bounded retries", async () => {
    let retries = 0;
    await using database = open({
      poolSize: 8,
      onRetry: () => {
        retries += 1;
      },
    });
    const increment = (): Promise<void> =>
      database.transaction(
        async (transaction) => {
          const { rows } = await transaction.query<{ balance: bigint }>(
            "SELECT balance FROM accounts WHERE id = 1",
          );
          await transaction.query("UPDATE accounts SET balance = $1 WHERE id = 1", [
            (rows[0]?.balance ?? 0n) + 1n,
          ]);
        },
        { isolationLevel: "repeatable read", maxAttempts: 100 },
      );
    await Promise.all(Array.from({ length: 40 }, increment));
    expect(await balance(1)).toBe(140n);
    expect(retries).toBeGreaterThan(0);
  });

  test("gives up after as many attempts as allowed", async () => {
    await using database = open();
    let attempts = 0;
    const losing = database.transaction(
      async (transaction) => {
        attempts = transaction.attempt;
        await transaction.query("DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40001'; END $$");
      },
      { maxAttempts: 3 },
    );
    await expect(losing).rejects.toBeInstanceOf(RetryableError);
    await expect(losing).rejects.toMatchObject({ sqlState: "40001", isRetryable: true });
    expect(attempts).toBe(3);
    await expect(database.transaction(async () => 1, { maxAttempts: 0 })).rejects.toBeInstanceOf(
      InvalidInputError,
    );
  });

  test("runs again when its work wrapped the error in its own", async () => {
    await using database = open();
    const attempts = await database.transaction(async (transaction) => {
      try {
        if (transaction.attempt < 3) {
          await transaction.query("DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40P01'; END $$");
        }
      } catch (error) {
        throw new Error("could not place the order", { cause: error });
      }
      return transaction.attempt;
    });
    expect(attempts).toBe(3);
  });

  test("does not run again for a conflict", async () => {
    await using database = open();
    let attempts = 0;
    await expect(
      database.transaction(async (transaction) => {
        attempts += 1;
        await transaction.query("INSERT INTO accounts VALUES (1, 1)");
      }),
    ).rejects.toBeInstanceOf(ConflictError);
    expect(attempts).toBe(1);
  });

  test("whose work swallowed an error does not pretend to have committed", async () => {
    await using database = open();
    const swallowing = (code: string): Promise<void> =>
      database.transaction(
        async (transaction) => {
          await transaction.query("UPDATE accounts SET balance = 1 WHERE id = 1");
          await transaction
            .query(`DO $$ BEGIN RAISE EXCEPTION 'oh' USING ERRCODE = '${code}'; END $$`)
            .catch(() => undefined);
        },
        { maxAttempts: 1 },
      );
    await expect(swallowing("22000")).rejects.toThrow(
      /was rolled back, because a statement in it failed: oh/u,
    );
    await expect(swallowing("40001")).rejects.toBeInstanceOf(RetryableError);
    expect(await balance(1)).toBe(100n);
  });

  test("refused at COMMIT by a deferred constraint says so, for certain", async () => {
    await using database = open({ poolSize: 1 });
    await admin.script(
      "DROP TABLE IF EXISTS children; CREATE TABLE children (parent int4 REFERENCES accounts DEFERRABLE INITIALLY DEFERRED)",
    );
    const committing = database.transaction((transaction) =>
      transaction.query("INSERT INTO children VALUES (99)"),
    );
    await expect(committing).rejects.toBeInstanceOf(ConflictError);
    await expect(committing).rejects.toMatchObject({ sqlState: "23503", constraint: "children_parent_fkey" });
    expect(database.pool).toMatchObject({ open: 1, idle: 1 });
    await admin.script("DROP TABLE children");
  });

  test("inside another one's work is refused, beside it is not", async () => {
    await using database = open();
    await expect(database.transaction(async () => database.transaction(async () => 1))).rejects.toThrow(
      /begun inside another one; use the transaction its work was given/u,
    );
    await expect(database.transaction(async () => 1)).resolves.toBe(1);
    await using other = open();
    await expect(database.transaction(async () => other.transaction(async () => 2))).resolves.toBe(2);
  });

  test("takes no statement after its end", async () => {
    await using database = open();
    let kept: Transaction | undefined;
    await database.transaction(async (transaction) => {
      kept = transaction;
    });
    await expect(kept?.query("UPDATE accounts SET balance = 0")).rejects.toBeInstanceOf(UsageError);
    expect(await balance(1)).toBe(100n);
  });

  test("runs the statements of its work in order, even those asked for together", async () => {
    await using database = open();
    await database.transaction(async (transaction) => {
      await Promise.all([
        transaction.query("UPDATE accounts SET balance = 7 WHERE id = 1"),
        transaction.query("UPDATE accounts SET balance = balance * 2 WHERE id = 1"),
        transaction.query("UPDATE accounts SET balance = balance + 1 WHERE id = 1"),
      ]);
    });
    expect(await balance(1)).toBe(15n);
  });

  test("left idle too long is ended by the server, and says so", async () => {
    await using database = open({ timeouts: { idleInTransaction: 100 } });
    const idling = database.transaction(async (transaction) => {
      await transaction.query("UPDATE accounts SET balance = 1 WHERE id = 1");
      await sleep(500);
      await transaction.query("SELECT 1");
    });
    await expect(idling).rejects.toMatchObject({ kind: "timeout", sqlState: "25P03", isRetryable: true });
    expect(await balance(1)).toBe(100n);
  });
});

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
      // oxlint-disable-next-line no-await-in-loop -- one cut after the other
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

describe("copyIn", () => {
  const options = {
    table: { name: "accounts" },
    columns: [
      { name: "id", type: "int4" },
      { name: "balance", type: "int8" },
    ],
  } as const;

  test("stores all rows, in a transaction of its own", async () => {
    await using database = open({ timeouts: { statement: 1 } });
    const ids = Array.from({ length: 50_000 }, (_, index) => index + 10);
    await expect(
      database.copyIn(options, (copy) => copy.writeColumns({ id: ids, balance: { every: 1n } }, ids.length)),
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
