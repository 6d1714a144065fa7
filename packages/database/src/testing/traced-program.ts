// For tests: a program that uses the pool, to be run with OpenTelemetry watching. Not part of the package's API.

import { createDatabase, parseConnection } from "../index.ts";

await using database = createDatabase(parseConnection(process.argv[2]));
await database.query({ name: "one", text: "SELECT $1::int4 AS one", values: [4711] });
await database.transaction((transaction) => transaction.query("SELECT 2 AS two"));
await database.query({ text: "SELECT 3::float8 AS three", columns: { three: "float8" } });
await database.copyIn({ table: { name: "traced" }, columns: [{ name: "id", type: "int4" }] }, async (copy) =>
  copy.writeRow([4711]),
);
await database.query("SELECT nowhere").catch(() => undefined);
