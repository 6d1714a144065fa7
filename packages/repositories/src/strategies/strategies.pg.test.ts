// Strategies made, changed, started and found on a real server: once each however often they are sent, and nothing lost between
// two who change at once.
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
import { strategyStatuses, type StrategyStatus } from "@app/schema/vocabulary";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createId } from "../identity/time-ordered-id.ts";
import { poolScope, transactionScope } from "../statements/scope.ts";
import { createTrades } from "../trades/trades.ts";
import { buy } from "../trades/testing/fills.ts";
import type { NewStrategy } from "./strategy-input.ts";
import type { Strategy } from "./strategy.ts";
import { canChangeStrategyStatus } from "./strategy-lifecycle.ts";
import { createStrategies, type Strategies } from "./strategies.ts";

let server: TestDatabase;
let database: Database;
let strategies: Strategies;

beforeAll(async () => {
  server = await createTestDatabase({ template: migratedTemplate });
  database = createDatabase(parseConnection(server.url));
  strategies = createStrategies(poolScope(database));
});
afterAll(async () => {
  await database.close();
  await server.drop();
});

let made = 0;

/** A valid strategy, each a second after the one before. */
function newStrategy(others: Partial<NewStrategy> = {}): NewStrategy {
  made += 1;
  const createdAt = Temporal.Instant.from("2026-03-01T00:00:00Z").add({
    seconds: made,
    microseconds: 123_456,
  });
  return {
    id: createId(createdAt),
    createdAt,
    name: `strategy ${made}`,
    kind: "mean_reversion",
    baseCurrency: "USD",
    ...others,
  };
}

async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => new Error("nothing was refused"),
    (error: unknown) => error,
  );
}

