// The system log's repository against a real server: every filter and search, pages that lose nothing, writes sent twice.
import {
  ConflictError,
  createDatabase,
  type Database,
  InvalidInputError,
  NotFoundError,
  parseConnection,
} from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { migratedTemplate } from "@app/migrator/testing";
import { logLevels } from "@app/schema/vocabulary";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createId } from "../identity/time-ordered-id.ts";
import type { Page } from "../paging/page.ts";
import { poolScope, transactionScope } from "../statements/scope.ts";
import type { LogRecord, NewLogRecord } from "./log-record.ts";
import type { LogListOptions } from "./log-selection.ts";
import { createLogs, type Logs } from "./logs.ts";

let place: TestDatabase;
let database: Database;
let logs: Logs;
let strategyId: string;

const NOW = Temporal.Now.instant().round("microsecond");
const COUNT = 400;
const ago = (minutes: number): Temporal.Instant => NOW.subtract({ seconds: Math.round(minutes * 60) });

/** Four hundred lines over the last sixteen hours, newest first, several of them at one moment. */
function lines(): (NewLogRecord & { readonly loggedAt: Temporal.Instant })[] {
  return Array.from({ length: COUNT }, (_, n) => {
    const loggedAt = ago(Math.floor(n / 4) * 10 + 1);
    return {
      id: createId(loggedAt),
      loggedAt,
      level: logLevels[n % logLevels.length] ?? "info",
      component: `component ${n % 3}`,
      message: n % 50 === 7 ? `Margin call on account ${n}` : `order ${n} routed`,
      strategyId: n % 5 === 0 ? strategyId : null,
      correlationId: n % 4 === 0 ? `request ${n % 20}` : null,
      durationMilliseconds: n % 40 === 0 ? 1_000 + n : n % 40,
      context: { n, venue: { name: `venue ${n % 7}` } },
    };
  });
}

let stored: ReturnType<typeof lines>;

beforeAll(async () => {
  place = await createTestDatabase({ template: migratedTemplate });
  database = createDatabase(parseConnection(place.url), { poolSize: 4 });
  logs = createLogs(poolScope(database));
  const created = ago(60).round("millisecond");
  strategyId = createId(created);
  await database.query(
    "insert into strategies (id, created_at, name, kind, base_currency) values ($1, $2, 'logged', 'test', 'USD')",
    [strategyId, created],
  );
  stored = lines();
  await logs.appendMany(stored);
});

afterAll(async () => {
  await database.close();
  await place.drop();
});

const inOrder = (
  records: readonly { readonly id?: string | undefined; readonly loggedAt: Temporal.Instant }[],
) =>
  records
    .toSorted(
      (one, other) =>
        Temporal.Instant.compare(other.loggedAt, one.loggedAt) ||
        ((one.id ?? "") < (other.id ?? "") ? 1 : -1),
    )
    .map(({ id }) => id);

async function allPages(
  read: (cursor: string | undefined) => Promise<Page<LogRecord>>,
): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    records.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return records;
}

const idsOf = (records: readonly LogRecord[]): string[] => records.map(({ id }) => id);
const everything = { from: ago(60 * 24) };
const isAtLeast = (level: string, least: string): boolean =>
  logLevels.findIndex((one) => one === level) >= logLevels.findIndex((one) => one === least);

