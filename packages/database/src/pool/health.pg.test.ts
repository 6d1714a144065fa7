import { setTimeout as sleep } from "node:timers/promises";

import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { connectDirect } from "../connection/connect-direct.ts";
import { parseConnection } from "../connection/parse-connection.ts";
import { startCuttingProxy } from "../testing/cutting-proxy.ts";
import { createDatabase } from "./pooled-database.ts";

let server: TestDatabase;

beforeAll(async () => {
  server = await createTestDatabase();
});

afterAll(async () => {
  await server?.drop();
});

describe("health", () => {
  test("of a database one can work with has no problem, and says what it is", async () => {
    await using database = createDatabase(parseConnection(server.url));
    const health = await database.health();
    expect(health).toMatchObject({
      isHealthy: true,
      problems: [],
      server: database.settings.address,
      isInRecovery: false,
      isReadOnly: false,
      pool: { size: 20, open: 1, idle: 1, waiting: 0 },
      replicas: [],
      timescaledb: undefined,
    });
    expect(health.serverVersion).toMatch(/^\d+/u);
    expect(health.maxLocksPerTransaction).toBeGreaterThan(0);
    expect(health.latencyMilliseconds).toBeGreaterThan(0);
  });

  test("names TimescaleDB's version and license where it is installed", async ({ skip }) => {
    skip(server.edition === "postgres", "this edition has no extension");
    await using admin = await connectDirect(parseConnection(server.superuserUrl));
    await admin.script("CREATE EXTENSION timescaledb");
    await using database = createDatabase(parseConnection(server.url));
    const { timescaledb, isHealthy } = await database.health();
    expect(isHealthy).toBe(true);
    expect(timescaledb?.version).toMatch(/^\d+\.\d+/u);
    expect(timescaledb?.license).toBe(server.edition === "timescale" ? "timescale" : "apache");
  });

  test("is not spoiled by planning: every execution is planned where tables may have thousands of chunks, and only there", async () => {
    await using admin = await connectDirect(parseConnection(server.superuserUrl));
    const { rows } = await admin.query<{ isThere: boolean }>(
      `select exists (select from pg_extension where extname = 'timescaledb') as "isThere"`,
    );
    const planned = async (url: string): Promise<unknown> => {
      await using database = createDatabase(parseConnection(url), { poolSize: 2 });
      const ask = "select current_setting('plan_cache_mode') as mode";
      const answers = await Promise.all([database.query(ask), database.query(ask)]);
      return answers.flatMap((answer) => answer.rows);
    };
    const mode = rows[0]?.isThere === true ? "force_custom_plan" : "auto";
    expect(await planned(server.url)).toEqual([{ mode }, { mode }]);
    const asked = "force_generic_plan";
    expect(await planned(`${server.url}?options=-c%20plan_cache_mode%3D${asked}`)).toEqual([
      { mode: asked },
      { mode: asked },
    ]);
  });

  test("is not spoiled by a plan made for no values: where plans may be kept, what depends on its values is not prepared", async () => {
    const preparedBy = async (url: string): Promise<unknown> => {
      await using database = createDatabase(parseConnection(url), { poolSize: 1 });
      const kept = { name: "kept", text: "select $1::int as n", values: [1] };
      await database.query(kept);
      const { rows } = await database.query<{ n: number }>({
        ...kept,
        name: "each",
        isPlannedEachTime: true,
      });
      expect(rows).toEqual([{ n: 1 }]);
      return (await database.query("select name from pg_prepared_statements order by name")).rows;
    };
    const { rows } = await (async () => {
      await using admin = await connectDirect(parseConnection(server.superuserUrl));
      return await admin.query("select from pg_extension where extname = 'timescaledb'");
    })();
    const all = [{ name: "each" }, { name: "kept" }];
    expect(await preparedBy(server.url)).toEqual(rows.length > 0 ? all : [{ name: "kept" }]);
    expect(await preparedBy(`${server.url}?options=-c%20plan_cache_mode%3Dforce_custom_plan`)).toEqual(all);
  });

  test("of a server that cannot be reached is the login's own sentence, and no error", async () => {
    await using database = createDatabase(parseConnection("postgresql://u@127.0.0.1:1/d"));
    await expect(database.health()).resolves.toMatchObject({
      isHealthy: false,
      problems: [expect.stringMatching(/^No database server answers at 127\.0\.0\.1:1\./u)],
      serverVersion: undefined,
      isReadOnly: undefined,
    });
  });

  test("of a closed database is that it is closed", async () => {
    const database = createDatabase(parseConnection(server.url));
    await database.close();
    await expect(database.health()).resolves.toMatchObject({
      isHealthy: false,
      problems: ["This database is closed."],
    });
  });

  test("of a server that went silent is told in time, and takes one connection however often it is asked for", async () => {
    await using proxy = await startCuttingProxy(Number(new URL(server.url).port));
    const url = new URL(server.url);
    url.port = String(proxy.port);
    const database = createDatabase(parseConnection(url.href, { connectTimeoutMilliseconds: 1000 }), {
      timeouts: { query: 1000 },
    });
    await database.health();
    proxy.goSilent();
    const start = performance.now();
    const looks = await Promise.all([1, 2, 3].map(async () => database.health({ timeoutMilliseconds: 200 })));
    expect(performance.now() - start).toBeLessThan(900);
    expect(database.pool.open).toBe(1);
    for (const { isHealthy, problems } of looks) {
      expect(isHealthy).toBe(false);
      expect(problems).toEqual([
        expect.stringMatching(
          /did not answer within 0\.2 s; 1 of 20 connections of the pool are in use, and 0 callers wait/u,
        ),
      ]);
    }
    await database.close(100);
  });

  test("of a database whose sessions are read only is that nothing can be written, unless reading was asked for", async () => {
    await using readOnly = await createTestDatabase();
    await using admin = await connectDirect(parseConnection(readOnly.url));
    await admin.query(`ALTER DATABASE ${readOnly.name} SET default_transaction_read_only = on`);
    await using database = createDatabase(parseConnection(readOnly.url));
    await expect(database.health()).resolves.toMatchObject({
      isHealthy: false,
      isReadOnly: true,
      isInRecovery: false,
      problems: [expect.stringMatching(/default_transaction_read_only on, so nothing can be written/u)],
    });
    await using reading = createDatabase(parseConnection(`${readOnly.url}?target_session_attrs=read-only`));
    await expect(reading.health()).resolves.toMatchObject({
      isHealthy: true,
      problems: [],
      isReadOnly: true,
    });
    await using writing = createDatabase(parseConnection(`${readOnly.url}?target_session_attrs=read-write`));
    await expect(writing.health()).resolves.toMatchObject({
      isHealthy: false,
      problems: [
        expect.stringMatching(
          /has read-only sessions; DATABASE_URL asks for target_session_attrs=read-write/u,
        ),
      ],
    });
  });
});

