// On a primary and a hot standby of its own (testing/server-pair.ts), beside whatever edition the run is for.

import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { connectDirect } from "../connection/connect-direct.ts";
import { parseConnection } from "../connection/parse-connection.ts";
import { UnavailableError, UsageError } from "../errors/database-error.ts";
import { type PairedServer, type ServerPair, startServerPair } from "../testing/server-pair.ts";
import type { Database, DatabaseOptions } from "./database.ts";
import type { QueryEvent } from "./hooks.ts";
import { createDatabase } from "./pooled-database.ts";

let pair: ServerPair;
let primary: PairedServer;
let standby: PairedServer;

beforeAll(async () => {
  pair = await startServerPair();
  ({ primary, standby } = pair);
  await using admin = await connectDirect(parseConnection(primary.url));
  await admin.script("CREATE TABLE notes (id int4 PRIMARY KEY, text text)");
  await using follower = await connectDirect(parseConnection(standby.url));
  while ((await follower.query("SELECT FROM pg_class WHERE relname = 'notes'")).rowCount === 0)
    await sleep(50);
});

afterAll(async () => {
  await pair?.[Symbol.asyncDispose]();
});

/** Hosts that nobody listens at, and hosts that serve, in this order. */
function open(hosts: readonly PairedServer[], parameters: string, options: DatabaseOptions = {}): Database {
  return createDatabase(parseConnection(pair.urlOf(hosts, parameters)), { poolSize: 3, ...options });
}

const nobody: PairedServer = { port: 1, url: "", kill: async () => Promise.resolve() };

const portText = "SELECT inet_server_port() AS port";

async function portOf(queryable: Pick<Database, "query">): Promise<number | undefined> {
  const { rows } = await queryable.query<{ port: number }>(portText);
  return rows[0]?.port;
}

describe("several hosts", () => {
  test.each([
    ["any", () => [standby, primary], () => standby],
    ["any", () => [nobody, primary, standby], () => primary],
    ["read-write", () => [nobody, standby, primary], () => primary],
    ["primary", () => [standby, primary], () => primary],
    ["read-only", () => [primary, standby], () => standby],
    ["standby", () => [primary, nobody, standby], () => standby],
    ["prefer-standby", () => [primary, standby], () => standby],
    ["prefer-standby", () => [nobody, primary], () => primary],
  ] as const)("with target_session_attrs=%s lead to the first that fits", async (target, hosts, expected) => {
    await using database = open(hosts(), `target_session_attrs=${target}`);
    const ports = await Promise.all([1, 2, 3, 4, 5].map(async () => portOf(database)));
    expect(new Set(ports)).toEqual(new Set([expected().port]));
    await using direct = await connectDirect(database.settings);
    expect(await portOf(direct)).toBe(expected().port);
  });

  test("of which none fits are named in one error, each with its reason and without the password", async () => {
    await using database = open([nobody, standby], "target_session_attrs=read-write");
    for (const connect of [
      async () => database.query("SELECT 1"),
      async () => connectDirect(database.settings),
    ]) {
      const error: unknown = await connect().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(UnavailableError);
      expect(error).toMatchObject({
        isRetryable: true,
        message:
          `None of the 2 hosts in DATABASE_URL can be used. No database server answers at 127.0.0.1:1. Start it, or correct host and port in DATABASE_URL. ` +
          `The server at 127.0.0.1:${standby.port} is a standby, which takes no writes; DATABASE_URL asks for target_session_attrs=read-write.`,
      });
      expect(`${inspect(error, { depth: 20, showHidden: true })}${JSON.stringify(error)}`).not.toContain(
        pair.password,
      );
    }
  });
});

