import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { maximumMicroseconds, minimumMicroseconds } from "../codecs/instant.ts";
import { connectDirect, type DirectConnection } from "../connection/connect-direct.ts";
import { parseConnection } from "../connection/parse-connection.ts";
import { InvalidInputError, SchemaMismatchError } from "../errors/database-error.ts";
import type { CopyType } from "./copy-column.ts";

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

/** Copies one column of values into a table of one column, and reads it back as text in the same order. */
async function copyColumn(
  declared: string,
  type: CopyType,
  values: readonly unknown[],
): Promise<readonly string[]> {
  await connection.script(`DROP TABLE IF EXISTS target; CREATE TABLE target (id int4, value ${declared})`);
  const ids = values.map((_, index) => index);
  const result = await connection.copyIn(
    {
      table: { name: "target" },
      columns: [
        { name: "id", type: "int4" },
        { name: "value", type },
      ],
    },
    (copy) => copy.writeColumns({ id: ids, value: values }, values.length),
  );
  expect(result.rows).toBe(values.length);
  const { rows } = await connection.query<{ value: string }>("SELECT value::text FROM target ORDER BY id");
  return rows.map(({ value }) => value);
}

describe("a value that cannot be stored exactly", () => {
  test.each([
    ["int2", "int2", 32_768],
    ["int4", "int4", 2_147_483_648],
    ["int4", "int4", 1.5],
    ["int4", "int4", Number.NaN],
    ["int4", "int4", "1"],
    ["int8", "int8", 2 ** 53],
    ["int8", "int8", 2n ** 63n],
    ["int8", "int8", 0.1],
    ["float8", "float8", "1"],
    ["float4", "float4", 1e39],
    ["bool", "bool", 1],
    ["text", "text", "a\0b"],
    ["text", "text", `${"long ".repeat(20)}\0`],
    ["text", "text", "\ud800"],
    ["text", "text", 5],
    ["varchar(3)", "text", "abcd"],
    ["char(3)", "text", "🚀🚀🚀🚀"],
    ["numeric", "numeric", "NaN"],
    ["numeric", "numeric", "Infinity"],
    ["numeric", "numeric", ""],
    ["numeric", "numeric", "."],
    ["numeric", "numeric", "1 "],
    ["numeric", "numeric", 1.5],
    ["numeric", "numeric", "1e999999"],
    ["numeric", "numeric", "9".repeat(131_073)],
    ["numeric", "numeric", `0.${"1".repeat(16_384)}`],
    ["numeric(10,2)", "numeric", "1.005"],
    ["numeric(4,2)", "numeric", "100"],
    ["numeric(2,5)", "numeric", "0.001"],
    ["numeric(3,-2)", "numeric", "150"],
    ["price", "numeric", "0.00000000001"],
    ["uuid", "uuid", "not-a-uuid"],
    ["uuid", "uuid", new Uint8Array(15)],
    ["timestamptz", "timestamptz", Temporal.Instant.from("2024-01-01T00:00:00.0000001Z")],
    ["timestamptz", "timestamptz", maximumMicroseconds + 1n],
    ["timestamptz", "timestamptz", minimumMicroseconds - 1n],
    ["timestamptz", "timestamptz", 1_700_000_000_000],
    ["timestamptz(3)", "timestamptz", 1n],
    ["date", "date", "2023-02-29"],
    ["jsonb", "jsonb", 1n],
    ["jsonb", "jsonb", { a: ["\0"] }],
    ["jsonb", "jsonb", { "\ud800": 1 }],
    ["jsonb", "jsonb", { jsonText: "{'a': 1}" }],
    ["jsonb", "jsonb", { jsonText: "" }],
    ["jsonb", "jsonb", { jsonText: String.raw`"\\\u0000"` }],
    ["jsonb", "jsonb", { jsonText: String.raw`"\ud83d"` }],
    ["json", "json", { jsonText: "[1,]" }],
    ["bytea", "bytea", "text"],
  ] as const)(
    "of %s is refused by row and column, and the rows around it are stored",
    async (declared, type, bad) => {
      await connection.script(`CREATE TABLE target (id int4, value ${declared})`);
      const options = {
        table: { name: "target" },
        columns: [
          { name: "id", type: "int4" },
          { name: "value", type },
        ],
      } as const;
      const copy = await connection.openBinaryCopy(options);
      await copy.writeRow([1, null]);
      // What the types already refuse is what is tested here.
      const refused = [2, bad] as unknown as [number, null];
      expect(() => copy.writeRow(refused)).toThrow(InvalidInputError);
      expect(() => copy.writeRow(refused)).toThrow(/^Row 2, column "value": /u);
      await copy.writeRow([3, null]);
      await expect(copy.end()).resolves.toEqual({ rows: 2 });
    },
  );

  test("keeps its message short and is named by its column", async () => {
    await connection.script("CREATE TABLE target (value int4)");
    const copy = await connection.openBinaryCopy({
      table: { name: "target" },
      columns: [{ name: "value", type: "int4" }],
    });
    const row = ["9".repeat(300)] as unknown as [number];
    expect(() => copy.writeRow(row)).toThrow(expect.objectContaining({ column: "value" }));
    expect(() => copy.writeRow(row)).toThrow(/^.{1,200}$/u);
    await copy.abort("done");
  });

  test("that fits after all is not refused: superfluous zeros, full precision", async () => {
    expect(await copyColumn("numeric(4,2)", "numeric", ["1.5000", "99.99", "-0.01", "0000012.3"])).toEqual([
      "1.50",
      "99.99",
      "-0.01",
      "12.30",
    ]);
    expect(await copyColumn("numeric(2,5)", "numeric", ["0.00099"])).toEqual(["0.00099"]);
    expect(await copyColumn("numeric(3,-2)", "numeric", ["99900", "0"])).toEqual(["99900", "0"]);
    expect(await copyColumn("varchar(3)", "text", ["🚀🚀🚀"])).toEqual(["🚀🚀🚀"]);
    const escaped = String.raw`["\ud83d\ude80", "\\u0000", 1.50000000000000000000000000001]`;
    expect(await copyColumn("jsonb", "jsonb", [{ jsonText: escaped }, ["🚀", String.raw`\u0000`]])).toEqual([
      String.raw`["🚀", "\\u0000", 1.50000000000000000000000000001]`,
      String.raw`["🚀", "\\u0000"]`,
    ]);
    expect(await copyColumn("timestamptz(3)", "timestamptz", [1000n])).toEqual([
      "1970-01-01 00:00:00.001+00",
    ]);
  });

  test("wrong numbers of values and arrays that are too short are refused", async () => {
    await connection.script("CREATE TABLE target (a int4, b int4)");
    const options = {
      table: { name: "target" },
      columns: [
        { name: "a", type: "int4" },
        { name: "b", type: "int4" },
      ],
    } as const;
    const copy = await connection.openBinaryCopy(options);
    expect(() => copy.writeRow([1] as unknown as [number, number])).toThrow(
      /^Row 1 has 1 values for 2 columns/u,
    );
    await expect(copy.writeColumns({ a: [1, 2], b: [1] }, 2)).rejects.toThrow(
      /Column "b" has 1 values for 2 rows/u,
    );
    await expect(copy.writeColumns({ a: [1], b: 7 as unknown as number[] }, 1)).rejects.toThrow(
      /neither an array/u,
    );
    await expect(copy.writeColumns({ a: [], b: [] }, -1)).rejects.toThrow(InvalidInputError);
    await copy.abort("done");
  });
});

