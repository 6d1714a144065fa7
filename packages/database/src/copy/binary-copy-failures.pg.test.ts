import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { connectDirect, type DirectConnection } from "../connection/connect-direct.ts";
import { parseConnection } from "../connection/parse-connection.ts";
import {
  DatabaseError,
  InvalidInputError,
  TimeoutError,
  UnavailableError,
  UsageError,
} from "../errors/database-error.ts";

let database: TestDatabase;
let connection: DirectConnection;

beforeAll(async () => {
  database = await createTestDatabase();
  connection = await connectDirect(parseConnection(database.url));
  await connection.script("CREATE TYPE side AS ENUM ('buy', 'sell')");
  await connection.script(
    "CREATE DOMAIN price AS numeric(30, 10); CREATE DOMAIN tick AS price CHECK (VALUE > 0)",
  );
});

afterAll(async () => {
  await connection?.close();
  await database?.drop();
});

beforeEach(async () => {
  await connection.script("DROP TABLE IF EXISTS target");
});

async function countRows(): Promise<bigint | undefined> {
  const { rows } = await connection.query<{ count: bigint }>("SELECT count(*) FROM target");
  return rows[0]?.count;
}

describe("a COPY that does not end well", () => {
  const columns = [
    { name: "id", type: "int4" },
    { name: "text", type: "text" },
  ] as const;
  const table = { name: "target" };

  beforeEach(async () => {
    await connection.script("CREATE TABLE target (id int4 CHECK (id <> 13), text text)");
  });

  test("stores nothing when it is aborted, and leaves the connection usable", async () => {
    const copy = await connection.openBinaryCopy({ table, columns });
    for (let id = 100; id < 100_000; id += 1) {
      const wait = copy.writeRow([id, "some text"]);
      if (wait !== undefined) await wait;
    }
    await copy.abort("changed my mind\0");
    await copy.abort("again");
    expect(copy.isOpen).toBe(false);
    expect(() => copy.writeRow([1, "x"])).toThrow(DatabaseError);
    expect(await countRows()).toBe(0n);
  });

  test("refuses other statements on its connection meanwhile, and rows after its end", async () => {
    const copy = await connection.openBinaryCopy({ table, columns });
    await expect(connection.query("SELECT 1")).rejects.toBeInstanceOf(UsageError);
    await copy.end();
    expect(() => copy.writeRow([1, "x"])).toThrow(UsageError);
    await expect(copy.end()).rejects.toBeInstanceOf(UsageError);
  });

  test("says which constraint and row the server refused", async () => {
    const copying = connection.copyIn({ table, columns }, (copy) =>
      copy.writeColumns({ id: [11, 12, 13], text: { every: "x" } }, 3),
    );
    await expect(copying).rejects.toBeInstanceOf(InvalidInputError);
    await expect(copying).rejects.toMatchObject({
      sqlState: "23514",
      constraint: "target_id_check",
      table: "target",
      context: expect.stringContaining("line 3"),
    });
    expect(await countRows()).toBe(0n);
  });

  test("is stopped by a refusal in the middle of much data, without waiting for the rest", async () => {
    const text = "x".repeat(1000);
    let written = 0;
    const copying = connection.copyIn({ table, columns }, async (copy) => {
      for (let id = 10; id < 1_000_000; id += 1) {
        const wait = copy.writeRow([id, text]);
        if (wait !== undefined) await wait;
        written = copy.rowsWritten;
      }
    });
    await expect(copying).rejects.toMatchObject({ sqlState: "23514" });
    expect(written).toBeLessThan(50_000);
    expect(await countRows()).toBe(0n);
  });

  test("fails as unavailable when its session is killed", async () => {
    await using victim = await connectDirect(parseConnection(database.url));
    const copy = await victim.openBinaryCopy({ table, columns });
    await copy.writeRow([1, "x"]);
    await connection.query("SELECT pg_terminate_backend($1, 5000)", [victim.processId]);
    const writing = async (): Promise<void> => {
      for (let id = 20; ; id += 1) {
        const wait = copy.writeRow([id, "x".repeat(1000)]);
        if (wait !== undefined) await wait;
      }
    };
    await expect(writing()).rejects.toBeInstanceOf(UnavailableError);
    await copy.abort("too late");
    await expect(victim.query("SELECT 1")).rejects.toBeInstanceOf(UnavailableError);
    expect(await countRows()).toBe(0n);
  });

  test("gives up when the server makes no progress", async () => {
    await connection.script(`
      CREATE OR REPLACE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;
      CREATE TRIGGER dawdle AFTER INSERT ON target FOR EACH STATEMENT EXECUTE FUNCTION dawdle()`);
    await using slow = await connectDirect(parseConnection(database.url));
    const copy = await slow.openBinaryCopy({ table, columns, stallTimeoutMilliseconds: 200 });
    await copy.writeRow([1, "x"]);
    const ending = copy.end();
    await expect(ending).rejects.toBeInstanceOf(TimeoutError);
    await expect(ending).rejects.toThrow(/no progress with the COPY for 0\.2 s/u);
    await connection.query("SELECT pg_terminate_backend($1)", [slow.processId]);
  });

  test("counts what a trigger let through", async () => {
    await connection.script(`
      CREATE OR REPLACE FUNCTION odd_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RETURN CASE WHEN NEW.id % 2 = 1 THEN NEW END; END $$;
      CREATE TRIGGER odd_only BEFORE INSERT ON target FOR EACH ROW EXECUTE FUNCTION odd_only()`);
    await expect(
      connection.copyIn({ table, columns }, (copy) =>
        copy.writeColumns({ id: [1, 2, 3], text: { every: null } }, 3),
      ),
    ).resolves.toEqual({ rows: 2 });
  });

  test("fails with what its filling threw", async () => {
    await expect(
      connection.copyIn({ table, columns }, () => {
        throw new RangeError("no more");
      }),
    ).rejects.toThrow(RangeError);
    expect(await countRows()).toBe(0n);
  });
});
