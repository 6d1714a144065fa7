import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { maximumMicroseconds, minimumMicroseconds } from "../codecs/instant.ts";
import { connectDirect, type DirectConnection } from "../connection/connect-direct.ts";
import { parseConnection } from "../connection/parse-connection.ts";
import {
  DatabaseError,
  InvalidInputError,
  SchemaMismatchError,
  TimeoutError,
  UnavailableError,
  UsageError,
} from "../errors/database-error.ts";
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

async function countRows(): Promise<bigint | undefined> {
  const { rows } = await connection.query<{ count: bigint }>("SELECT count(*) FROM target");
  return rows[0]?.count;
}

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

/** What the server makes of the same values given as text: the oracle of the binary format. */
async function castByServer(declared: string, texts: readonly string[]): Promise<readonly string[]> {
  const { rows } = await connection.query<{ value: string }>(
    `SELECT text::${declared}::text AS value FROM unnest($1::text[]) WITH ORDINALITY AS given (text, place) ORDER BY place`,
    [texts],
  );
  return rows.map(({ value }) => value);
}

/** Decimal text in every form that is accepted: signs, leading zeros, no digits on one side, exponents. */
const anyDecimal = fc
  .tuple(
    fc.constantFrom("", "-", "+"),
    fc.stringMatching(/^\d{0,45}$/u),
    fc.option(fc.stringMatching(/^\d{0,30}$/u)),
    fc.option(fc.integer({ min: -40, max: 40 })),
  )
  .filter(([, whole, fraction]) => whole !== "" || (fraction ?? "") !== "")
  .map(([sign, whole, fraction, exponent]) => {
    const digits = `${sign}${whole}${fraction === null ? "" : `.${fraction}`}`;
    return exponent === null ? digits : `${digits}e${exponent}`;
  });

