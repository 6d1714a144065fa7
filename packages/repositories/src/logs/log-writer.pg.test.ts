// The buffered writer against a real server: nothing doubled, nothing lost but what is counted, whatever the server does.
import { AsyncLocalStorage } from "node:async_hooks";
import { type Database, createDatabase, parseConnection, type Queryable } from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { migratedTemplate } from "@app/migrator/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createId } from "../identity/time-ordered-id.ts";
import { poolScope } from "../statements/scope.ts";
import type { LogEntry, LogRow } from "./log-record.ts";
import { createLogWriter } from "./log-writer.ts";
import { createLogs, type Logs } from "./logs.ts";
import { startUnreliableNetwork } from "./testing/unreliable-network.ts";

let place: TestDatabase;
let database: Database;
let logs: Logs;

beforeAll(async () => {
  place = await createTestDatabase({ template: migratedTemplate });
  database = createDatabase(parseConnection(place.url), { poolSize: 4 });
  logs = createLogs(poolScope(database));
});

afterAll(async () => {
  await database.close();
  await place.drop();
});

const entry = (component: string, message: string, others: Partial<LogEntry> = {}): LogEntry => ({
  level: "info",
  component,
  message,
  ...others,
});

async function messagesOf(component: string): Promise<string[]> {
  const from = Temporal.Now.instant().subtract({ hours: 1 });
  const messages: string[] = [];
  for await (const record of logs.stream({ from, to: from.add({ hours: 2 }), component })) {
    messages.push(record.message);
  }
  return messages;
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, n) => `line ${n}`);

describe("what is written", () => {
  it("is stored in order, in batches and the rest after the interval, lines of one millisecond included", async () => {
    await using writer = createLogWriter(database, { batchSize: 100, flushIntervalMilliseconds: 20 });
    const loggedAt = Temporal.Now.instant();
    for (const message of numbered(250)) void writer.write(entry("in order", message, { loggedAt }));
    await expect.poll(() => writer.statistics.buffered).toBe(0);
    expect(await messagesOf("in order")).toEqual(numbered(250));
    expect(writer.statistics).toMatchObject({ written: 250, dropped: 0, rejected: 0, bufferedBytes: 0 });
  });

  it("is stored when flush returns, and what was written later is not waited for", async () => {
    await using writer = createLogWriter(database, { flushIntervalMilliseconds: 60_000 });
    await writer.flush();
    void writer.write(entry("flush", "first"));
    await writer.flush();
    expect(await messagesOf("flush")).toEqual(["first"]);
  });

  it("is stored when close returns, and lines written after that are counted as dropped", async () => {
    const dropped: string[] = [];
    const writer = createLogWriter(database, {
      flushIntervalMilliseconds: 60_000,
      onDropped: (row, reason) => dropped.push(`${row.message}: ${reason}`),
    });
    void writer.write(entry("close", "before"));
    await Promise.all([writer.close(), writer.close()]);
    expect(writer.write(entry("close", "after"))).toBeUndefined();
    expect(await messagesOf("close")).toEqual(["before"]);
    expect(dropped).toEqual(["after: closed"]);
    expect(writer.statistics).toMatchObject({ written: 1, dropped: 1, buffered: 0 });
  });

  it("is what the context was at that moment, not what became of it", async () => {
    await using writer = createLogWriter(database);
    const context = { attempt: 1 };
    void writer.write(entry("snapshot", "tried", { context }));
    context.attempt = 2;
    await writer.flush();
    const { items } = await logs.list({ component: "snapshot" });
    expect(items).toMatchObject([{ context: { attempt: 1 } }]);
  });

  it("is stored outside of the context of whoever wrote", async () => {
    const caller = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const watched: Queryable = {
      query: (statement, values) => {
        seen.push(caller.getStore());
        return database.query(statement, values);
      },
    };
    await using writer = createLogWriter(watched, { batchSize: 1 });
    await caller.run("a request", async () => {
      void writer.write(entry("context", "inside"));
      await writer.flush();
    });
    expect(seen).toEqual([undefined]);
  });

  it("may be written inside of a transaction's work, and stays when that is rolled back", async () => {
    await using writer = createLogWriter(database, { batchSize: 1 });
    const failed = database.transaction(async () => {
      void writer.write(entry("in a transaction", "about to fail"));
      await writer.flush();
      throw new RangeError("failed");
    });
    await expect(failed).rejects.toThrow("failed");
    expect(await messagesOf("in a transaction")).toEqual(["about to fail"]);
  });
});

