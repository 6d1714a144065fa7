import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

import { connectDirect, type DirectConnection } from "../connection/connect-direct.ts";
import { parseConnection } from "../connection/parse-connection.ts";

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

test("every type copied in reads back as the same value", async () => {
  await connection.script(`
    CREATE TYPE side AS ENUM ('buy', 'sell');
    CREATE DOMAIN price AS numeric(30, 10);
    CREATE TABLE every_type (
      id int4, flag bool, small int2, big int8, ratio float4, amount float8, exact numeric, priced price, label text,
      code varchar(5), side side, bytes bytea, identifier uuid, at timestamptz, day date, raw json, document jsonb
    )`);
  const copy = await connection.openBinaryCopy({
    table: { schema: "public", name: "every_type" },
    columns: [
      { name: "id", type: "int4" },
      { name: "flag", type: "bool" },
      { name: "small", type: "int2" },
      { name: "big", type: "int8" },
      { name: "ratio", type: "float4" },
      { name: "amount", type: "float8" },
      { name: "exact", type: "numeric" },
      { name: "priced", type: "numeric" },
      { name: "label", type: "text" },
      { name: "code", type: "text" },
      { name: "side", type: "text" },
      { name: "bytes", type: "bytea" },
      { name: "identifier", type: "uuid" },
      { name: "at", type: "timestamptz" },
      { name: "day", type: "date" },
      { name: "raw", type: "json" },
      { name: "document", type: "jsonb" },
    ],
  });
  const at = Temporal.Instant.from("2024-01-02T03:04:05.123456Z");
  const row = {
    id: 1,
    flag: true,
    small: -32768,
    big: -9223372036854775808n,
    ratio: 0.5,
    amount: -0.1,
    exact: "-1234567890123456789012345678901234567890.000100",
    priced: "0.0000000001",
    label: "naïve 🚀 text",
    code: "ab🚀de",
    side: "sell",
    bytes: Buffer.from([0, 255, 10]),
    identifier: "01890a5d-ac96-774b-bcce-b302099a8057",
    at,
    day: Temporal.PlainDate.from("2024-02-29"),
    raw: { a: [1, null, "x"] },
    document: { b: { c: "é" } },
  };
  await copy.writeRow([
    row.id,
    row.flag,
    row.small,
    row.big,
    row.ratio,
    row.amount,
    row.exact,
    row.priced,
    row.label,
    row.code,
    row.side,
    row.bytes,
    row.identifier,
    row.at,
    row.day,
    row.raw,
    row.document,
  ]);
  await copy.writeRow([
    2,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
  ]);
  await expect(copy.end()).resolves.toEqual({ rows: 2 });
  const { rows } = await connection.query("SELECT * FROM every_type ORDER BY id");
  expect(rows[0]).toEqual(row);
  expect(Object.values(rows[1] ?? {}).filter((value) => value !== null)).toEqual([2]);
});
