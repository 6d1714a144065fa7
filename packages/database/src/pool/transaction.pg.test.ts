import { setTimeout as sleep } from "node:timers/promises";

import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { connectDirect, type DirectConnection } from "../connection/connect-direct.ts";
import { parseConnection } from "../connection/parse-connection.ts";
import { ConflictError, InvalidInputError, RetryableError, UsageError } from "../errors/database-error.ts";
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
    const refused = database.transaction(async () => 1, { isolationLevel });
    await expect(refused).rejects.toBeInstanceOf(InvalidInputError);
    await expect(refused).rejects.toMatchObject({ field: "isolationLevel" });
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