describe("records that the table would refuse", () => {
  it("are mended: text is cut and made storable, misfits move into the context", async () => {
    await using writer = createLogWriter(database);
    // Untyped, as a program in JavaScript would call it.
    const broken: Record<string, unknown> = {
      level: "loud",
      component: ` mended\u0000\n${"x".repeat(200)} `,
      message: `half \uD83D and NUL \u0000 ${"long ".repeat(20_000)}`,
      strategyId: "none",
      correlationId: "c".repeat(5_000),
      durationMilliseconds: -1,
      loggedAt: "yesterday",
      orderID: "a field that is none",
      context: { price: 12n, self: null as unknown, "nul\u0000": "\uD83D" },
    };
    Object.defineProperty(broken, "venue", {
      enumerable: true,
      get: () => {
        throw new Error("no venue");
      },
    });
    broken["context"] = Object.assign(broken["context"] as object, { self: broken["context"] });
    void writer.write(broken as unknown as LogEntry);
    await writer.flush();
    expect(writer.statistics).toMatchObject({ written: 1, rejected: 0 });
    const { items } = await logs.searchContext({ strategyId: "none" });
    expect(items).toHaveLength(1);
    expect(items[0]?.message).toMatch(/^half \u{FFFD} and NUL \u{FFFD} long .*… \[100\d{3} characters\]$/u);
    expect(items[0]?.component).toMatch(/^mended\u{FFFD} x+… \[\d+ characters\]$/u);
    expect(items[0]).toMatchObject({
      level: "info",
      strategyId: null,
      durationMilliseconds: null,
      context: {
        level: "loud",
        durationMilliseconds: -1,
        loggedAt: '"yesterday"',
        orderID: "a field that is none",
        venue: "[could not be read]",
        price: "12",
        self: "[circular]",
        "nul\u{FFFD}": "\u{FFFD}",
      },
    });
  });

  it("that cannot be read at all leave a record that says so", async () => {
    await using writer = createLogWriter(database);
    const { proxy, revoke } = Proxy.revocable<LogEntry>(entry("x", "y"), {});
    revoke();
    void writer.write(proxy);
    await writer.flush();
    expect(await messagesOf("log-writer")).toContain("A log record could not be read.");
  });

  it("because their strategy is gone keep its id in the context, and hold up nobody", async () => {
    const at = Temporal.Now.instant().round("millisecond");
    const [gone, kept] = [createId(at), createId(at)];
    await database.query(
      "insert into strategies (id, created_at, name, kind, base_currency) values ($1, $2, 'kept', 'test', 'USD')",
      [kept, at],
    );
    await using writer = createLogWriter(database);
    void writer.write(entry("strategies", "gone", { strategyId: gone, context: { a: 1 } }));
    void writer.write(entry("strategies", "gone, no context", { strategyId: gone }));
    void writer.write(entry("strategies", "kept", { strategyId: kept }));
    await writer.flush();
    const { items } = await logs.list({ component: "strategies" });
    expect(items.map(({ message, strategyId, context }) => [message, strategyId, context])).toEqual([
      ["kept", kept, null],
      ["gone, no context", null, { strategyId: gone }],
      ["gone", null, { a: 1, strategyId: gone }],
    ]);
    expect(writer.statistics).toMatchObject({ written: 3, rejected: 0, retries: 0 });
  });

  it("by a rule of the database's owner are found among the others and told, one by one", async () => {
    await database.query(
      "alter table system_logs add constraint no_poison check (message not like '%poison%')",
    );
    const rejected: [LogRow, string | undefined][] = [];
    await using writer = createLogWriter(database, {
      onRejected: (row, error) => {
        rejected.push([row, error.constraint]);
        throw new Error("a callback must not stop the log");
      },
    });
    const isPoison = (n: number): boolean => n === 0 || n === 321 || n === 322;
    for (let n = 0; n < 1_000; n += 1) {
      void writer.write(entry("poison", isPoison(n) ? `poison ${n}` : `line ${n}`));
    }
    await writer.flush();
    expect(await messagesOf("poison")).toEqual(numbered(1_000).filter((_, n) => !isPoison(n)));
    expect(rejected.map(([row, constraint]) => [row.message, constraint])).toEqual([
      ["poison 0", "no_poison"],
      ["poison 321", "no_poison"],
      ["poison 322", "no_poison"],
    ]);
    expect(writer.statistics).toMatchObject({ written: 997, rejected: 3, buffered: 0 });
    await database.query("alter table system_logs drop constraint no_poison");
  });
});