describe("a target that does not fit is refused before a row is sent", () => {
  test.each([
    ["int8", "float8", /Column "value" of target is bigint, and the COPY would send float8/u],
    ["float8", "int8", /is double precision, and the COPY would send int8/u],
    ["timestamptz", "int8", /is timestamp with time zone, and the COPY would send int8/u],
    ["timestamp", "timestamptz", /is timestamp without time zone/u],
    ["int8", "int4", /is bigint, and the COPY would send int4/u],
    ["text[]", "text", /is text\[\]/u],
    ["side", "int4", /is side/u],
    ["json", "jsonb", /is json, and the COPY would send jsonb/u],
  ] as const)("%s is not fed with %s", async (declared, type, sentence) => {
    await connection.script(`CREATE TABLE target (value ${declared})`);
    const opening = connection.openBinaryCopy({
      table: { name: "target" },
      columns: [{ name: "value", type }],
    });
    await expect(opening).rejects.toBeInstanceOf(SchemaMismatchError);
    await expect(opening).rejects.toThrow(sentence);
    await expect(opening).rejects.toMatchObject({ table: "target", column: "value" });
    await expect(connection.query("SELECT 1")).resolves.toBeDefined();
  });

  test("tables and columns that are not there, no columns, and one twice", async () => {
    const columns = [{ name: "value", type: "int4" }] as const;
    await expect(connection.openBinaryCopy({ table: { name: "target" }, columns })).rejects.toThrow(
      /There is no table target here\. Migrate the database/u,
    );
    await connection.script("CREATE TABLE target (other int4)");
    const table = { name: "target" };
    await expect(connection.openBinaryCopy({ table, columns })).rejects.toThrow(/has no column "value"/u);
    await expect(connection.openBinaryCopy({ table, columns: [] })).rejects.toThrow(/names no columns/u);
    await expect(connection.openBinaryCopy({ table, columns: [...columns, ...columns] })).rejects.toThrow(
      /twice/u,
    );
    await expect(connection.openBinaryCopy({ table, columns, chunkBytes: 1 })).rejects.toThrow(/chunkBytes/u);
  });

  test("a table the role may not write", async () => {
    await expect(
      connection.openBinaryCopy({
        table: { schema: "pg_catalog", name: "pg_proc" },
        columns: [{ name: "proname", type: "text" }],
      }),
    ).rejects.toMatchObject({ kind: "access-denied", sqlState: "42501" });
    await expect(connection.query("SELECT 1")).resolves.toBeDefined();
  });
});
