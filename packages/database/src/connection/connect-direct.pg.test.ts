import { createServer, type Server, type Socket } from "node:net";
import { inspect } from "node:util";

import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import {
  AccessDeniedError,
  ConflictError,
  DatabaseError,
  InvalidInputError,
  NotFoundError,
  SchemaMismatchError,
  TimeoutError,
  UnavailableError,
  UsageError,
} from "../errors/database-error.ts";
import { connectDirect, type ServerNotice } from "./connect-direct.ts";
import { parseConnection } from "./parse-connection.ts";

let database: TestDatabase;
let port: number;
let user: string;
let password: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const url = new URL(database.url);
  port = Number(url.port);
  user = decodeURIComponent(url.username);
  password = decodeURIComponent(url.password);
});

afterAll(async () => {
  await database?.drop();
});

async function failureOf(
  url: string,
  options: Parameters<typeof parseConnection>[1] = {},
): Promise<DatabaseError> {
  const settings = parseConnection(url, options);
  let thrown: unknown;
  try {
    const connection = await connectDirect(settings);
    await connection.close();
  } catch (error) {
    thrown = error;
  }
  const secret = settings.credentials().password;
  const isSecret = typeof secret === "string" && secret.length > 3;
  const shown = `${inspect(thrown, { depth: 10, showHidden: true })}${JSON.stringify(thrown)}`;
  expect(isSecret && shown.includes(secret)).toBe(false);
  expect(thrown).toBeInstanceOf(DatabaseError);
  if (thrown instanceof DatabaseError) return thrown;
  throw new Error("the login succeeded");
}