describe("read replicas", () => {
  function withReplica(
    options: DatabaseOptions = {},
    replicas: readonly PairedServer[] = [standby],
  ): Database {
    return open([primary], "", {
      replicas: replicas.map(({ port }) => parseConnection(pair.urlOf([{ ...nobody, port }]))),
      ...options,
    });
  }

  test("serve the reads that ask for them, and no others", async () => {
    const events: QueryEvent[] = [];
    await using database = withReplica({ hooks: { onQuery: (event) => events.push(event) } });
    expect(await portOf(database.replica)).toBe(standby.port);
    expect(await portOf(database)).toBe(primary.port);
    expect(events).toMatchObject([
      { text: portText, isOnReplica: true, server: `127.0.0.1:${standby.port}` },
      { text: portText, isOnReplica: false, server: `127.0.0.1:${primary.port}` },
    ]);
  });

  test("take turns", async () => {
    // The primary in the part of a second replica: what counts is where the connections go.
    await using database = withReplica({}, [standby, primary]);
    const ports: (number | undefined)[] = [];
    for (let read = 0; read < 4; read += 1) ports.push(await portOf(database.replica));
    expect(ports).toEqual([standby.port, primary.port, standby.port, primary.port]);
  });

  test.each([
    ["a standby", () => [standby]],
    ["a server that could write", () => [primary]],
    ["no replica at all", () => []],
  ])("refuse a write, on %s", async (_, replicas) => {
    await using database = withReplica({}, replicas());
    const writing = database.replica.query("INSERT INTO notes VALUES (0, 'x')");
    await expect(writing).rejects.toBeInstanceOf(UsageError);
    await expect(writing).rejects.toMatchObject({ sqlState: "25006" });
    await expect(database.query("SELECT 1")).resolves.toBeDefined();
  });

  test("are refused inside a transaction, whose reads decide what it writes", async () => {
    await using database = withReplica();
    await expect(database.transaction(async () => database.replica.query("SELECT 1"))).rejects.toBeInstanceOf(
      UsageError,
    );
  });

  test("that cannot be reached are passed over, left out for a time, and told of by health", async () => {
    await using database = withReplica({}, [nobody, nobody]);
    expect(await portOf(database.replica)).toBe(primary.port);
    const start = performance.now();
    for (let read = 0; read < 20; read += 1) await database.replica.query("SELECT 1");
    expect(performance.now() - start).toBeLessThan(1000);
    const { isHealthy, problems, replicas } = await database.health();
    expect(isHealthy).toBe(true);
    expect(problems).toContainEqual(
      expect.stringMatching(/^No database server answers at 127\.0\.0\.1:1\./u),
    );
    expect(replicas.map(({ isUsable }) => isUsable)).toEqual([false, false]);
  });

  test("that lie too far behind are passed over until they have caught up", async () => {
    await using database = withReplica({ maxReplicaLagMilliseconds: 200 });
    expect(await portOf(database.replica)).toBe(standby.port);
    await using follower = await connectDirect(parseConnection(standby.url));
    await database.query("INSERT INTO notes VALUES (1, 'before')");
    await follower.query("SELECT pg_wal_replay_pause()");
    try {
      await database.query("INSERT INTO notes VALUES (2, 'behind')");
      await sleep(1500);
      expect(await portOf(database.replica)).toBe(primary.port);
      const { replicas, problems, isHealthy } = await database.health();
      expect(replicas[0]?.lagMilliseconds).toBeGreaterThan(200);
      expect(problems[0]).toMatch(
        /^The replica at 127\.0\.0\.1:\d+ lies \d+ ms behind, more than the 200 ms it may\.$/u,
      );
      expect(isHealthy).toBe(true);
    } finally {
      await follower.query("SELECT pg_wal_replay_resume()");
    }
    await expect.poll(async () => portOf(database.replica), { timeout: 40_000 }).toBe(standby.port);
  });
});

test("health says when the lock table is too small for the widest table", async () => {
  await using database = open([primary], "");
  expect((await database.health()).problems).toEqual([]);
  await database.query("CREATE TABLE deep (time int4) PARTITION BY RANGE (time)");
  for (let index = 0; index < 20; index += 1) await database.query("CREATE INDEX ON deep (time)");
  for (let day = 0; day < 60; day += 1) {
    await database.query(
      `CREATE TABLE deep_${day} PARTITION OF deep FOR VALUES FROM (${day}) TO (${day + 1})`,
    );
  }
  const { isHealthy, problems, maxLocksPerTransaction } = await database.health();
  expect(maxLocksPerTransaction).toBe(10);
  expect(problems).toEqual([
    "max_locks_per_transaction is 10, room for 1000 locks in all, and one statement over all 60 partitions of deep takes 1260: " +
      'it may fail with "out of shared memory". Set it to 26 or more and restart the server.',
  ]);
  expect(isHealthy).toBe(true);
});

// Last, because the pair is no pair afterwards.
test("after a failover idempotent work finds the new primary by itself, and so does all that follows", async () => {
  await using database = open([primary, standby], "target_session_attrs=read-write", { poolSize: 5 });
  await Promise.all([1, 2, 3, 4, 5].map(async () => database.query("SELECT pg_sleep(0.05)")));
  await using follower = await connectDirect(parseConnection(standby.url));
  await primary.kill();
  const writing = database.transaction(
    async (transaction) => transaction.query("INSERT INTO notes VALUES (3, 'kept') ON CONFLICT DO NOTHING"),
    // More than the default, as it must last until somebody has promoted the standby.
    { idempotent: true, maxAttempts: 12 },
  );
  const [written] = await Promise.all([writing, follower.query("SELECT pg_promote(true, 20)")]);
  expect(written.rowCount).toBe(1);
  expect(await portOf(database)).toBe(standby.port);
  await expect(
    database.transaction(async (transaction) => {
      await transaction.query("UPDATE notes SET text = 'moved' WHERE id = 3");
      return portOf(transaction);
    }),
  ).resolves.toBe(standby.port);
  await expect(database.health()).resolves.toMatchObject({
    isHealthy: true,
    isInRecovery: false,
    server: `127.0.0.1:${standby.port}`,
  });
});