describe("making a strategy", () => {
  it("stores every field, in state draft, at version 1", async () => {
    const given = newStrategy({
      description: "Two lines\nof text",
      configuration: { window: 20, nested: { mode: "low", list: [1, null, "ü"] } },
      symbols: ["BTC-USD", "ETH-USD", "BTC-USD"],
      tags: ["crypto"],
      maxOrderNotional: "12345678901234567890.000000000000000001",
      maxDailyLoss: "250.50",
      maxDrawdownPercentage: "12.5",
      maxLeverage: "3",
      maxOpenOrders: 7,
      decisionMakerId: "trader 1",
    });
    const strategy = await strategies.create(given);
    expect(strategy).toMatchObject({
      ...given,
      symbols: ["BTC-USD", "ETH-USD"],
      status: "draft",
      version: 1,
      maxPositionNotional: null,
      activatedAt: null,
      stoppedAt: null,
      totalTrades: 0,
      grossProfit: "0",
      totalRealizedPnl: "0",
    });
    expect(await strategies.get(given.id)).toEqual(strategy);
    expect(await strategies.getByName(given.name)).toEqual(strategy);
  });

  it("gives every column of the table, by its name in TypeScript, and no other", async () => {
    const strategy = await strategies.create(newStrategy());
    const { rows } = await database.query<{ name: string }>(
      "select column_name as name from information_schema.columns where table_name = 'strategies' and table_schema = 'public'",
    );
    const names = rows.map(({ name }) =>
      name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    );
    expect(Object.keys(strategy).toSorted()).toEqual(names.toSorted());
  });

  it("twice makes one, amounts compared by value", async () => {
    const given = newStrategy({ maxDailyLoss: "100.50", configuration: { a: 1, b: 2 }, tags: ["x", "y"] });
    const first = await strategies.create(given);
    const again = await strategies.create({ ...given, maxDailyLoss: "100.5", configuration: { b: 2, a: 1 } });
    expect(again).toEqual(first);
  });

  it("twenty times at once makes one", async () => {
    const given = newStrategy();
    const all = await Promise.all(Array.from({ length: 20 }, () => strategies.create(given)));
    expect(new Set(all.map(({ version, updatedAt }) => `${version} ${updatedAt.toString()}`)).size).toBe(1);
  });

  it("refuses the id with other contents, and a name that is taken, and says which", async () => {
    const given = newStrategy();
    await strategies.create(given);
    const other = await refusalOf(strategies.create({ ...given, kind: "momentum" }));
    expect(other).toBeInstanceOf(ConflictError);
    expect(other).toMatchObject({ field: "id" });
    const fewer = await refusalOf(strategies.create({ ...given, tags: ["one more"] }));
    expect(fewer).toMatchObject({ field: "id" });
    const taken = await refusalOf(strategies.create(newStrategy({ name: given.name })));
    expect(taken).toBeInstanceOf(ConflictError);
    expect(taken).toMatchObject({ field: "name", constraint: "strategies_name_key" });
    expect(String(taken)).toContain(given.id);
  });

  it("leaves the caller's transaction usable after a conflict", async () => {
    const given = newStrategy();
    await strategies.create(given);
    const next = newStrategy();
    await database.transaction(async (transaction) => {
      const inside = createStrategies(transactionScope(transaction));
      expect(await refusalOf(inside.create(newStrategy({ name: given.name })))).toBeInstanceOf(ConflictError);
      await inside.create(next);
    });
    expect(await strategies.find(next.id)).toBeDefined();
  });

  it("of one name at once leaves one, and tells the others whose it is", async () => {
    const name = "raced for";
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, () => strategies.create(newStrategy({ name }))),
    );
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of all) {
      if (result.status === "rejected")
        expect(result.reason).toMatchObject({ field: "name", kind: "conflict" });
    }
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["an id of another version", { id: "01890a5d-ac96-474b-bcce-b302099a8057" }, "id"],
    ["an id of another time", { id: createId("2020-01-01T00:00:00Z") }, "id"],
    ["no name", { name: undefined }, "name"],
    ["an empty name", { name: "" }, "name"],
    ["a name too long", { name: "x".repeat(201) }, "name"],
    ["a lone surrogate", { description: "\uD800" }, "description"],
    ["NUL", { description: "a\0b" }, "description"],
    ["NUL in the configuration", { configuration: { key: "a\0b" } }, "configuration"],
    ["an array for a configuration", { configuration: [] }, "configuration"],
    ["NaN in the configuration", { configuration: { key: [1, Number.NaN] } }, "configuration.key.1"],
    ["symbols that are no texts", { symbols: ["A", 1] }, "symbols[1]"],
    ["a text for tags", { tags: "a" }, "tags"],
    ["a number for an amount", { maxDailyLoss: 100 }, "maxDailyLoss"],
    ["a limit of nothing", { maxDailyLoss: "0" }, "maxDailyLoss"],
    ["40 digits", { maxOrderNotional: "1".repeat(40) }, "maxOrderNotional"],
    ["19 decimal places", { maxOrderNotional: `1.${"1".repeat(19)}` }, "maxOrderNotional"],
    [
      "a drawdown just over all",
      { maxDrawdownPercentage: "100.000000000000000001" },
      "maxDrawdownPercentage",
    ],
    ["a leverage of 1001", { maxLeverage: "1001" }, "maxLeverage"],
    ["half an order", { maxOpenOrders: 0.5 }, "maxOpenOrders"],
    ["more orders than an integer holds", { maxOpenOrders: 2 ** 31 }, "maxOpenOrders"],
    ["a currency in small letters", { baseCurrency: "usd" }, "baseCurrency"],
    ["totals", { totalTrades: 5 }, "totalTrades"],
    ["a state", { status: "active" }, "status"],
    ["a field of every object", { toString: "x" }, "toString"],
    ["a moment finer than a microsecond", { createdAt: "2026-01-01T00:00:00.0000001Z" }, "createdAt"],
  ])("refuses %s and names the field", async (_, fields, field) => {
    // What no type lets through, callers without types send all the same.
    const refusal = await refusalOf(strategies.create({ ...newStrategy(), ...fields }));
    expect(refusal).toBeInstanceOf(InvalidInputError);
    expect(refusal).toMatchObject({ field });
  });
});

