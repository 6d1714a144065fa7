import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { connectDirect, type DirectConnection } from "../connection/connect-direct.ts";
import { parseConnection } from "../connection/parse-connection.ts";
import { UnavailableError } from "../errors/database-error.ts";
import { startCuttingProxy } from "../testing/cutting-proxy.ts";
import type { Database, RetryEvent } from "./database.ts";
import { createDatabase } from "./pooled-database.ts";

let server: TestDatabase;
let admin: DirectConnection;
let serverPort: number;

beforeAll(async () => {
  server = await createTestDatabase();
  admin = await connectDirect(parseConnection(server.url));
  serverPort = Number(new URL(server.url).port);
  await admin.script("CREATE TABLE notes (id int4, text text)");
});

afterAll(async () => {
  await admin?.close();
  await server?.drop();
});

beforeEach(async () => {
  await admin.script("TRUNCATE notes");
});

function openThrough(port: number, onRetry?: (event: RetryEvent) => void): Database {
  const url = new URL(server.url);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  return createDatabase(parseConnection(url.href), { poolSize: 2, onRetry });
}

async function countNotes(): Promise<number> {
  const { rows } = await admin.query<{ count: number }>("SELECT count(*)::int4 AS count FROM notes");
  return rows[0]?.count ?? -1;
}

const text = "INSERT INTO notes SELECT 1, 'x' WHERE NOT EXISTS (SELECT FROM notes WHERE id = 1)";

test.each(["before-server", "after-server"] as const)(
  "a statement that says it is idempotent is sent again when the connection is cut %s got it",
  async (cut) => {
    await using proxy = await startCuttingProxy(serverPort);
    const retries: RetryEvent[] = [];
    await using database = openThrough(proxy.port, (event) => retries.push(event));
    await database.query("SELECT 1");
    proxy.cutAt("INSERT INTO notes", cut);
    await database.query({ name: "note-once", text, isIdempotent: true });
    expect(await countNotes()).toBe(1);
    expect(retries).toMatchObject([{ statement: "note-once", attempt: 1, error: { kind: "unavailable" } }]);
    expect(retries[0]?.delayMilliseconds).toBeLessThanOrEqual(100);
  },
);

test.each([text, { text }, { text, isIdempotent: false }])(
  "a statement that does not say so is never sent twice (%j)",
  async (statement) => {
    await using proxy = await startCuttingProxy(serverPort);
    const retries: RetryEvent[] = [];
    await using database = openThrough(proxy.port, (event) => retries.push(event));
    await database.query("SELECT 1");
    proxy.cutAt("INSERT INTO notes", "after-server");
    await expect(database.query(statement)).rejects.toBeInstanceOf(UnavailableError);
    expect(await countNotes()).toBe(1);
    expect(retries).toEqual([]);
  },
);

test("an idempotent statement is given up after five attempts, with the last error", async () => {
  const retries: RetryEvent[] = [];
  await using database = openThrough(1, (event) => retries.push(event));
  await expect(database.query({ text, isIdempotent: true })).rejects.toThrow(
    /^No database server answers at 127\.0\.0\.1:1\./u,
  );
  expect(retries.map(({ attempt, statement }) => ({ attempt, statement }))).toEqual(
    [1, 2, 3, 4].map((attempt) => ({ attempt, statement: text })),
  );
});

test("an idempotent statement that the server refuses is not sent again", async () => {
  const retries: RetryEvent[] = [];
  await using database = openThrough(serverPort, (event) => retries.push(event));
  await expect(
    database.query({ text: "INSERT INTO notes VALUES ('x', 1)", isIdempotent: true }),
  ).rejects.toMatchObject({ kind: "invalid-input" });
  expect(retries).toEqual([]);
});
