import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import fc from "fast-check";
import { types as globalTypes } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

import { connectDirect, type DirectConnection } from "../connection/connect-direct.ts";
import { parseConnection } from "../connection/parse-connection.ts";
import { InvalidInputError } from "../errors/database-error.ts";
import { maximumMicroseconds, microsecondsToInstant, minimumMicroseconds } from "./instant.ts";
import { jsonParameter } from "./parameters.ts";

let database: TestDatabase;
let connection: DirectConnection;

beforeAll(async () => {
  database = await createTestDatabase();
  connection = await connectDirect(parseConnection(database.url));
});

afterAll(async () => {
  await connection?.close();
  await database?.drop();
});

async function echo(type: string, value: unknown): Promise<unknown> {
  const { rows } = await connection.query<{ value: unknown }>(`SELECT $1::${type} AS value`, [value]);
  return rows[0]?.value;
}

/** Temporal values have no fields of their own: compared by what they say. */
function shown(value: unknown): unknown {
  return Array.isArray(value)
    ? value.map(shown)
    : typeof value === "object" && value !== null
      ? String(value)
      : value;
}

const microseconds = fc.bigInt({ min: minimumMicroseconds, max: maximumMicroseconds });
const decimalText = fc
  .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 38n }), fc.option(fc.stringMatching(/^\d{1,18}$/u)))
  .map(([isNegative, whole, fraction]) => {
    const text = `${whole}${fraction === null ? "" : `.${fraction}`}`;
    return isNegative && /[1-9]/u.test(text) ? `-${text}` : text;
  });

test("20 000 instants come back to the microsecond, as values and in an array", async () => {
  const instants = fc.sample(microseconds, 20_000).map(microsecondsToInstant);
  const { rows } = await connection.query<{ all: Temporal.Instant[] }>("SELECT $1::timestamptz[] AS all", [
    instants,
  ]);
  expect(rows[0]?.all.map((instant) => instant.epochNanoseconds)).toEqual(
    instants.map((instant) => instant.epochNanoseconds),
  );
  const { rows: single } = await connection.query<{ at: Temporal.Instant }>(
    "SELECT unnest($1::timestamptz[]) AS at",
    [instants],
  );
  expect(single.map(({ at }) => at.epochNanoseconds)).toEqual(
    instants.map((instant) => instant.epochNanoseconds),
  );
});

test("20 000 decimals come back digit for digit", async () => {
  const decimals = fc.sample(decimalText, 20_000);
  const { rows } = await connection.query<{ value: string }>("SELECT unnest($1::numeric[]) AS value", [
    decimals,
  ]);
  expect(rows.map(({ value }) => value)).toEqual(decimals);
});

test("20 000 floats come back bit for bit", async () => {
  const floats = fc.sample(fc.double(), 20_000);
  const { rows } = await connection.query<{ value: number }>("SELECT unnest($1::float8[]) AS value", [
    floats,
  ]);
  expect(rows.every(({ value }, index) => Object.is(value, floats[index]))).toBe(true);
});

test("a session in another time zone reads the same instants", async () => {
  await connection.script("SET TimeZone = 'Asia/Kathmandu'");
  try {
    const instant = Temporal.Instant.from("1890-05-06T07:08:09.123456Z");
    expect(shown(await echo("timestamptz", instant))).toBe(instant.toString());
  } finally {
    await connection.script("SET TimeZone = 'UTC'");
  }
});

test.each([
  ["int8", -9_223_372_036_854_775_808n, -9_223_372_036_854_775_808n],
  ["int8[]", [1n, null, 9_223_372_036_854_775_807n], [1n, null, 9_223_372_036_854_775_807n]],
  ["numeric", "NaN", "NaN"],
  ["numeric(10,4)", "1.5", "1.5000"],
  ["float8", Number.NaN, Number.NaN],
  ["float8", Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ["float8", -0, -0],
  ["float4", 0.1, 0.1],
  ["date", Temporal.PlainDate.from("-000043-03-15"), "-000043-03-15"],
  ["date[]", [Temporal.PlainDate.from("2024-02-29"), null], ["2024-02-29", null]],
  ["uuid", "01890a5d-ac96-774b-bcce-b302099a8057", "01890a5d-ac96-774b-bcce-b302099a8057"],
  ["bool[]", [true, false, null], [true, false, null]],
  ["text[]", ['a"b', "c,d", "NULL", null, ""], ['a"b', "c,d", "NULL", null, ""]],
  ["text[][]", [["a"], ["b"]], [["a"], ["b"]]],
  ["interval", "1 day 02:00", "P1DT2H"],
  ["timestamptz", new Date("2024-01-02T03:04:05.678Z"), "2024-01-02T03:04:05.678Z"],
])("%s %o comes back", async (type, value, back) => {
  expect(shown(await echo(type, value))).toEqual(back);
});

test("json, jsonb and arrays of them come back parsed, bytes as a buffer", async () => {
  expect(await echo("jsonb", jsonParameter([1, { a: "é" }]))).toEqual([1, { a: "é" }]);
  expect(await echo("json", { a: null })).toEqual({ a: null });
  expect(await echo("jsonb[]", [{ a: 1 }, null])).toEqual([{ a: 1 }, null]);
  expect(await echo("bytea", Buffer.from([0, 1, 255]))).toEqual(Buffer.from([0, 1, 255]));
});

test.each(["infinity", "-infinity", "294276-01-01 00:00:00+00"])(
  "timestamptz %s is refused, typed",
  async (text) => {
    await expect(echo("timestamptz", text)).rejects.toBeInstanceOf(InvalidInputError);
    await expect(connection.query("SELECT 1")).resolves.toBeDefined();
  },
);

test("pg's global parsers are left as they were", () => {
  expect(
    globalTypes.getTypeParser(globalTypes.builtins.TIMESTAMPTZ)("2024-01-02 03:04:05+00"),
  ).toBeInstanceOf(Date);
});