describe("a connection", () => {
  test("is logged in with UTC, ISO dates, a plan per execution and its application's name", async () => {
    await using connection = await connectDirect(
      parseConnection(database.url, { applicationName: "my bot" }),
    );
    const { rows } = await connection.query(
      `SELECT current_setting('TimeZone') AS zone, current_setting('DateStyle') AS style,
         current_setting('plan_cache_mode') AS plans,
         current_setting('constraint_exclusion') AS exclusion, current_setting('jit') AS compiled,
         current_setting('work_mem') AS memory, current_setting('application_name') AS name,
         current_setting('statement_timeout') AS statement`,
    );
    expect(rows).toEqual([
      {
        zone: "UTC",
        style: expect.stringMatching(/^ISO/u),
        plans: "force_custom_plan",
        exclusion: "off",
        compiled: "off",
        memory: "32MB",
        name: "my bot",
        statement: "0",
      },
    ]);
    expect(connection.serverVersion.major).toBeGreaterThanOrEqual(18);
    expect(database.serverVersion).toContain(connection.serverVersion.text);
    expect(connection.processId).toBeGreaterThan(0);
  });

  test("takes the URL's own options last", async () => {
    const options = String.raw`-c statement_timeout=1234 -c search_path="a\ b",public`;
    const url = `${database.url}?options=${encodeURIComponent(options)}`;
    await using connection = await connectDirect(parseConnection(url));
    const { rows } = await connection.query(
      "SELECT current_setting('statement_timeout') AS a, current_setting('search_path') AS b",
    );
    expect(rows).toEqual([{ a: "1234ms", b: '"a b",public' }]);
  });

  test("keeps the forms that the codecs read, whatever the URL's options say", async () => {
    const options = "-c DateStyle=German -c bytea_output=escape -c extra_float_digits=-5";
    const url = `${database.url}?options=${encodeURIComponent(options)}`;
    await using connection = await connectDirect(parseConnection(url));
    const { rows } = await connection.query(
      "SELECT timestamptz '2026-03-02 10:00:00.000001+00' AS at, 0.1::float8 + 0.2 AS sum, '\\x00ff'::bytea AS bytes",
    );
    expect(rows).toEqual([
      {
        at: Temporal.Instant.from("2026-03-02T10:00:00.000001Z"),
        sum: 0.1 + 0.2,
        bytes: Buffer.from([0, 255]),
      },
    ]);
  });

  test("hands on notices", async () => {
    const notices: ServerNotice[] = [];
    await using connection = await connectDirect(parseConnection(database.url), {
      onNotice: (notice) => notices.push(notice),
    });
    await connection.script("DO $$ BEGIN RAISE WARNING 'mind the gap' USING HINT = 'jump'; END $$");
    expect(notices).toMatchObject([
      { message: "mind the gap", hint: "jump", severity: "WARNING", sqlState: "01000" },
    ]);
  });

  test("runs statements in the order they were asked for, several at once", async () => {
    await using connection = await connectDirect(parseConnection(database.url));
    const results = await Promise.all(
      [1, 2, 3, 4, 5].map((number) => connection.query<{ n: number }>("SELECT $1::int4 AS n", [number])),
    );
    expect(results.map(({ rows }) => rows[0]?.n)).toEqual([1, 2, 3, 4, 5]);
  });

  test("goes on after a statement failed, and the failure is typed", async () => {
    await using connection = await connectDirect(parseConnection(database.url));
    await connection.script(
      "CREATE TEMPORARY TABLE kept (id int4 PRIMARY KEY, amount int4 CHECK (amount > 0))",
    );
    await connection.query("INSERT INTO kept VALUES (1, 1)");
    const again = connection.query("INSERT INTO kept VALUES (1, 1)");
    await expect(again).rejects.toBeInstanceOf(ConflictError);
    await expect(again).rejects.toMatchObject({ constraint: "kept_pkey", table: "kept", sqlState: "23505" });
    await expect(connection.query("INSERT INTO kept VALUES (2, -1)")).rejects.toMatchObject({
      kind: "invalid-input",
      constraint: "kept_amount_check",
    });
    await expect(connection.query("INSERT INTO kept VALUES ($1, 1)", ["x"])).rejects.toBeInstanceOf(
      InvalidInputError,
    );
    await expect(connection.query("SELECT * FROM nowhere")).rejects.toBeInstanceOf(SchemaMismatchError);
    await expect(connection.query("SELECT $1", ["\0"])).rejects.toThrow(/^Parameter \$1/u);
    await expect(connection.query("SELECT 1")).resolves.toMatchObject({ rowCount: 1 });
  });

  test("takes one statement at a time from query, and several from script", async () => {
    await using connection = await connectDirect(parseConnection(database.url));
    await expect(connection.query("SELECT 1; SELECT 2")).rejects.toMatchObject({ sqlState: "42601" });
    await connection.script("SELECT 1; SELECT 2");
  });

  test("refuses statements after it was closed, and closing twice is harmless", async () => {
    const connection = await connectDirect(parseConnection(database.url));
    await connection.close();
    await connection.close();
    await expect(connection.query("SELECT 1")).rejects.toBeInstanceOf(UsageError);
  });

  test("that was killed says why, once and for all", async () => {
    await using victim = await connectDirect(parseConnection(database.url));
    await using killer = await connectDirect(parseConnection(database.url));
    await killer.query("SELECT pg_terminate_backend($1, 5000)", [victim.processId]);
    await expect(victim.query("SELECT 1")).rejects.toBeInstanceOf(UnavailableError);
    await expect(victim.query("SELECT 1")).rejects.toMatchObject({ sqlState: "57P01" });
    expect(victim.failure).toBeInstanceOf(UnavailableError);
  });

  test("that was killed in the middle of a statement is unavailable", async () => {
    await using victim = await connectDirect(parseConnection(database.url));
    await using killer = await connectDirect(parseConnection(database.url));
    const sleeping = victim.query("SELECT pg_sleep(30)");
    await Promise.all([
      expect(sleeping).rejects.toMatchObject({ kind: "unavailable", sqlState: "57P01", isRetryable: false }),
      killer.query("SELECT pg_terminate_backend($1, 5000)", [victim.processId]),
    ]);
  });

  test("keeps its deadlines: statement, lock, and the silence of the network", async () => {
    await using connection = await connectDirect(parseConnection(database.url), {
      timeouts: { statement: 100, lock: 50 },
    });
    await using other = await connectDirect(parseConnection(database.url), { timeouts: { query: 1_000 } });
    await other.script("CREATE TABLE locked (id int4); COMMIT; BEGIN; LOCK TABLE locked");
    await expect(connection.query("SELECT pg_sleep(5)")).rejects.toMatchObject({
      kind: "timeout",
      sqlState: "57014",
    });
    await expect(connection.query("SELECT * FROM locked")).rejects.toMatchObject({
      kind: "timeout",
      sqlState: "55P03",
      isRetryable: true,
    });
    await expect(other.query("SELECT pg_sleep(5)")).rejects.toBeInstanceOf(TimeoutError);
    // The reply may still come: nothing more is sent on this connection.
    await expect(other.query("SELECT 1")).rejects.toBeInstanceOf(TimeoutError);
  });
});

