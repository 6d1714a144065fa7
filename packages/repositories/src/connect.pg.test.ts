// All repositories at once: over the pool, in one transaction, and over a replica; and an end that loses nothing.
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { migratedTemplate } from "@app/migrator/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "./connect.ts";
import { createId } from "./identity/time-ordered-id.ts";
import { now } from "./time/now.ts";
import type { TradingData } from "./trading-data.ts";

let database: TestDatabase;
let data: TradingData;
const from = Temporal.Instant.from("2026-01-01T00:00Z");
const range = { from, to: Temporal.Instant.from("2026-02-01T00:00Z") };

beforeAll(async () => {
  database = await createTestDatabase({ template: migratedTemplate });
  data = connect({ database: database.url, replicas: [database.url] });
});
afterAll(async () => {
  await data.close();
  await database.drop();
});

const newStrategy = (createdAt = now()) => ({
  id: createId(createdAt),
  createdAt,
  name: `strategy ${createId(createdAt)}`,
  kind: "test",
  baseCurrency: "USD",
});
const newOrder = (strategyId: string, createdAt = now()) => ({
  id: createId(createdAt),
  createdAt,
  account: "main",
  strategyId,
  exchange: "XTEST",
  symbol: "BTC-USD",
  clientOrderId: createId(createdAt),
  side: "buy" as const,
  type: "market" as const,
  quantity: "1",
  source: "test",
});

describe("a transaction over several repositories", () => {
  it("keeps all of it, and what it wrote it sees", async () => {
    const strategy = newStrategy();
    const order = newOrder(strategy.id);
    const status = await data.transaction(async ({ strategies, orders, trades }) => {
      await strategies.create(strategy);
      await orders.submit(order);
      const report = await orders.applyExecutionReport({
        type: "fill",
        order: { orderId: order.id },
        executionId: order.id,
        transactTime: order.createdAt,
        quantity: "1",
        price: "100",
        settlementCurrency: "USD",
        source: "test",
      });
      expect((await trades.list({ strategyId: strategy.id })).items).toEqual([report.trade]);
      return report.order.status;
    });
    expect(status).toBe("filled");
    expect(await data.strategies.get(strategy.id)).toMatchObject({ totalTrades: 1 });
    expect(await data.positions.listOpen({ strategyId: strategy.id })).toMatchObject({
      items: [{ symbol: "BTC-USD" }],
    });
  });

  it("keeps nothing when one part of it is refused", async () => {
    const strategy = newStrategy();
    const order = newOrder(strategy.id);
    const refused = data.transaction(async ({ strategies, orders, logs }) => {
      await strategies.create(strategy);
      await logs.append({ level: "info", component: "undone", message: "before" });
      await orders.submit({ ...order, parentOrderId: createId(from) });
    });
    await expect(refused).rejects.toMatchObject({ constraint: "orders_parent_order_id_exists" });
    expect(await data.strategies.find(strategy.id)).toBeUndefined();
    expect((await data.logs.list({ component: "undone" })).items).toEqual([]);
  });
});

/** Verbs of what changes something; readings are get, find, list, search, stream, follow, latest, and the names of figures. */
const WRITE =
  /^(?:append|apply|archive|activate|bust|copyIn|correct|create|import|pause|refresh|remove|request|set|stop|submit|take|update|upsert)/u;

describe("a replica", () => {
  it("reads what was written, from every repository", async () => {
    const strategy = newStrategy();
    await data.strategies.create(strategy);
    const order = await data.orders.submit(newOrder(strategy.id));
    const { replica } = data;
    expect(await replica.strategies.get(strategy.id)).toMatchObject({ name: strategy.name });
    expect(await replica.orders.get(order.id)).toEqual(order);
    expect((await replica.orders.listOpen({ strategyId: strategy.id })).items).toEqual([order]);
    expect((await replica.trades.list({ strategyId: strategy.id })).items).toEqual([]);
    expect((await replica.positions.listOpen({ account: "nobody" })).items).toEqual([]);
    expect(await replica.portfolio.latest({ account: "nobody", currency: "USD" })).toBeUndefined();
    expect(
      await replica.marketData.findSeries({ exchange: "X", symbol: "Y", timeframe: "1m" }),
    ).toBeUndefined();
    expect((await replica.logs.list({ component: "nobody" })).items).toEqual([]);
    expect(
      (await replica.audit.listByEntity({ entityType: "strategies", entityId: strategy.id })).items,
    ).toHaveLength(1);
    const differences: unknown[] = [];
    for await (const difference of replica.reconciliation.reconcile({ account: "nobody", ...range })) {
      differences.push(difference);
    }
    expect(differences).toEqual([]);
    const figures = await replica.strategies.performance(strategy.id, { ...range, currency: "USD" });
    expect(figures.fills).toMatchObject({ fills: 0, winRate: null });
  });

  it("takes no writes, however they are asked for", async () => {
    const methodsOf = (repository: object): readonly string[] => Object.keys(repository);
    for (const [name, repository] of Object.entries(data.replica)) {
      const written = methodsOf(repository).filter((method) => WRITE.test(method));
      expect(written, name).toEqual([]);
    }
    expect(methodsOf(data.orders).filter((method) => WRITE.test(method))).toContain("submit");
    await expect(data.replica.query("delete from orders")).rejects.toMatchObject({ kind: "usage" });
  });
});

describe("the end", () => {
  it("stores what log writers hold, and refuses work from then on", async () => {
    const other = connect({ database: database.url });
    const writer = other.createLogWriter({ flushIntervalMilliseconds: 60_000 });
    for (let line = 0; line < 100; line += 1) {
      void writer.write({ level: "info", component: "ending", message: `line ${line}` });
    }
    await other.close();
    expect((await data.logs.list({ component: "ending", limit: 1_000 })).items).toHaveLength(100);
    await expect(other.orders.find(createId(from))).rejects.toMatchObject({ kind: "usage" });
    expect(await other.health()).toMatchObject({ isHealthy: false });
  });

  it("shows no secret of how it was reached", async () => {
    const secret = "never-shown";
    const unreachable = connect({ database: `postgresql://app:${secret}@127.0.0.1:1/none` });
    const error = await unreachable.orders.find(createId(from)).catch((thrown: unknown) => thrown);
    const { inspect } = await import("node:util");
    expect(inspect(error, { depth: 10 })).not.toContain(secret);
    expect(inspect(unreachable, { depth: 10, showHidden: true })).not.toContain(secret);
    expect(error).toMatchObject({ kind: "unavailable" });
    await unreachable.close();
  });
});