describe("while the server is away", () => {
  it("lines wait in memory, the log never throws, and all are stored once it is back", async () => {
    await using network = await startUnreliableNetwork(place.url);
    await using remote = createDatabase(parseConnection(network.url), { poolSize: 1 });
    let told = 0;
    await using writer = createLogWriter(remote, {
      batchSize: 50,
      onRetry: () => {
        told += 1;
        throw new Error("a callback must not stop the log");
      },
    });
    void writer.write(entry("outage", "line 0"));
    await writer.flush();
    network.goAway();
    for (const message of numbered(500).slice(1)) void writer.write(entry("outage", message));
    await expect.poll(() => told).toBeGreaterThan(1);
    expect(writer.statistics.buffered).toBe(499);
    network.comeBack();
    await writer.flush();
    expect(await messagesOf("outage")).toEqual(numbered(500));
    expect(writer.statistics).toMatchObject({ written: 500, dropped: 0, retries: told });
  });

  it("a batch whose answer was lost is sent again and stored once", async () => {
    await using network = await startUnreliableNetwork(place.url);
    await using remote = createDatabase(parseConnection(network.url), { poolSize: 1 });
    await using writer = createLogWriter(remote);
    network.loseAnswerTo("insert into system_logs");
    for (const message of numbered(20)) void writer.write(entry("lost answer", message));
    await writer.flush();
    expect(writer.statistics).toMatchObject({ written: 20, retries: 1 });
    expect(await messagesOf("lost answer")).toEqual(numbered(20));
  });

  it("a backend process that is ended under the writer costs no line", async () => {
    await using remote = createDatabase(parseConnection(place.url).with({ applicationName: "to be ended" }), {
      poolSize: 1,
    });
    await using writer = createLogWriter(remote, { batchSize: 10, flushIntervalMilliseconds: 5 });
    for (const [n, message] of numbered(300).entries()) {
      void writer.write(entry("ended", message));
      if (n % 60 === 30) {
        await database.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'to be ended'",
        );
      }
    }
    await writer.flush();
    expect(await messagesOf("ended")).toEqual(numbered(300));
    expect(writer.statistics).toMatchObject({ written: 300, dropped: 0, rejected: 0 });
  });

  it("the oldest lines go when the buffer is full, and the log itself says how many once it is back", async () => {
    await using network = await startUnreliableNetwork(place.url);
    await using remote = createDatabase(parseConnection(network.url), { poolSize: 1 });
    const dropped: string[] = [];
    await using writer = createLogWriter(remote, {
      batchSize: 10,
      maxBufferedRecords: 30,
      overflow: "drop-oldest",
      onDropped: (row) => dropped.push(row.message),
    });
    network.goAway();
    for (const message of numbered(100)) void writer.write(entry("oldest", message));
    expect(writer.statistics.buffered).toBe(30);
    network.comeBack();
    await writer.flush();
    // The first ten were on their way.
    expect(await messagesOf("oldest")).toEqual([...numbered(10), ...numbered(100).slice(80)]);
    expect(dropped).toEqual(numbered(80).slice(10));
    await writer.flush();
    const { items } = await logs.list({ component: "log-writer", minimumLevel: "warn" });
    expect(items[0]).toMatchObject({
      message: "70 log records were dropped, because the buffer was full.",
      context: { records: 70 },
    });
  });

  it("the newest lines go instead where that is asked for", async () => {
    await using network = await startUnreliableNetwork(place.url);
    await using remote = createDatabase(parseConnection(network.url), { poolSize: 1 });
    await using writer = createLogWriter(remote, {
      batchSize: 10,
      maxBufferedRecords: 30,
      overflow: "drop-newest",
    });
    network.goAway();
    for (const message of numbered(100)) void writer.write(entry("newest", message));
    network.comeBack();
    await writer.flush();
    expect(await messagesOf("newest")).toEqual(numbered(30));
    expect(writer.statistics.dropped).toBe(70);
  });

  it("memory is bounded by bytes, too", async () => {
    await using network = await startUnreliableNetwork(place.url);
    await using remote = createDatabase(parseConnection(network.url), { poolSize: 1 });
    const writer = createLogWriter(remote, { maxBufferedBytes: 4 * 1_048_576 });
    network.goAway();
    const message = "x".repeat(30_000);
    for (let n = 0; n < 1_000; n += 1) void writer.write(entry("bytes", message));
    const { buffered, bufferedBytes, dropped } = writer.statistics;
    expect(bufferedBytes).toBeLessThanOrEqual(4 * 1_048_576);
    expect(buffered).toBeGreaterThan(50);
    expect(buffered + dropped).toBe(1_000);
    await writer.close(0);
  });

  it("close gives up after its time, and says what was left", async () => {
    await using network = await startUnreliableNetwork(place.url);
    await using remote = createDatabase(parseConnection(network.url), { poolSize: 1 });
    let dropped = 0;
    const writer = createLogWriter(remote, {
      batchSize: 10,
      onDropped: (_, reason) => {
        if (reason === "closed") dropped += 1;
      },
    });
    network.goAway();
    for (const message of numbered(25)) void writer.write(entry("given up", message));
    const flushed = writer.flush();
    const begun = performance.now();
    await writer.close(300);
    expect(performance.now() - begun).toBeLessThan(5_000);
    await flushed;
    await expect.poll(() => dropped).toBe(25);
    expect(writer.statistics).toMatchObject({ written: 0, dropped: 25, buffered: 0 });
  });
});

