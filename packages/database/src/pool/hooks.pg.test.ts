import { inspect } from "node:util";

import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";

import { connectDirect } from "../connection/connect-direct.ts";
import { parseConnection } from "../connection/parse-connection.ts";
import { startCuttingProxy } from "../testing/cutting-proxy.ts";
import type { Database, DatabaseOptions } from "./database.ts";
import type { ConnectionEvent, DatabaseHooks, QueryEvent, TransactionEvent } from "./hooks.ts";
import { createDatabase } from "./pooled-database.ts";

let server: TestDatabase;
let queries: QueryEvent[];
let transactions: TransactionEvent[];
let connections: ConnectionEvent[];
let hooks: DatabaseHooks;

beforeAll(async () => {
  server = await createTestDatabase();
  await using admin = await connectDirect(parseConnection(server.url));
  await admin.script("CREATE TABLE notes (id int4 PRIMARY KEY, text text)");
});

afterAll(async () => {
  await server?.drop();
});

beforeEach(() => {
  [queries, transactions, connections] = [[], [], []];
  hooks = {
    onQuery: (event) => queries.push(event),
    onTransaction: (event) => transactions.push(event),
    onConnection: (event) => connections.push(event),
  };
});

function open(options: DatabaseOptions = {}, port?: number): Database {
  const url = new URL(server.url);
  if (port !== undefined) url.port = String(port);
  return createDatabase(parseConnection(url.href), { hooks, ...options });
}

test("each statement is told of with its name, text, rows and times, and without its values", async () => {
  await using database = open();
  await database.query({
    name: "both",
    text: "SELECT $1::text AS one UNION ALL SELECT pg_sleep(0.05)::text",
    values: ["sesame"],
  });
  await database.query("SELECT nowhere").catch(() => undefined);
  expect(queries).toMatchObject([
    {
      name: "both",
      text: "SELECT $1::text AS one UNION ALL SELECT pg_sleep(0.05)::text",
      rowCount: 2,
      error: undefined,
      server: database.settings.address,
      isOnReplica: false,
      isInTransaction: false,
    },
    { name: undefined, text: "SELECT nowhere", rowCount: undefined, error: { kind: "schema-mismatch" } },
  ]);
  const [first] = queries;
  expect(first?.durationMilliseconds).toBeGreaterThanOrEqual(45);
  expect(first?.waitMilliseconds).toBeGreaterThan(0);
  expect(first?.startedAt.epochMilliseconds).toBeLessThanOrEqual(Date.now());
  expect(JSON.stringify(queries)).not.toContain("sesame");
});

test("the wait for the pool is told apart from the statement itself", async () => {
  await using database = open({ poolSize: 1 });
  await Promise.all([database.query("SELECT pg_sleep(0.1)"), database.query("SELECT 1")]);
  expect(queries.map(({ text }) => text)).toEqual(["SELECT pg_sleep(0.1)", "SELECT 1"]);
  expect(queries[1]?.waitMilliseconds).toBeGreaterThan(95);
  expect(queries[1]?.durationMilliseconds).toBeLessThan(95);
});

test("a statement that got no connection is told of with its error", async () => {
  await using database = open({}, 1);
  await database.query("SELECT 1").catch(() => undefined);
  expect(queries).toMatchObject([{ text: "SELECT 1", error: { kind: "unavailable" }, rowCount: undefined }]);
  expect(connections).toMatchObject([
    { kind: "login-failed", server: expect.stringMatching(/:1$/u), error: { kind: "unavailable" } },
  ]);
});

test("each attempt at a transaction is told of with its outcome, and its statements with it", async () => {
  await using proxy = await startCuttingProxy(Number(new URL(server.url).port));
  await using database = open({}, proxy.port);
  await database.transaction(
    async (transaction) => {
      await transaction.query("SELECT 1");
      await transaction.copyIn(
        { table: { name: "notes" }, columns: [{ name: "id", type: "int4" }] },
        async (copy) => copy.writeRow([1]),
      );
    },
    { isolationLevel: "serializable" },
  );
  await database.transaction(async () => Promise.reject(new RangeError("no"))).catch(() => undefined);
  proxy.cutAt("COMMIT\0", "after-server");
  await database.transaction(async (transaction) => transaction.query("SELECT 2")).catch(() => undefined);
  expect(transactions).toMatchObject([
    { outcome: "committed", attempt: 1, isolationLevel: "serializable", isReadOnly: false, error: undefined },
    { outcome: "rolled-back", error: { cause: expect.any(RangeError) } },
    { outcome: "unknown", error: { kind: "unknown-outcome" } },
  ]);
  expect(queries.map(({ text, rowCount, isInTransaction }) => [text, rowCount, isInTransaction])).toEqual([
    ["SELECT 1", 1, true],
    ['COPY "notes"', 1, true],
    ["SELECT 2", 1, true],
  ]);
});

test("connections are told of as they come and go", async () => {
  const database = open({ poolSize: 2 });
  await Promise.all([database.query("SELECT pg_sleep(0.02)"), database.query("SELECT pg_sleep(0.02)")]);
  await database.close();
  expect(connections.map(({ kind }) => kind)).toEqual(["opened", "opened", "closed", "closed"]);
  expect(connections[1]).toMatchObject({ pool: { size: 2, open: 2 }, error: undefined });
});

test("a hook that throws, at once or later, changes nothing for the statement, and is warned of", async () => {
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  try {
    await using database = open({
      hooks: {
        onQuery: () => {
          throw new Error("at once");
        },
        // oxlint-disable-next-line typescript/no-misused-promises -- the mistake that is tested
        onTransaction: async () => Promise.reject(new Error("later")),
      },
    });
    await expect(database.query("SELECT 1")).resolves.toMatchObject({ rowCount: 1 });
    await expect(database.transaction(async () => Promise.resolve(7))).resolves.toBe(7);
    await expect
      .poll(() => warn.mock.calls.map(([warning]) => warning))
      .toEqual([
        "A hook given to createDatabase threw: at once",
        "A hook given to createDatabase threw: later",
      ]);
  } finally {
    warn.mockRestore();
  }
});

test("no event has the password", async () => {
  const password = decodeURIComponent(new URL(server.url).password);
  await using proxy = await startCuttingProxy(Number(new URL(server.url).port));
  await using database = open(
    { poolSize: 2, onIdleConnectionLost: (error) => errors.push(error) },
    proxy.port,
  );
  const errors: unknown[] = [];
  await database.query("SELECT 1");
  proxy.cutAt("SELECT 2", "before-server");
  for (const work of [
    async () => database.query("SELECT 2"),
    async () => database.query("SELECT nowhere"),
    async () =>
      database.transaction(async (transaction) => transaction.query("INSERT INTO notes VALUES (1), (1)")),
    async () => database.replica.query("DELETE FROM notes"),
    async () => open({}, 1).query("SELECT 1"),
    async () =>
      createDatabase(database.settings.with({ user: "nobody_at_all" }), { hooks }).query("SELECT 1"),
  ]) {
    errors.push(await work().catch((error: unknown) => error));
  }
  const health = await database.health();
  const shown = [queries, transactions, connections, errors, health, database];
  expect(queries.length).toBeGreaterThan(4);
  expect(inspect(shown, { depth: 20, showHidden: true })).not.toContain(password);
  expect(JSON.stringify(shown)).not.toContain(password);
});