describe("reading", () => {
  it("finds a record by its id alone, exact to the microsecond, and tells get from find where there is none", async () => {
    const loggedAt = Temporal.Instant.from("2026-02-03T04:05:06.123456Z");
    const record = await logs.append({ loggedAt, level: "info", component: "exact", message: "" });
    expect(record).toEqual({
      id: record.id,
      loggedAt,
      level: "info",
      component: "exact",
      message: "",
      strategyId: null,
      correlationId: null,
      durationMilliseconds: null,
      errorName: null,
      errorStack: null,
      context: null,
      host: null,
      processId: null,
    });
    expect(await logs.find(record.id)).toEqual(record);
    const none = createId(loggedAt);
    expect(await logs.find(none)).toBeUndefined();
    await expect(logs.get(none)).rejects.toThrow(NotFoundError);
  });

  it.each<[string, LogListOptions, (line: NewLogRecord) => boolean]>([
    ["nothing", {}, () => true],
    ["a level", { minimumLevel: "debug" }, ({ level }) => isAtLeast(level, "debug")],
    ["a level of problems", { minimumLevel: "error" }, ({ level }) => isAtLeast(level, "error")],
    ["a component", { component: "component 1" }, ({ component }) => component === "component 1"],
    [
      "a component and a level",
      { component: "component 1", minimumLevel: "info" },
      (line) => line.component === "component 1" && isAtLeast(line.level, "info"),
    ],
    [
      "a component's problems",
      { component: "component 1", minimumLevel: "warn" },
      (line) => line.component === "component 1" && isAtLeast(line.level, "warn"),
    ],
    [
      "a correlation id, a component and a level",
      { correlationId: "request 4", component: "component 1", minimumLevel: "warn" },
      (line) =>
        line.correlationId === "request 4" &&
        line.component === "component 1" &&
        isAtLeast(line.level, "warn"),
    ],
    ["a correlation id", { correlationId: "request 8" }, (line) => line.correlationId === "request 8"],
    ["a time", { from: ago(300), to: ago(100) }, (line) => isWithin(line, 300, 100)],
  ])("lists by %s, page by page, each once", async (_, options, counts) => {
    const wanted = stored.filter(counts);
    const found = await allPages((cursor) => logs.list({ ...everything, limit: 7, cursor, ...options }));
    expect(wanted.length).toBeGreaterThan(0);
    expect(idsOf(found)).toEqual(inOrder(wanted));
  });

  const isWithin = (line: NewLogRecord, from: number, to: number): boolean => {
    const at = line.loggedAt as Temporal.Instant;
    return Temporal.Instant.compare(at, ago(from)) >= 0 && Temporal.Instant.compare(at, ago(to)) < 0;
  };

  it("lists by strategy, alone and with other filters", async () => {
    const ofStrategy = stored.filter((line) => line.strategyId === strategyId);
    const found = await allPages((cursor) => logs.list({ ...everything, strategyId, limit: 30, cursor }));
    expect(idsOf(found)).toEqual(inOrder(ofStrategy));
    const narrowed = await logs.list({ ...everything, strategyId, component: "component 2", limit: 1_000 });
    expect(idsOf(narrowed.items)).toEqual(
      inOrder(ofStrategy.filter((line) => line.component === "component 2")),
    );
    const problems = await logs.listProblems({ ...everything, strategyId, limit: 1_000 });
    expect(idsOf(problems.items)).toEqual(
      inOrder(ofStrategy.filter(({ level }) => isAtLeast(level, "warn"))),
    );
  });

  it("gives the same whatever the size of the pages", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          limit: fc.integer({ min: 1, max: 60 }),
          minimumLevel: fc.option(fc.constantFrom(...logLevels), { nil: undefined }),
          component: fc.option(fc.constantFrom("component 0", "component 2"), { nil: undefined }),
          from: fc.integer({ min: 0, max: 1_000 }),
          length: fc.integer({ min: 0, max: 1_000 }),
        }),
        async ({ limit, minimumLevel, component, from, length }) => {
          const range = { from: ago(from + length), to: ago(from), minimumLevel, component };
          const pages = await allPages((cursor) => logs.list({ ...range, limit, cursor }));
          const wanted = stored.filter(
            (line) =>
              isWithin(line, from + length, from) &&
              (component === undefined || line.component === component) &&
              (minimumLevel === undefined || isAtLeast(line.level, minimumLevel)),
          );
          expect(idsOf(pages)).toEqual(inOrder(wanted));
        },
      ),
      { numRuns: 25 },
    );
  });

  it("looks back 24 hours unless it is told otherwise", async () => {
    const old = NOW.subtract({ hours: 30 });
    await logs.append({ loggedAt: old, level: "error", component: "yesterday", message: "old" });
    const component = "yesterday";
    expect((await logs.list({ component })).items).toEqual([]);
    expect((await logs.list({ component, from: old })).items).toHaveLength(1);
    expect((await logs.list({ component, to: old.add({ hours: 1 }) })).items).toHaveLength(1);
    expect((await logs.list({ component, to: old })).items).toEqual([]);
  });

  it("lists slow operations, the longest first", async () => {
    const slow = stored.filter((line) => (line.durationMilliseconds ?? 0) >= 1_000);
    const found = await allPages((cursor) => logs.listSlow({ ...everything, limit: 3, cursor }));
    expect(found.map(({ durationMilliseconds }) => durationMilliseconds)).toEqual(
      slow.map((line) => line.durationMilliseconds).toSorted((one, other) => Number(other) - Number(one)),
    );
    const slowest = await logs.listSlow({
      ...everything,
      component: "component 0",
      minimumDurationMilliseconds: 1_200,
      limit: 1,
    });
    expect(slowest.items).toMatchObject([{ component: "component 0", durationMilliseconds: 1_360 }]);
  });

  it("searches contexts for what they contain, and messages for words in any of their forms", async () => {
    const venue = await logs.searchContext({ venue: { name: "venue 3" } }, { ...everything, limit: 1_000 });
    expect(idsOf(venue.items)).toEqual(inOrder(stored.filter((_, n) => n % 7 === 3)));
    const calls = await allPages((cursor) =>
      logs.searchMessage('"margin calls" -rejected', { ...everything, limit: 3, cursor }),
    );
    expect(idsOf(calls)).toEqual(inOrder(stored.filter((_, n) => n % 50 === 7)));
    const narrowed = await logs.searchMessage("margin", { ...everything, component: "component 1" });
    expect(idsOf(narrowed.items)).toEqual(
      inOrder(stored.filter((line, n) => n % 50 === 7 && line.component === "component 1")),
    );
    expect((await logs.searchMessage("the", everything)).items).toEqual([]);
    expect((await logs.searchMessage("'); drop table system_logs; --", everything)).items).toEqual([]);
  });

  it("streams a range oldest first, over days", async () => {
    const ids: string[] = [];
    for await (const record of logs.stream({ from: ago(60 * 24 * 4), to: NOW })) {
      if (record.component.startsWith("component ")) ids.push(record.id);
    }
    expect(ids).toEqual(inOrder(stored).toReversed());
    const request: (string | null)[] = [];
    for await (const record of logs.stream({ ...everything, correlationId: "request 12" })) {
      request.push(record.correlationId);
    }
    expect(request).toEqual(
      stored.filter((line) => line.correlationId === "request 12").map(() => "request 12"),
    );
  });

  it("streams more than a page of one moment without losing or doubling any", async () => {
    const loggedAt = ago(60 * 48);
    const records = Array.from({ length: 2_500 }, () => ({
      loggedAt,
      level: "info" as const,
      component: "one moment",
      message: "tick",
    }));
    const ids = await logs.appendMany(records);
    const found: string[] = [];
    for await (const { id } of logs.stream({
      from: loggedAt,
      to: loggedAt.add({ microseconds: 1 }),
    })) {
      found.push(id);
    }
    expect(found).toEqual(ids.toSorted());
  });

  it("follows what comes, also what comes a little late, until it is told to stop", async () => {
    const end = new AbortController();
    const begun = Temporal.Now.instant();
    const seen: string[] = [];
    const following = (async () => {
      const options = { component: "followed", from: begun, settleMilliseconds: 400 };
      for await (const { message } of logs.follow({
        ...options,
        pollIntervalMilliseconds: 100,
        signal: end.signal,
      })) {
        seen.push(message);
        if (seen.length === 3) end.abort();
      }
    })();
    const at = begun.round("microsecond").add({ milliseconds: 50 });
    const line = (message: string, loggedAt: Temporal.Instant): Promise<LogRecord> =>
      logs.append({ level: "info", component: "followed", message, loggedAt });
    await line("second", at.add({ milliseconds: 10 }));
    await line("first, but late", at);
    await line("third", at.add({ milliseconds: 20 }));
    await following;
    expect(seen).toEqual(["first, but late", "second", "third"]);
  });

  it("follows nothing once its signal is aborted", async () => {
    for await (const record of logs.follow({ ...everything, signal: AbortSignal.abort() })) {
      expect.unreachable(record.message);
    }
    expect(await logs.find(stored[0]?.id ?? "")).toBeDefined();
  });
});