describe("changing a strategy", () => {
  it("changes what is given and nothing else, and counts the version", async () => {
    const strategy = await strategies.create(
      newStrategy({ tags: ["a"], maxOpenOrders: 3, description: "before" }),
    );
    const changed = await strategies.update(
      strategy.id,
      {
        description: null,
        configuration: { fast: 5 },
        maxDailyLoss: "10",
      },
      { expectedVersion: 1 },
    );
    expect(changed).toEqual({
      ...strategy,
      description: null,
      configuration: { fast: 5 },
      maxDailyLoss: "10",
      version: 2,
      updatedAt: changed.updatedAt,
    });
  });

  it("sent again after a lost answer gives what it gave", async () => {
    const { id } = await strategies.create(newStrategy());
    const changes = { configuration: { a: [1, 2] }, maxLeverage: "2.50", symbols: ["A", "B"] };
    const first = await strategies.update(id, changes, { expectedVersion: 1 });
    expect(await strategies.update(id, { ...changes, maxLeverage: "2.5" }, { expectedVersion: 1 })).toEqual(
      first,
    );
  });

  it("that changes nothing keeps the version", async () => {
    const { id, name } = await strategies.create(newStrategy());
    expect(await strategies.update(id, { name }, { expectedVersion: 1 })).toMatchObject({ version: 1 });
  });

  it("of another version is refused, and the stored version is named", async () => {
    const { id } = await strategies.create(newStrategy());
    await strategies.update(id, { kind: "one" }, { expectedVersion: 1 });
    const stale = await refusalOf(strategies.update(id, { kind: "two" }, { expectedVersion: 1 }));
    expect(stale).toBeInstanceOf(ConflictError);
    expect(stale).toMatchObject({ field: "expectedVersion" });
    expect(String(stale)).toContain("at version 2");
    await strategies.update(id, { kind: "three" }, { expectedVersion: 2 });
    // The same change again, but others came after: not to be told from one that lost.
    expect(await refusalOf(strategies.update(id, { kind: "one" }, { expectedVersion: 1 }))).toBeInstanceOf(
      ConflictError,
    );
    // Contained is not the same.
    await strategies.update(id, { tags: ["a", "b"] }, { expectedVersion: 3 });
    expect(await refusalOf(strategies.update(id, { tags: ["a"] }, { expectedVersion: 3 }))).toBeInstanceOf(
      ConflictError,
    );
  });

  it("by twenty at once is done by one of them", async () => {
    const { id } = await strategies.create(newStrategy());
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, (_, place) =>
        strategies.update(id, { maxOpenOrders: place + 1 }, { expectedVersion: 1 }),
      ),
    );
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of all) {
      if (result.status === "rejected") expect(result.reason).toBeInstanceOf(ConflictError);
    }
    expect(await strategies.get(id)).toMatchObject({ version: 2 });
  });

  it("to a name that is taken is refused by name; of a strategy that is not there, not found", async () => {
    const { name } = await strategies.create(newStrategy());
    const { id } = await strategies.create(newStrategy());
    expect(await refusalOf(strategies.update(id, { name }, { expectedVersion: 1 }))).toMatchObject({
      kind: "conflict",
      field: "name",
    });
    expect(
      await refusalOf(strategies.update(newStrategy().id, { kind: "x" }, { expectedVersion: 1 })),
    ).toBeInstanceOf(NotFoundError);
    expect(await refusalOf(strategies.update(id, { kind: "x" }, { expectedVersion: 0 }))).toMatchObject({
      field: "expectedVersion",
    });
    expect(await refusalOf(strategies.update(id, {}, { expectedVersion: 1 }))).toBeInstanceOf(
      InvalidInputError,
    );
  });

  it("leaves who did it and why in the audit log", async () => {
    const { id } = await strategies.create(newStrategy());
    await strategies.setRiskLimits(
      id,
      { maxDailyLoss: "5" },
      { expectedVersion: 1, actor: "risk desk", reason: "quarter end", correlationId: "ticket 7" },
    );
    const { rows } = await database.query(
      `select on_behalf_of, reason, correlation_id from audit_log
       where entity_type = 'strategies' and entity_id = $1 and action = 'update'`,
      [id],
    );
    expect(rows).toEqual([{ on_behalf_of: "risk desk", reason: "quarter end", correlation_id: "ticket 7" }]);
  });
});

