// Results as typed arrays, from a real server: the same values as row objects, NULLs, errors half-way, and a connection that
// goes on as if nothing had been diverted.
import { memoryUsage } from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { parseConnection } from "../connection/parse-connection.ts";
import { InvalidInputError, UsageError } from "../errors/database-error.ts";
import type { Database } from "../pool/database.ts";
import { createDatabase } from "../pool/pooled-database.ts";
import type { ColumnarColumns, ColumnarRow } from "./column-decoder.ts";

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = createDatabase(parseConnection(testDatabase.url), { poolSize: 1 });
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

async function read<const Columns extends ColumnarColumns>(
  columns: Columns,
  text: string,
  values: readonly unknown[] = [],
  name?: string,
): Promise<ColumnarRow<Columns>> {
  const { rows, rowCount } = await database.query<ColumnarRow<Columns>>({ name, text, values, columns });
  const [row] = rows;
  if (row === undefined) throw new Error("A columnar read gives one row, always.");
  expect(rowCount).toBe(row.length);
  return row;
}

const everyType = {
  at: "timestamptz",
  double: "float8",
  single: "float4",
  small: "int4",
  large: "int8",
} as const;

describe("columns", () => {
  it("hold the values of each type exactly, NULL as NaN", async () => {
    const result = await read(
      everyType,
      `select '1969-12-31 23:59:59.999999Z'::timestamptz, 0.1::float8, 1.5::float4, -7, 9007199254740991
       union all select '2000-01-01Z', -0.0::float8, 'NaN'::float4, 2147483647, -9007199254740991
       union all select null, null, null, null, null
       union all select '2254-12-31 23:59:59.999999Z', 'Infinity', '-Infinity', -2147483648, 0`,
    );
    expect(result).toEqual({
      length: 4,
      at: Float64Array.of(
        -1,
        946_684_800_000_000,
        Number.NaN,
        Date.UTC(2254, 11, 31, 23, 59, 59, 999) * 1_000 + 999,
      ),
      double: Float64Array.of(0.1, -0, Number.NaN, Number.POSITIVE_INFINITY),
      single: Float64Array.of(1.5, Number.NaN, Number.NaN, Number.NEGATIVE_INFINITY),
      small: Float64Array.of(-7, 2_147_483_647, Number.NaN, -2_147_483_648),
      large: Float64Array.of(Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, Number.NaN, 0),
    });
  });

  it("of no rows are empty", async () => {
    expect(await read({ x: "float8" }, "select 1::float8 where false")).toEqual({
      length: 0,
      x: new Float64Array(0),
    });
  });

  it.each([1, 511, 512, 513, 200_000])(
    "of %i rows are those of the row objects, with or without a name",
    async (rows) => {
      const text = "select (n * 1.1)::float8 as x, n::int4 as n from generate_series(1, $1::int4) n";
      for (const name of [undefined, "columns", "columns"]) {
        const { length, x, n } = await read({ x: "float8", n: "int4" }, text, [rows], name);
        expect([length, x.length, n.length]).toEqual([rows, rows, rows]);
        expect([x.at(-1), n.at(-1)]).toEqual([Number((rows * 1.1).toFixed(1)), rows]);
        expect(n.every((value, index) => value === index + 1)).toBe(true);
      }
    },
  );

  it.each([0, 1, 4, 5, 6, 1_000])(
    "are whole where %i rows were expected and five came",
    async (expectedRows) => {
      const { rows } = await database.query({
        text: "select n::float8 as n from generate_series(1, 5) n",
        columns: { n: "float8" },
        expectedRows,
      });
      expect(rows).toEqual([{ length: 5, n: Float64Array.of(1, 2, 3, 4, 5) }]);
    },
  );
});

describe("what cannot be read as columns", () => {
  it("is refused with the column named, and the connection serves the next statement", async () => {
    await expect(read({ x: "float8" }, "select 1::int4 from generate_series(1, 10000)")).rejects.toThrow(
      'Column "x" came with 4 bytes',
    );
    await expect(read({ x: "float8" }, "select 1::float8, 2::float8")).rejects.toThrow(UsageError);
    await expect(read({ x: "float8", y: "float8" }, "select 1::float8, '\\x00'::bytea")).rejects.toThrow(
      'Column "y"',
    );
    expect((await read({ x: "float8" }, "select 2::float8")).x).toEqual(Float64Array.of(2));
  });

  it("an error of the server, before the first row or after thousands, is typed and leaves the connection in step", async () => {
    const failing = "select (1 / (5000 - n))::float8 from generate_series(1, 10000) n";
    await expect(read({ x: "float8" }, failing)).rejects.toThrow(/division by zero/);
    await expect(read({ x: "float8" }, failing, [], "failing")).rejects.toThrow(/division by zero/);
    await expect(read({ x: "float8" }, "select $1::float8", ["no number"])).rejects.toThrow(
      InvalidInputError,
    );
    const { rows } = await database.query<{ one: number }>("select 1 as one");
    expect(rows).toEqual([{ one: 1 }]);
    expect(database.pool.open).toBe(1);
  });
});

it("columnar and ordinary statements of one name take turns on one connection, in a transaction too", async () => {
  const statement = { name: "turns", text: "select n::float8 as n from generate_series(1, 3) n" };
  for (let turn = 0; turn < 3; turn += 1) {
    expect((await database.query(statement)).rows).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect((await read({ n: "float8" }, statement.text, [], statement.name)).n).toEqual(
      Float64Array.of(1, 2, 3),
    );
  }
  await database.transaction(async (transaction) => {
    await transaction.query("create temporary table numbers (n float8) on commit drop");
    await transaction.query("insert into numbers values (4)");
    const columns = { n: "float8" } as const;
    const { rows } = await transaction.query({ text: "table numbers", columns });
    expect(rows).toEqual([{ length: 1, n: Float64Array.of(4) }]);
  });
});

it("a connection cut in the midst of the rows is reported as lost", async () => {
  const cut = read(
    { n: "float8" },
    "select n::float8 from generate_series(1, 3000) n, lateral (select pg_terminate_backend(pg_backend_pid()) where n = 2500) x",
  );
  await expect(cut).rejects.toMatchObject({ kind: "unavailable" });
});

it("are cleaned up while they are young, once nobody holds them any more", async () => {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new TypeError("This Node has no gc().");
  const statement = {
    name: "young columns",
    text: "select n::float8 as n from generate_series(1, 3000) n",
    values: [],
    columns: { n: "float8" },
    expectedRows: 3_000,
  } as const;
  const run = async (turns: number): Promise<void> => {
    for (let turn = 0; turn < turns; turn += 1) {
      for (let call = 0; call < 10; call += 1) await database.query(statement);
      Reflect.apply(collect, undefined, [{ type: "minor" }]);
    }
  };
  await run(5);
  const before = memoryUsage().arrayBuffers;
  await run(50);
  // Five hundred times 3,000 doubles are 12 MB.
  expect(memoryUsage().arrayBuffers - before).toBeLessThan(3_000_000);
});
