import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

import { connectDirect } from "../connection/connect-direct.ts";
import { parseConnection } from "../connection/parse-connection.ts";

let server: TestDatabase;

beforeAll(async () => {
  server = await createTestDatabase();
  await using admin = await connectDirect(parseConnection(server.url));
  await admin.script("CREATE TABLE traced (id int4)");
});

afterAll(async () => {
  await server?.drop();
});

const tracing = fileURLToPath(new URL("../testing/trace-to-output.ts", import.meta.url));
const program = fileURLToPath(new URL("../testing/traced-program.ts", import.meta.url));

/** Runs a program of its own, because pg can be instrumented only before its first import. */
async function runTraced(url: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", tracing, program, url]);
  return stdout;
}

interface PrintedSpan {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: { readonly code: number };
}

test("OpenTelemetry's pg instrumentation sees each statement, login and wait for the pool, and no secret or value", async () => {
  const output = await runTraced(server.url);
  const spans = output
    .trim()
    .split("\n")
    // Printed in exactly this shape by trace-to-output.ts.
    .map((line) => JSON.parse(line) as PrintedSpan);
  const statements = spans
    .filter(({ name }) => name.startsWith("pg.query"))
    // What a new connection and a COPY ask the catalogue first is their own affair.
    .filter(({ attributes }) => attributes["db.postgresql.plan"] !== "binary-copy-target")
    .filter(({ attributes }) => !String(attributes["db.query.text"]).includes("pg_extension"))
    .map(({ attributes, status }) => [
      attributes["db.query.text"],
      attributes["db.postgresql.plan"],
      status.code,
    ]);
  expect(statements).toEqual([
    ["SELECT $1::int4 AS one", "one", 0],
    ["BEGIN ISOLATION LEVEL READ COMMITTED", undefined, 0],
    ["SELECT 2 AS two", undefined, 0],
    ["COMMIT", undefined, 0],
    ["SELECT 3::float8 AS three", undefined, 0],
    ["BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = 0", undefined, 0],
    ['COPY "traced" ("id") FROM STDIN (FORMAT binary)', undefined, 0],
    ["COMMIT", undefined, 0],
    ["SELECT nowhere", undefined, 2],
  ]);
  expect(spans.map(({ name }) => name)).toEqual(expect.arrayContaining(["pg.connect", "pg-pool.connect"]));
  expect(spans.every(({ attributes }) => attributes["db.namespace"] === server.name)).toBe(true);
  expect(output).not.toContain(decodeURIComponent(new URL(server.url).password));
  expect(output).not.toContain("4711");
});