describe("a server that stops taking writes", () => {
  test("costs one error, and then every connection is made anew", async () => {
    await using database = createDatabase(parseConnection(server.url), { poolSize: 4 });
    // Stands for the role changing under open sessions, which one server cannot do without going away.
    await Promise.all(
      [1, 2, 3, 4].map(async () =>
        database.query("SELECT set_config('default_transaction_read_only', 'on', false), pg_sleep(0.1)"),
      ),
    );
    await expect(database.query("CREATE TABLE first (id int4)")).rejects.toMatchObject({ sqlState: "25006" });
    await Promise.all(
      ["a", "b", "c", "d"].map(async (name) => database.query(`CREATE TABLE table_${name} (id int4)`)),
    );
  });

  test("costs an idempotent transaction nothing", async () => {
    await using database = createDatabase(parseConnection(server.url), { poolSize: 1 });
    await database.query("SELECT set_config('default_transaction_read_only', 'on', false)");
    const attempt = await database.transaction(
      async (transaction) => {
        await transaction.query("CREATE TABLE IF NOT EXISTS second (id int4)");
        return transaction.attempt;
      },
      { idempotent: true },
    );
    expect(attempt).toBe(2);
  });
});

describe("close", () => {
  test("of replicas and all is bounded, even when the server went silent", async () => {
    await using proxy = await startCuttingProxy(Number(new URL(server.url).port));
    const url = new URL(server.url);
    url.port = String(proxy.port);
    const settings = parseConnection(url.href);
    const database = createDatabase(settings, { replicas: [settings], poolSize: 2 });
    await Promise.all([database.query("SELECT 1"), database.replica.query("SELECT 1")]);
    const busy = database.query("SELECT pg_sleep(0.2)").catch((error: unknown) => error);
    await sleep(50);
    proxy.goSilent();
    const start = performance.now();
    await database.close(300);
    expect(performance.now() - start).toBeLessThan(3500);
    await expect(busy).resolves.toMatchObject({ kind: "unavailable" });
    await expect(database.query("SELECT 1")).rejects.toMatchObject({ kind: "usage" });
    await expect(database.replica.query("SELECT 1")).rejects.toMatchObject({ kind: "usage" });
    await expect(database.close()).resolves.toBeUndefined();
  });

  test("does not wait for work that never ends", async () => {
    const database = createDatabase(parseConnection(server.url));
    const begun = Promise.withResolvers<void>();
    const hanging = Promise.withResolvers<void>();
    const work = database.transaction(async (transaction) => {
      await transaction.query("SELECT 1");
      begun.resolve();
      await hanging.promise;
      await transaction.query("SELECT 2");
    });
    await begun.promise;
    const start = performance.now();
    await database.close(100);
    expect(performance.now() - start).toBeLessThan(3000);
    hanging.resolve();
    await expect(work).rejects.toMatchObject({ kind: "unavailable" });
  });
});