describe("what is copied in is what is stored", () => {
  test("every type reads back as the same value, and null as null", async () => {
    await connection.script(`
      CREATE TABLE target (
        id int4, flag bool, small int2, big int8, ratio float4, amount float8, exact numeric, priced price, ticked tick,
        label text, code varchar(5), side side, bytes bytea, identifier uuid, at timestamptz, day date, raw json,
        document jsonb
      )`);
    const columns = [
      { name: "id", type: "int4" },
      { name: "flag", type: "bool" },
      { name: "small", type: "int2" },
      { name: "big", type: "int8" },
      { name: "ratio", type: "float4" },
      { name: "amount", type: "float8" },
      { name: "exact", type: "numeric" },
      { name: "priced", type: "numeric" },
      { name: "ticked", type: "numeric" },
      { name: "label", type: "text" },
      { name: "code", type: "text" },
      { name: "side", type: "text" },
      { name: "bytes", type: "bytea" },
      { name: "identifier", type: "uuid" },
      { name: "at", type: "timestamptz" },
      { name: "day", type: "date" },
      { name: "raw", type: "json" },
      { name: "document", type: "jsonb" },
    ] as const;
    const at = Temporal.Instant.from("2024-01-02T03:04:05.123456Z");
    const day = Temporal.PlainDate.from("2024-02-29");
    const copy = await connection.openBinaryCopy({ table: { schema: "public", name: "target" }, columns });
    await copy.writeRow([
      1,
      true,
      -32_768,
      -9_223_372_036_854_775_808n,
      0.5,
      -0.1,
      "-1234567890123456789012345678901234567890.000100",
      "0.0000000001",
      "12.5",
      "naïve 🚀 text",
      "ab🚀de",
      "sell",
      Buffer.from([0, 255, 10]),
      "01890A5D-ac96-774b-bcce-b302099a8057",
      at,
      day,
      { jsonText: '{"a":  [1.50, null]}' },
      { b: { c: "é" } },
    ]);
    await copy.writeRow([2, ...Array.from({ length: 17 }, () => null)] as never);
    expect(copy.rowsWritten).toBe(2);
    await expect(copy.end()).resolves.toEqual({ rows: 2 });
    const { rows } = await connection.query("SELECT *, raw::text AS raw_text FROM target ORDER BY id");
    expect(rows[0]).toMatchObject({
      id: 1,
      flag: true,
      small: -32_768,
      big: -9_223_372_036_854_775_808n,
      ratio: 0.5,
      amount: -0.1,
      exact: "-1234567890123456789012345678901234567890.000100",
      priced: "0.0000000001",
      ticked: "12.5000000000",
      label: "naïve 🚀 text",
      code: "ab🚀de",
      side: "sell",
      bytes: Buffer.from([0, 255, 10]),
      identifier: "01890a5d-ac96-774b-bcce-b302099a8057",
      raw_text: '{"a":  [1.50, null]}',
      document: { b: { c: "é" } },
    });
    expect(String(rows[0]?.["at"])).toBe(at.toString());
    expect(String(rows[0]?.["day"])).toBe(day.toString());
    expect(Object.values(rows[1] ?? {}).filter((value) => value !== null)).toEqual([2]);
  });

  test("10 000 decimals of any form are stored digit for digit, scale included", async () => {
    const decimals = fc.sample(anyDecimal, 10_000);
    expect(await copyColumn("numeric", "numeric", decimals)).toEqual(await castByServer("numeric", decimals));
  });

  test("the longest decimals are stored", async () => {
    const decimals = [
      "9".repeat(131_072),
      `-0.${"0".repeat(16_382)}7`,
      `1${"0".repeat(4000)}`,
      "1e100",
      "-1e-100",
      "0e50",
      "-0",
      "-0.000",
      "00012.3400",
      ".5",
      "5.",
    ];
    expect(await copyColumn("numeric", "numeric", decimals)).toEqual(await castByServer("numeric", decimals));
  });

  test("10 000 instants are stored to the microsecond", async () => {
    const times = fc.sample(fc.bigInt({ min: minimumMicroseconds, max: maximumMicroseconds }), 10_000);
    await copyColumn("timestamptz", "timestamptz", times);
    const { rows } = await connection.query<{ value: Temporal.Instant }>(
      "SELECT value FROM target ORDER BY id",
    );
    expect(rows.map(({ value }) => value.epochNanoseconds)).toEqual(times.map((time) => time * 1000n));
  });

  test("10 000 floats are stored bit for bit, NaN and infinities included", async () => {
    const floats = fc.sample(fc.double(), 10_000);
    await copyColumn("float8", "float8", floats);
    const { rows } = await connection.query<{ value: number }>("SELECT value FROM target ORDER BY id");
    expect(rows.filter(({ value }, index) => !Object.is(value, floats[index]))).toEqual([]);
  });

  test("10 000 whole numbers are stored, as bigint or as number", async () => {
    const whole = [
      ...fc.sample(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), 5000),
      ...fc.sample(fc.maxSafeInteger(), 5000),
      -1,
      -0,
      2 ** 32,
      -(2 ** 32),
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
    ];
    const expected = whole.map((value) => BigInt(value).toString());
    expect(await copyColumn("int8", "int8", whole)).toEqual(expected);
    const small = [-32_768, -1, 0, 32_767];
    expect(await copyColumn("int2", "int2", small)).toEqual(small.map(String));
    const middle = [-2_147_483_648, -1, 0, 2_147_483_647];
    expect(await copyColumn("int4", "int4", middle)).toEqual(middle.map(String));
  });

  test("5000 texts of any characters are stored, as text and inside jsonb", async () => {
    const storable = fc
      .string({ unit: "binary", maxLength: 200 })
      .filter((text) => text.isWellFormed() && !text.includes("\0"));
    const texts = fc.sample(storable, 5000);
    expect(await copyColumn("text", "text", texts)).toEqual(texts);
    const documents = texts.map((text) => ({ [text]: [text] }));
    await copyColumn("jsonb", "jsonb", documents);
    const { rows } = await connection.query<{ value: unknown }>("SELECT value FROM target ORDER BY id");
    expect(rows.map(({ value }) => value)).toEqual(documents);
  });

  test("dates from 4714 BC on are stored", async () => {
    const days = ["-004713-11-24", "0000-12-31", "1999-12-31", "2000-01-01", "2024-02-29", "+275760-09-12"];
    await copyColumn("date", "date", days);
    const { rows } = await connection.query<{ value: Temporal.PlainDate }>(
      "SELECT value FROM target ORDER BY id",
    );
    expect(rows.map(({ value }) => value.toString())).toEqual(days);
  });

  test("values larger than a chunk are stored whole", async () => {
    const texts = ["x".repeat(3_000_000), "short", "é".repeat(1_000_000)];
    expect(await copyColumn("text", "text", texts)).toEqual(texts);
    const bytes = [Buffer.alloc(2_000_000, 7), Buffer.alloc(0)];
    expect(await copyColumn("bytea", "bytea", bytes)).toEqual(
      bytes.map((value) => `\\x${value.toString("hex")}`),
    );
  });

  test("typed arrays, constants and NaN as null go in by column", async () => {
    await connection.script("CREATE TABLE target (symbol text, time timestamptz, close float8, sma float4)");
    const columns = [
      { name: "symbol", type: "text" },
      { name: "time", type: "timestamptz" },
      { name: "close", type: "float8" },
      { name: "sma", type: "float4", nanAsNull: true },
    ] as const;
    await connection.copyIn({ table: { name: "target" }, columns }, (copy) =>
      copy.writeColumns(
        {
          symbol: { every: "BTC/USD" },
          time: new BigInt64Array([0n, 60_000_000n]),
          close: new Float64Array([1, Number.NaN]),
          sma: new Float32Array([Number.NaN, 0.5]),
        },
        2,
      ),
    );
    const { rows } = await connection.query(
      "SELECT symbol, time::text, close, sma FROM target ORDER BY time",
    );
    expect(rows).toEqual([
      { symbol: "BTC/USD", time: "1970-01-01 00:00:00+00", close: 1, sma: null },
      { symbol: "BTC/USD", time: "1970-01-01 00:01:00+00", close: Number.NaN, sma: 0.5 },
    ]);
  });

  test("no rows at all are no error", async () => {
    await connection.script("CREATE TABLE target (value int4)");
    const copy = await connection.openBinaryCopy({
      table: { name: "target" },
      columns: [{ name: "value", type: "int4" }],
    });
    await expect(copy.end()).resolves.toEqual({ rows: 0 });
  });

  test("names of any characters are quoted", async () => {
    await connection.script(`DROP TABLE IF EXISTS "odd ""table"; CREATE TABLE "odd ""table" ("a ""b" int4)`);
    const options = { table: { name: 'odd "table' }, columns: [{ name: 'a "b', type: "int4" }] } as const;
    const { rows } = await connection.copyIn(options, async (copy) => copy.writeRow([1]));
    expect(rows).toBe(1);
  });
});

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

test("the event loop keeps turning while rows go in", async () => {
  await connection.script("CREATE TABLE target (id int4)");
  const ids = Int32Array.from({ length: 2_000_000 }, (_, index) => index);
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  await connection.copyIn({ table: { name: "target" }, columns: [{ name: "id", type: "int4" }] }, (copy) =>
    copy.writeColumns({ id: ids }, ids.length),
  );
  clearInterval(timer);
  expect(turns).toBeGreaterThan(3);
});

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
      // oxlint-disable-next-line no-await-in-loop -- rows go in order
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
        // oxlint-disable-next-line no-await-in-loop -- rows go in order
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
        // oxlint-disable-next-line no-await-in-loop -- rows go in order
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