describe("a login that fails says what to do", () => {
  let stub: Server | undefined;
  const sockets = new Set<Socket>();

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await new Promise<void>((resolve) => {
      if (stub === undefined) resolve();
      else stub.close(() => resolve());
    });
    stub = undefined;
  });

  /** A server that is not PostgreSQL, or in a state that is hard to bring about on a real one. */
  async function listen(answer: (socket: Socket) => void): Promise<number> {
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      answer(socket);
    });
    stub = server;
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return address.port;
  }

  test("a wrong password", async () => {
    const error = await failureOf(`postgresql://${user}:wrong-s3cret@127.0.0.1:${port}/${database.name}`);
    expect(error).toBeInstanceOf(AccessDeniedError);
    expect(error.message).toBe(
      `The server at 127.0.0.1:${port} refused the password of user "${user}". Correct the user name or password in DATABASE_URL.`,
    );
    expect(error.sqlState).toBe("28P01");
  });

  test("no password where one is asked for", async () => {
    const error = await failureOf(`postgresql://${user}@127.0.0.1:${port}/${database.name}`, {
      label: "the URL",
    });
    expect(error).toBeInstanceOf(AccessDeniedError);
    expect(error.message).toMatch(/asks for the password of user .* the URL has none\. Add it\.$/u);
  });

  test("a database that does not exist", async () => {
    const error = await failureOf(`postgresql://${user}:${password}@127.0.0.1:${port}/nowhere_at_all`);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error.message).toMatch(/has no database "nowhere_at_all"\. Create it, or correct the name/u);
  });

  test("a role that may not connect", async () => {
    await using admin = await connectDirect(parseConnection(database.superuserUrl));
    await admin.script("CREATE ROLE d_no_login NOLOGIN PASSWORD 'some-s3cret'");
    try {
      const error = await failureOf(`postgresql://d_no_login:some-s3cret@127.0.0.1:${port}/${database.name}`);
      expect(error).toBeInstanceOf(AccessDeniedError);
      expect(error.message).toMatch(/does not let user "d_no_login" in .* may log in/u);
    } finally {
      await admin.script("DROP ROLE d_no_login");
    }
  });

  test("a server without a free connection", async () => {
    await using admin = await connectDirect(parseConnection(database.superuserUrl));
    await admin.script("CREATE ROLE d_one_only LOGIN CONNECTION LIMIT 0 PASSWORD 'some-s3cret'");
    try {
      const error = await failureOf(`postgresql://d_one_only:some-s3cret@127.0.0.1:${port}/${database.name}`);
      expect(error).toMatchObject({ kind: "unavailable", sqlState: "53300", isRetryable: true });
      expect(error.message).toMatch(/no free connection left\. Close some, or raise max_connections/u);
    } finally {
      await admin.script("DROP ROLE d_one_only");
    }
  });

  test("a server that is starting up", async () => {
    const fields = ["SFATAL", "VFATAL", "C57P03", "Mthe database system is starting up", ""].join("\0");
    const body = Buffer.from(`${fields}\0`);
    const head = Buffer.alloc(5);
    head.write("E");
    head.writeUInt32BE(body.length + 4, 1);
    const stubPort = await listen((socket) => {
      socket.once("data", () => socket.end(Buffer.concat([head, body])));
    });
    const error = await failureOf(`postgresql://u:some-s3cret@127.0.0.1:${stubPort}/d`);
    expect(error).toMatchObject({ kind: "unavailable", sqlState: "57P03", isRetryable: true });
    expect(error.message).toMatch(/is starting up or shutting down\. Try again in a few seconds\.$/u);
  });

  test("nothing listening there", async () => {
    const error = await failureOf("postgresql://u:some-s3cret@127.0.0.1:1/d");
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toBe(
      "No database server answers at 127.0.0.1:1. Start it, or correct host and port in DATABASE_URL.",
    );
  });

  test("nothing listening on any address of localhost, nor on a socket", async () => {
    expect((await failureOf("postgresql://u@localhost:1/d")).message).toMatch(
      /^No database server answers at/u,
    );
    expect((await failureOf("postgresql://u@%2Fnowhere/d")).message).toMatch(
      /^No database server answers at \/nowhere\/\.s\.PGSQL\.5432/u,
    );
  });

  test("a host name that does not exist", async () => {
    const error = await failureOf("postgresql://u:some-s3cret@no-such-host.invalid/d");
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toMatch(/host name "no-such-host\.invalid" cannot be resolved/u);
  });

  test("silence, after the time allowed", async () => {
    const stubPort = await listen(() => undefined);
    const start = performance.now();
    const error = await failureOf(`postgresql://u:some-s3cret@127.0.0.1:${stubPort}/d`, {
      connectTimeoutMilliseconds: 200,
    });
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toMatch(/did not answer within 0\.2 s\./u);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test("a server that hangs up", async () => {
    const stubPort = await listen((socket) => socket.end());
    const error = await failureOf(`postgresql://u:some-s3cret@127.0.0.1:${stubPort}/d`);
    expect(error.message).toMatch(/closed the connection during the login/u);
  });

  test("a server that refuses TLS", async () => {
    const error = await failureOf(`postgresql://${user}:${password}@127.0.0.1:${port}/d?sslmode=require`);
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toMatch(/refuses TLS\. Switch TLS on there/u);
    expect(error.isRetryable).toBe(false);
  });
});