describe("risk limits", () => {
  it("are set one by one, removed by null, and refuse what is no limit", async () => {
    const { id } = await strategies.create(newStrategy({ maxLeverage: "2" }));
    await strategies.setRiskLimits(id, { maxDailyLoss: "100", maxOpenOrders: 2 }, { expectedVersion: 1 });
    await strategies.setRiskLimits(id, { maxOpenOrders: null }, { expectedVersion: 2 });
    expect(await strategies.getRiskLimits(id)).toEqual({
      strategyId: id,
      version: 3,
      baseCurrency: "USD",
      maxOrderNotional: null,
      maxPositionNotional: null,
      maxDailyLoss: "100",
      maxDrawdownPercentage: null,
      maxLeverage: "2",
      maxOpenOrders: null,
    });
    expect(await strategies.findRiskLimits(id)).toEqual(await strategies.getRiskLimits(id));
    expect(await strategies.findRiskLimits(newStrategy().id)).toBeUndefined();
    const refusal = await refusalOf(
      strategies.setRiskLimits(id, { kind: "x" } as object, { expectedVersion: 3 }),
    );
    expect(refusal).toMatchObject({ field: "kind" });
  });

  it("are held against open orders, positions at cost and the loss of the day", async () => {
    const strategy = await strategies.create(
      newStrategy({ maxDailyLoss: "10", maxPositionNotional: "150", maxOpenOrders: 4 }),
    );
    const of = { strategyId: strategy.id, account: "risk" };
    await createTrades(poolScope(database)).appendMany([
      buy("2", "100", { ...of, symbol: "A" }),
      buy("1", "50", { ...of, symbol: "B", fee: "12.5", feeCurrency: "USD" }),
    ]);
    const usage = await strategies.riskUsage(strategy.id, { at: "2026-03-02T12:00:00Z" });
    expect(usage).toMatchObject({
      openOrders: 0,
      openOrdersShare: 0,
      netPnlToday: "-12.5",
      dailyLossShare: 1.25,
    });
    expect(
      usage.positions.map(({ symbol, costNotional, limitShare }) => [
        symbol,
        Number(costNotional),
        limitShare,
      ]),
    ).toEqual([
      ["A", 200, expect.closeTo(4 / 3, 12)],
      ["B", 50, expect.closeTo(1 / 3, 12)],
    ]);
    expect(await strategies.riskUsage(strategy.id, { at: "2026-03-03T12:00:00Z" })).toMatchObject({
      netPnlToday: "0",
    });
    expect(await refusalOf(strategies.riskUsage(newStrategy().id))).toBeInstanceOf(NotFoundError);
  });

  it("are held against every position, however many", async () => {
    const { id } = await strategies.create(newStrategy());
    // Past the accounting, which would take a fill for each of them.
    await database.transaction(async (transaction) => {
      await transaction.query("alter table positions disable trigger user");
      await transaction.query(
        `insert into positions (strategy_id, account, exchange, symbol, settlement_currency, contract_multiplier, quantity, cost_basis)
         select $1, 'many', 'XTEST', 'S' || lpad(n::text, 5, '0'), 'USD', 1, 1, 100 from generate_series(1, 10001) n`,
        [id],
      );
      await transaction.query("alter table positions enable trigger user");
    });
    const { positions } = await strategies.riskUsage(id);
    expect(new Set(positions.map(({ symbol }) => symbol)).size).toBe(10_001);
    expect(positions).toHaveLength(10_001);
  });
});

describe("the life of a strategy", () => {
  it("goes by the table of transitions, every pair of states", async () => {
    const go = (id: string, to: StrategyStatus) =>
      ({
        draft: () => Promise.reject(new Error("no method leads to draft")),
        active: () => strategies.activate(id),
        paused: () => strategies.pause(id),
        stopped: () => strategies.stop(id),
        archived: () => strategies.archive(id),
      })[to]();
    const routes: Record<StrategyStatus, readonly StrategyStatus[]> = {
      draft: [],
      active: ["active"],
      paused: ["active", "paused"],
      stopped: ["active", "stopped"],
      archived: ["archived"],
    };
    for (const from of strategyStatuses) {
      for (const to of strategyStatuses.filter((status) => status !== "draft")) {
        const { id } = await strategies.create(newStrategy());
        for (const step of routes[from]) await go(id, step);
        if (canChangeStrategyStatus(from, to)) {
          expect((await go(id, to)).status, `${from} to ${to}`).toBe(to);
        } else {
          expect(await refusalOf(go(id, to)), `${from} to ${to}`).toBeInstanceOf(ConflictError);
          expect((await strategies.get(id)).status).toBe(from);
        }
      }
    }
  });

  it("is the same called twice, and keeps the times of start and stop", async () => {
    const { id } = await strategies.create(newStrategy());
    const started = await strategies.activate(id, { reason: "go" });
    expect(await strategies.activate(id)).toEqual(started);
    const paused = await strategies.pause(id);
    const resumed = await strategies.activate(id);
    expect(resumed.activatedAt).toEqual(started.activatedAt);
    expect(paused.stoppedAt).toBeNull();
    const stopped = await strategies.stop(id);
    expect(stopped.stoppedAt).not.toBeNull();
    expect(await strategies.stop(id)).toEqual(stopped);
    const again = await strategies.activate(id);
    expect(again.stoppedAt).toBeNull();
    expect(Temporal.Instant.compare(again.activatedAt ?? id, started.activatedAt ?? id)).toBe(1);
    await strategies.stop(id);
    const archived = await strategies.archive(id);
    expect(archived).toMatchObject({ status: "archived", version: 8 });
  });

  it("can be bound to a version, and twenty who change it at once make one change each of the allowed", async () => {
    const { id } = await strategies.create(newStrategy());
    expect(await refusalOf(strategies.activate(id, { expectedVersion: 5 }))).toMatchObject({
      field: "expectedVersion",
    });
    const all = await Promise.all(
      Array.from({ length: 20 }, () => strategies.activate(id, { expectedVersion: 1 })),
    );
    expect(new Set(all.map(({ version }) => version))).toEqual(new Set([2]));
    expect(await refusalOf(strategies.stop(newStrategy().id))).toBeInstanceOf(NotFoundError);
  });

  it("ends in removal, twice the same; its fills stay without it", async () => {
    const { id } = await strategies.create(newStrategy());
    const trades = createTrades(poolScope(database));
    const fill = await trades.append(buy("1", "10", { strategyId: id, account: "removal" }));
    await strategies.remove(id);
    await strategies.remove(id);
    expect(await strategies.find(id)).toBeUndefined();
    expect(await trades.get(fill.id)).toMatchObject({ strategyId: null });
  });
});