describe("appending", () => {
  const record = (others: Partial<Omit<NewLogRecord, "id">> = {}): NewLogRecord & { readonly id: string } => {
    const loggedAt = Temporal.Instant.from("2026-03-04T05:06:07.000123Z");
    return {
      id: createId(loggedAt),
      loggedAt,
      level: "warn",
      component: "appender",
      message: "once",
      context: { price: 1.5, list: [1, "two", null] },
      durationMilliseconds: 0.25,
      ...others,
    };
  };

  it("twice is once, with the same answer", async () => {
    const once = record();
    const first = await logs.append(once);
    expect(await logs.append(once)).toEqual(first);
    expect(await logs.appendMany([once, once])).toEqual([once.id, once.id]);
    expect(await logs.appendMany([])).toEqual([]);
  });

  it.each<[string, Partial<NewLogRecord>]>([
    ["another message", { message: "twice" }],
    ["another context", { context: { price: 1.6 } }],
    ["no context", { context: null }],
    ["another time in the same millisecond", { loggedAt: "2026-03-04T05:06:07.000124Z" }],
    ["another level", { level: "info" }],
  ])("the same id with %s is a conflict, and nothing is kept", async (_, others) => {
    const once = record();
    const first = await logs.append(once);
    await expect(logs.append({ ...once, ...others })).rejects.toThrow(ConflictError);
    const beside = record();
    await expect(logs.appendMany([beside, { ...once, ...others }])).rejects.toThrow(ConflictError);
    expect(await logs.find(beside.id)).toBeUndefined();
    expect(await logs.get(once.id)).toEqual(first);
  });

  it("by many at once stores one", async () => {
    const records = Array.from({ length: 50 }, () => record());
    const shuffled = [records, records.toReversed(), records.toSorted(() => 1), records];
    await Promise.all(shuffled.map((some) => logs.appendMany(some)));
    const found = await logs.searchContext(
      { list: ["two"] },
      { from: "2026-03-04T05:00:00Z", to: "2026-03-04T06:00:00Z", limit: 1_000 },
    );
    const ids = new Set(records.map(({ id }) => id));
    expect(found.items.filter(({ id }) => ids.has(id))).toHaveLength(50);
  });

  it("is part of a transaction where it is given one", async () => {
    const once = record();
    const failed = database.transaction(async (transaction) => {
      await createLogs(transactionScope(transaction)).append(once);
      throw new RangeError("rolled back");
    });
    await expect(failed).rejects.toThrow("rolled back");
    expect(await logs.find(once.id)).toBeUndefined();
  });

  it("again after the strategy was deleted is no conflict", async () => {
    const at = Temporal.Instant.from("2026-03-01T00:00:00Z");
    const gone = createId(at);
    await database.query(
      "insert into strategies (id, created_at, name, kind, base_currency) values ($1, $2, 'short-lived', 'test', 'USD')",
      [gone, at],
    );
    const once = record({ strategyId: gone });
    expect(await logs.append(once)).toMatchObject({ strategyId: gone });
    await database.query("delete from strategies where id = $1", [gone]);
    expect(await logs.append(once)).toMatchObject({ strategyId: null });
  });

  it("for a strategy that is not there is a conflict that names the constraint", async () => {
    await expect(logs.append(record({ strategyId: createId(NOW) }))).rejects.toMatchObject({
      kind: "conflict",
      constraint: "system_logs_strategy_id_fkey",
    });
  });

  it("keeps an error with what caused it", async () => {
    const error = new TypeError("outer", { cause: new RangeError("inner") });
    const { errorName, errorStack } = await logs.append(record({ error }));
    expect(errorName).toBe("TypeError");
    expect(errorStack).toMatch(/^TypeError: outer\n[\s\S]*Caused by: RangeError: inner\n/u);
  });

  it.each<[string, Partial<Record<keyof NewLogRecord, unknown>>]>([
    ["level", { level: "loud" }],
    ["component", { component: "" }],
    ["component", { component: "x".repeat(101) }],
    ["component", { component: "line\nbreak" }],
    ["message", { message: "half \uD83D" }],
    ["message", { message: "NUL \0" }],
    ["message", { message: 5 }],
    ["message", { message: "x".repeat(32_769) }],
    ["durationMilliseconds", { durationMilliseconds: -1 }],
    ["durationMilliseconds", { durationMilliseconds: Number.NaN }],
    ["durationMilliseconds", { durationMilliseconds: "5" }],
    ["context", { context: [1] }],
    ["context", { context: { big: 1n } }],
    ["context", { context: { nul: "\0" } }],
    ["context", { context: { long: "x".repeat(300_000) } }],
    ["correlationId", { correlationId: "x".repeat(201) }],
    ["strategyId", { strategyId: "8a2a9ca2-6b3f-4f0e-9d70-111111111111" }],
    ["id", { id: createId("2026-03-04T05:06:08Z") }],
    ["id", { id: "nothing" }],
    ["loggedAt", { loggedAt: "2026-03-04" }],
    ["loggedAt", { loggedAt: "1969-12-31T00:00:00Z", id: undefined }],
    ["loggedAt", { loggedAt: Temporal.Instant.fromEpochNanoseconds(1n), id: undefined }],
  ])("refuses a bad %s before anything is sent (%#)", async (field, others) => {
    const bad = { ...record(), ...others } as NewLogRecord;
    await expect(logs.append(bad)).rejects.toMatchObject({ kind: "invalid-input", field });
    await expect(logs.appendMany([record(), bad])).rejects.toMatchObject({ field: `records[1].${field}` });
  });

  it("refuses what is no list, and a list that is too long", async () => {
    await expect(logs.appendMany("x" as unknown as [])).rejects.toThrow(InvalidInputError);
    const many = Array.from({ length: 10_001 }, () => record());
    await expect(logs.appendMany(many)).rejects.toMatchObject({ field: "records.length" });
  });

  it("takes messages and stacks as long as they may be, whatever words they are of", async () => {
    const words = Array.from({ length: 16_384 }, (_, n) => String.fromCodePoint(0x4e_00 + (n % 20_000)));
    const message = words.join(" ").slice(0, 32_768);
    const { id } = await logs.append(record({ message }));
    expect((await logs.get(id)).message).toBe(message);
  });
});

