import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { maximumMicroseconds, minimumMicroseconds } from "../codecs/instant.ts";
import { connectDirect, type DirectConnection } from "../connection/connect-direct.ts";
import { parseConnection } from "../connection/parse-connection.ts";
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