describe("finding strategies", () => {
  it("lists pages newest first without loss or doubles, whatever is made meanwhile", async () => {
    const kind = "paged";
    const all: string[] = [];
    for (let count = 0; count < 7; count += 1)
      all.unshift((await strategies.create(newStrategy({ kind }))).id);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await strategies.list({ kind, limit: 2, cursor });
      seen.push(...page.items.map(({ id }) => id));
      await strategies.create(newStrategy({ kind }));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(seen).toEqual(all);
    const streamed = await Array.fromAsync(strategies.stream({ kind }), ({ id }) => id);
    expect(streamed.slice(-7)).toEqual(all);
    expect(streamed).toHaveLength(11);
  });

  it("finds by state, symbol, tag and contained configuration", async () => {
    const { id } = await strategies.create(
      newStrategy({ symbols: ["RARE"], tags: ["odd"], configuration: { risk: { mode: "low", x: 1 } } }),
    );
    await strategies.activate(id);
    const ids = async (filter: Parameters<Strategies["list"]>[0]) =>
      (await strategies.list(filter)).items.map((strategy) => strategy.id);
    expect(await ids({ symbol: "RARE" })).toEqual([id]);
    expect(await ids({ tag: "odd", status: "active" })).toEqual([id]);
    expect(await ids({ tag: "odd", status: ["draft", "stopped"] })).toEqual([]);
    expect(await ids({ tag: "odd", status: [] })).toEqual([]);
    expect(await ids({ configuration: { risk: { mode: "low" } } })).toEqual([id]);
    expect(await ids({ configuration: { risk: { mode: "high" } } })).toEqual([]);
    expect(await ids({ kind: "no such kind" })).toEqual([]);
    const active: Strategy[] = [];
    let cursor: string | undefined;
    do {
      const page = await strategies.listActive({ limit: 2, cursor });
      active.push(...page.items);
      cursor = page.next;
    } while (cursor !== undefined);
    expect(active.map((strategy) => strategy.id)).toContain(id);
    expect((await strategies.listActive({ limit: 1_000 })).items).toEqual(active);
  });

  it("refuses limits, states, filters and cursors that are none", async () => {
    const refused = async (filter: object) => (await refusalOf(strategies.list(filter))) as InvalidInputError;
    expect(await refused({ limit: 0 })).toMatchObject({ field: "limit" });
    expect(await refused({ limit: 1e9 })).toMatchObject({ field: "limit" });
    expect(await refused({ status: "running" })).toMatchObject({ field: "status" });
    expect(await refused({ status: ["active", "x"] })).toMatchObject({ field: "status[1]" });
    expect(await refused({ kind: "a", tag: "b" })).toMatchObject({ field: "tag" });
    expect(await refused({ cursor: "nonsense" })).toMatchObject({ field: "cursor" });
    const { next } = await strategies.list({ limit: 1 });
    expect(await refused({ kind: "paged", cursor: next })).toMatchObject({ field: "cursor" });
    expect(await refusalOf(strategies.get(newStrategy().id))).toBeInstanceOf(NotFoundError);
    expect(await refusalOf(strategies.getByName("nobody"))).toBeInstanceOf(NotFoundError);
    expect(await strategies.findByName("nobody")).toBeUndefined();
    expect(await refusalOf(strategies.get("x"))).toMatchObject({ field: "id" });
  });
});
