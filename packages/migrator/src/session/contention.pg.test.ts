// Several sessions want the same thing: the migration lock, or a table's.
import { setTimeout as sleep } from "node:timers/promises";
import { parseConnection } from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import pg from "pg";
import { describe, expect, it, vi } from "vitest";
import type { MigratorEvent } from "../events.ts";
import { createMigrator, type Migrator } from "../migrator.ts";
import { createMigrationFixture, type MigrationFixture } from "../testing/index.ts";
import { startTransactionPooler } from "../testing/transaction-pooler.ts";
import { migrationLockKey } from "./migration-lock.ts";
import type { RunPatience } from "./run-patience.ts";

interface Scene extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly fixture: MigrationFixture;
  readonly events: readonly MigratorEvent[];
  readonly migrator: (patience?: Partial<RunPatience>, url?: string) => Migrator;
  readonly client: (applicationName?: string) => Promise<pg.Client>;
}

const table = {
  name: "ticks",
  up: ["CREATE TABLE ticks (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, price int)"],
  down: ["DROP TABLE ticks"],
};
const column = {
  name: "column",
  up: ["ALTER TABLE ticks ADD COLUMN note text", "INSERT INTO ticks (price) VALUES (-1)"],
  down: ["ALTER TABLE ticks DROP COLUMN note"],
};
const concurrent = {
  name: "index",
  up: ["-- migrate: no-transaction\nCREATE INDEX CONCURRENTLY ticks_price_idx ON ticks (price)"],
  down: ["DROP INDEX ticks_price_idx"],
};

async function scene(...pending: readonly (typeof table)[]): Promise<Scene> {
  const database = await createTestDatabase();
  const before = await createMigrationFixture([table]);
  await createMigrator({ connection: parseConnection(database.url), declared: before.declared }).apply();
  await before[Symbol.asyncDispose]();
  const fixture = await createMigrationFixture([table, ...pending]);
  const events: MigratorEvent[] = [];
  const clients: pg.Client[] = [];
  return {
    database,
    fixture,
    events,
    migrator: (patience = {}, url = database.url) =>
      createMigrator({
        connection: parseConnection(url),
        declared: fixture.declared,
        patience,
        onEvent: (event) => events.push(event),
      }),
    client: async (applicationName = "test") => {
      const client = new pg.Client({ connectionString: database.url, application_name: applicationName });
      client.on("error", () => undefined);
      await client.connect();
      clients.push(client);
      return client;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(clients.map(async (client) => client.end()));
      await database.drop();
      await fixture[Symbol.asyncDispose]();
    },
  };
}