describe("with overflow wait", () => {
  it("a full buffer makes its callers wait, and loses nothing of those who do", async () => {
    await using writer = createLogWriter(database, {
      batchSize: 100,
      maxBufferedRecords: 200,
      overflow: "wait",
    });
    let waits = 0;
    let most = 0;
    for (const message of numbered(3_000)) {
      const room = writer.write(entry("waiting", message));
      most = Math.max(most, writer.statistics.buffered);
      if (room !== undefined) {
        waits += 1;
        await room;
      }
    }
    await writer.flush();
    expect(await messagesOf("waiting")).toEqual(numbered(3_000));
    expect(waits).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(200);
    expect(writer.statistics.dropped).toBe(0);
  });

  it("memory stays bounded although nobody waits", async () => {
    await using writer = createLogWriter(database, {
      batchSize: 100,
      maxBufferedRecords: 200,
      overflow: "wait",
    });
    for (const message of numbered(1_000)) void writer.write(entry("impatient", message));
    expect(writer.statistics).toMatchObject({ buffered: 400, dropped: 600 });
    await writer.flush();
    expect(await messagesOf("impatient")).toEqual(numbered(400));
  });

  it("those who wait go on when the writer is closed", async () => {
    await using network = await startUnreliableNetwork(place.url);
    await using remote = createDatabase(parseConnection(network.url), { poolSize: 1 });
    const writer = createLogWriter(remote, { batchSize: 10, maxBufferedRecords: 10, overflow: "wait" });
    network.goAway();
    const waits = numbered(15).map((message) => writer.write(entry("closed on", message)));
    await writer.close(50);
    await Promise.all(
      waits.map(async (room) => {
        await room;
      }),
    );
    await expect.poll(() => writer.statistics.dropped).toBe(15);
  });
});

describe("options", () => {
  it.each([
    ["batchSize", { batchSize: 0 }],
    ["batchSize", { batchSize: 1e9 }],
    ["flushIntervalMilliseconds", { flushIntervalMilliseconds: Number.NaN }],
    ["maxBufferedRecords", { batchSize: 100, maxBufferedRecords: 99 }],
    ["maxBufferedBytes", { maxBufferedBytes: 1 }],
    ["overflow", { overflow: "explode" as "wait" }],
  ])("are refused at once, naming %s", (field, options) => {
    expect(() => createLogWriter(database, options)).toThrow(expect.objectContaining({ field }));
  });
});