describe("bad questions", () => {
  it.each<[string, () => Promise<unknown>]>([
    ["limit", () => logs.list({ limit: 0 })],
    ["limit", () => logs.list({ limit: 1e9 })],
    ["limit", () => logs.listSlow({ limit: 1.5 })],
    ["cursor", () => logs.list({ cursor: "nonsense" })],
    ["from", () => logs.list({ from: "now" })],
    ["to", () => logs.list({ from: NOW, to: ago(1) })],
    ["minimumLevel", () => logs.list({ minimumLevel: "loud" as "info" })],
    ["component", () => logs.list({ component: " x" })],
    ["strategyId", () => logs.list({ strategyId: "x" })],
    ["correlationId", () => logs.list({ correlationId: "\0" })],
    ["minimumDurationMilliseconds", () => logs.listSlow({ minimumDurationMilliseconds: 10 })],
    ["contained", () => logs.searchContext({})],
    ["contained", () => logs.searchContext([1] as unknown as Record<string, unknown>)],
    ["text", () => logs.searchMessage("  ")],
    ["text", () => logs.searchMessage("\uD83D")],
    ["id", () => logs.get("8a2a9ca2-6b3f-4f0e-9d70-111111111111")],
    ["to", () => Array.fromAsync(logs.stream({ from: NOW, to: ago(1) }))],
    ["settleMilliseconds", () => Array.fromAsync(logs.follow({ settleMilliseconds: -1 }))],
    ["pollIntervalMilliseconds", () => Array.fromAsync(logs.follow({ pollIntervalMilliseconds: 1 }))],
  ])("are refused, naming %s (%#)", async (field, ask) => {
    await expect(ask).rejects.toMatchObject({ kind: "invalid-input", field });
  });
});