describe.concurrent("the migration lock", () => {
  it("is waited for, bounded, and its holder named", async () => {
    await using own = await scene(column);
    const holder = await own.client("another migrate");
    await holder.query("SELECT pg_advisory_lock($1::bigint)", [migrationLockKey]);
    await expect(own.migrator({ lockWaitMs: 300 }).apply()).rejects.toMatchObject({
      code: "lock-wait-expired",
      holders: [{ application: "another migrate" }],
      message: expect.stringContaining("another migrate"),
    });
    expect(own.events[0]).toMatchObject({
      type: "waiting-for-lock",
      holder: { application: "another migrate" },
    });
    const waiting = own.migrator().apply();
    await sleep(200);
    await holder.query("SELECT pg_advisory_unlock_all()");
    expect((await waiting).steps.map(({ name }) => name)).toEqual(["0001_column"]);
  });

  it("is given back after a success and after a failure", async () => {
    await using own = await scene({ ...column, up: ["SELECT 1 / 0"] });
    await expect(own.migrator().apply()).rejects.toMatchObject({
      code: "statement-failed",
      sqlState: "22012",
    });
    const client = await own.client();
    const { rows } = await client.query(
      "SELECT count(*)::int AS held FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    );
    expect(rows).toEqual([{ held: 0 }]);
  });

  it("of one database does not stop another", async () => {
    await using own = await scene(column);
    await using other = await scene(column);
    const holder = await other.client();
    await holder.query("SELECT pg_advisory_lock($1::bigint)", [migrationLockKey]);
    expect((await own.migrator({ lockWaitMs: 0 }).apply()).steps).toHaveLength(1);
  });

  it("is refused through a transaction pooler", async () => {
    await using own = await scene(column);
    await using pooler = await startTransactionPooler(own.database.url);
    await expect(own.migrator({}, pooler.url).apply()).rejects.toMatchObject({ code: "connection-pooled" });
    expect((await own.migrator().status()).pending).toHaveLength(1);
  });

  it("and CREATE INDEX CONCURRENTLY do not deadlock, however many runs wait", async () => {
    await using own = await scene(concurrent);
    const reader = await own.client("long reader");
    await reader.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
    await reader.query("SELECT count(*) FROM ticks");
    // Held open by a writer, so that the build has to wait for its transaction.
    await reader.query("INSERT INTO ticks (price) VALUES (1)");
    const runs = [own.migrator(), own.migrator(), own.migrator()].map(async (migrator) => migrator.apply());
    // The build may first have to wait for a statement of one of the runs that wait for it.
    const isNamed = (): boolean =>
      own.events.some(
        (event) =>
          event.type === "blocked" && event.blockers.some(({ application }) => application === "long reader"),
      );
    // Not expect.poll: it asks for the one current test, of which there are several here.
    await vi.waitUntil(isNamed, { timeout: 20_000 });
    await reader.query("COMMIT");
    const results = await Promise.all(runs);
    expect(results.map(({ steps }) => steps.length).toSorted((a, b) => a - b)).toEqual([0, 0, 1]);
    const { rows } = await reader.query(
      "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ticks_price_idx'::regclass",
    );
    expect(rows).toEqual([{ indisvalid: true }]);
  });
});

describe("a table's lock", () => {
  it("is tried for again and again, while writers are never held up for longer than one attempt", async () => {
    await using own = await scene(column);
    // Long beside what a busy machine adds to an insert.
    const lockTimeoutMs = 1_000;
    const reader = await own.client("long reader");
    await reader.query("BEGIN");
    await reader.query("SELECT count(*) FROM ticks");
    const writer = await own.client("writer");
    const stalls: number[] = [];
    const stopped = new AbortController();
    const load = (async () => {
      while (!stopped.signal.aborted) {
        const start = performance.now();
        await writer.query("INSERT INTO ticks (price) VALUES (1)");
        stalls.push(performance.now() - start);
        await sleep(5);
      }
    })();
    const migrating = own.migrator({ lockTimeoutMs, attempts: 50 }).apply();
    // On a busy machine an attempt may be over before anybody could look who is in the way.
    const isNamed = (): boolean =>
      own.events.some(
        (event) =>
          event.type === "retry" && event.blockers.some(({ application }) => application === "long reader"),
      );
    // Not expect.poll: it asks for the one current test, of which there are several here.
    await vi.waitUntil(isNamed, { timeout: 20_000 });
    await reader.query("COMMIT");
    await migrating;
    stopped.abort();
    await load;
    const retries = own.events.filter((event) => event.type === "retry");
    expect(retries).toEqual(retries.map((retry) => ({ ...retry, sqlState: "55P03" })));
    expect(Math.max(...stalls)).toBeLessThan(lockTimeoutMs * 1.5);
    const { rows } = await writer.query("SELECT count(*)::int AS n FROM ticks WHERE price = -1");
    expect(rows).toEqual([{ n: 1 }]);
  });

  it("that is never free ends the run with the name of who holds it, and nothing half-applied", async () => {
    await using own = await scene({ ...column, up: ["CREATE TABLE half (a int)", ...column.up] });
    const reader = await own.client("long reader");
    await reader.query("BEGIN");
    await reader.query("SELECT count(*) FROM ticks");
    await reader.query("SELECT set_config('app.password', 'hunter2', true)");
    await expect(own.migrator({ lockTimeoutMs: 1000, attempts: 2 }).apply()).rejects.toMatchObject({
      code: "statement-blocked",
      holders: [{ application: "long reader", query: "SELECT set_config('', '', true)" }],
      message: expect.stringMatching(/"long reader".*: SELECT set_config\('', '', true\)/),
    });
    const { rows } = await reader.query("SELECT to_regclass('half') AS half");
    expect(rows).toEqual([{ half: null }]);
    await reader.query("COMMIT");
    await own.migrator().apply();
  });
});

describe("a connection that is lost", () => {
  it("is named as such, keeps nothing of the migration, and a rerun finishes it", async () => {
    await using own = await scene({ ...column, up: [...column.up, "SELECT pg_sleep(20)"] });
    const outcome = own
      .migrator()
      .apply()
      .catch((error: unknown) => error);
    const killer = await own.client();
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const { rowCount } = await killer.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep(20)%' AND pid <> pg_backend_pid()",
      );
      if (rowCount === 1) break;
      await sleep(20);
    }
    expect(await outcome).toMatchObject({ code: "connection-lost" });
    await own.fixture.write("0001_column.sql", `${column.up.join(";\n--> statement-breakpoint\n")};\n`);
    await own.migrator().apply();
    const { rows } = await killer.query("SELECT count(*)::int AS n FROM ticks WHERE price = -1");
    expect(rows).toEqual([{ n: 1 }]);
  });
});
