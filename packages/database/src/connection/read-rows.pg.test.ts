// Rows of prepared statements whose columns the server described once: the same objects every time, and never those of other
// columns after a change.
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { InvalidInputError } from "../errors/database-error.ts";
import type { Database } from "../pool/database.ts";
import { createDatabase } from "../pool/pooled-database.ts";
import { parseConnection } from "./parse-connection.ts";

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await createTestDatabase();
  database = createDatabase(parseConnection(server.url), { poolSize: 1 });
});
afterAll(async () => {
  await database.close();
  await server.drop();
});

it("are the same objects at the first execution and at every further one, whatever number of them", async () => {
  const statement = {
    name: "everything",
    text: `select n, n::int8 as large, (n / 4.0)::numeric(9, 3) as exact, 'text ' || n as words, null::text as nothing,
             timestamptz '2026-01-02 03:04:05.000006Z' as at, date '2026-01-02' as day, array[n, null] as list,
             jsonb_build_object('n', n) as object, n % 2 = 0 as even from generate_series(1, $1::int4) n`,
  };
  const row = (n: number): object => ({
    n,
    large: BigInt(n),
    exact: (n / 4).toFixed(3),
    words: `text ${n}`,
    nothing: null,
    at: Temporal.Instant.from("2026-01-02T03:04:05.000006Z"),
    day: Temporal.PlainDate.from("2026-01-02"),
    list: [n, null],
    object: { n },
    even: n % 2 === 0,
  });
  for (const count of [3, 0, 1, 200, 0]) {
    const { rows, rowCount, command } = await database.query({ ...statement, values: [count] });
    expect(rows).toEqual(Array.from({ length: count }, (_, index) => row(index + 1)));
    expect({ rowCount, command }).toEqual({ rowCount: count, command: "SELECT" });
  }
});

it("carry the new columns after a table changed, its names too", async () => {
  await database.query("create table shape (a int4, b text)");
  await database.query("insert into shape values (1, 'one')");
  const read = { name: "shape", text: "select * from shape" };
  for (let turn = 0; turn < 3; turn += 1)
    expect((await database.query(read)).rows).toEqual([{ a: 1, b: "one" }]);
  await database.query("alter table shape rename column b to c");
  expect((await database.query(read)).rows).toEqual([{ a: 1, c: "one" }]);
  await database.query("alter table shape alter column a type text");
  await database.query("alter table shape add column d bool default true");
  for (let turn = 0; turn < 3; turn += 1) {
    expect((await database.query(read)).rows).toEqual([{ a: "1", c: "one", d: true }]);
  }
});

it("of a write without a result are none, and their count is kept", async () => {
  await database.query("create table written (n int4 primary key)");
  const write = {
    name: "write",
    text: "insert into written select generate_series($1::int4, $2::int4) on conflict do nothing",
  };
  for (const [from, to, rowCount] of [
    [1, 3, 3],
    [1, 4, 1],
    [1, 4, 0],
  ]) {
    expect(await database.query({ ...write, values: [from, to] })).toEqual({
      rows: [],
      rowCount,
      command: "INSERT",
    });
  }
});

it("after an error, half-way or at once, are whole again with the next execution", async () => {
  const divide = { name: "divide", text: "select 10 / (3 - n) as q from generate_series(1, $1::int4) n" };
  const fine = { rows: [{ q: 5 }, { q: 10 }], rowCount: 2, command: "SELECT" };
  expect(await database.query({ ...divide, values: [2] })).toEqual(fine);
  await expect(database.query({ ...divide, values: [4] })).rejects.toThrow(/division by zero/u);
  await expect(database.query({ ...divide, values: ["x"] })).rejects.toThrow(InvalidInputError);
  expect(await database.query({ ...divide, values: [2] })).toEqual(fine);
  expect(database.pool.open).toBe(1);
});

describe("that nobody holds any more are cleaned up while they are young", () => {
  const text = "select n, 'some text of row ' || n as words from generate_series(1, $1::int4) n";
  it.each([
    ["a named statement", { name: "young", text, values: [1000] }],
    ["a statement without a name", { text, values: [1000] }],
  ])("of %s", async (_, statement) => {
    setFlagsFromString("--expose-gc");
    const collect: unknown = runInNewContext("gc");
    if (typeof collect !== "function") throw new TypeError("This Node has no gc().");
    const collectYoung = (): void => void Reflect.apply(collect, undefined, [{ type: "minor" }]);
    const oldBytes = (): number =>
      getHeapSpaceStatistics().find(({ space_name: name }) => name === "old_space")?.space_used_size ??
      Number.NaN;
    await using callers = createDatabase(parseConnection(server.url), { poolSize: 8 });
    const run = async (turns: number): Promise<void> => {
      for (let turn = 0; turn < turns; turn += 1) {
        await Promise.all(Array.from({ length: 8 }, () => callers.query(statement)));
        collectYoung();
      }
    };
    await run(3);
    const before = oldBytes();
    await run(12);
    // 96,000 rows of two values take more than 10 MB.
    expect(oldBytes() - before).toBeLessThan(3_000_000);
  });
});
