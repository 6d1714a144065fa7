// Snapshots stored and found on a real server: once each, whoever sends them how often, and in pages that lose nothing.
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
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createId } from "../identity/time-ordered-id.ts";
import { poolScope, transactionScope } from "../statements/scope.ts";
import { now } from "../time/now.ts";
import { createPortfolio, type Portfolio } from "./portfolio.ts";
import type { NewSnapshot, Snapshot } from "./snapshot.ts";
import { at, insertBar, insertFill, insertStrategy, snapshotAt } from "./testing/records.ts";

let server: TestDatabase;
let database: Database;
let portfolio: Portfolio;

beforeAll(async () => {
  server = await createTestDatabase({ template: migratedTemplate });
  database = createDatabase(parseConnection(server.url), { poolSize: 8 });
  portfolio = createPortfolio(poolScope(database));
});
afterAll(async () => {
  await database.close();
  await server.drop();
});

const fieldOf = async (work: Promise<unknown>): Promise<string | undefined> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof InvalidInputError || error instanceof ConflictError) return error.field;
    throw error;
  }
  return "nothing: it was accepted";
};

describe("appending a snapshot", () => {
  it("gives it back with what the database makes of it, and finds it by its id", async () => {
    const strategyId = await insertStrategy(database);
    const given = snapshotAt(1.000001, {
      account: "whole",
      strategyId,
      equity: "100.50",
      longExposure: "30",
      shortExposure: "10.5",
      valueAtRisk95: "1",
      valueAtRisk99: "2",
      marginUsedPercentage: "12.5",
      openPositions: 2,
      holdings: [{ symbol: "BTC-USD", quantity: "1" }],
    });
    const stored = await portfolio.append(given);
    const defaults = {
      realizedPnl: "0",
      unrealizedPnl: "0",
      marginUsed: "0",
      largestPositionPercentage: null,
      expectedShortfall95: null,
      volatilityPercentage: null,
      retainUntil: null,
    };
    expect(stored).toEqual({
      ...given,
      ...defaults,
      takenAt: at(1.000001),
      grossExposure: "40.5",
      netExposure: "19.5",
      peakEquity: "100.50",
      drawdown: "0.00",
      drawdownPercentage: "0.000000",
    });
    expect(await portfolio.get(given.id)).toEqual(stored);
    expect(await portfolio.find(createId(at(2)))).toBeUndefined();
    await expect(portfolio.get(createId(at(2)))).rejects.toThrow(NotFoundError);
  });

  it("a second time changes nothing, however its numbers are written", async () => {
    const given = snapshotAt(10, { account: "twice", equity: "100.50", holdings: [{ b: 1, a: [2] }] });
    const first = await portfolio.append(given);
    expect(await portfolio.append(given)).toEqual(first);
    expect(await portfolio.append({ ...given, equity: "100.5", holdings: [{ a: [2], b: 1 }] })).toEqual(
      first,
    );
    expect(await portfolio.appendMany([given, given])).toEqual([first, first]);
  });

  it.each([
    ["equity", { equity: "101" }],
    ["account", { account: "conflict 2" }],
    ["takenAt", { takenAt: at(20).add({ microseconds: 5 }) }],
    ["openPositions", { openPositions: 1 }],
    ["holdings", { holdings: [] }],
    ["valueAtRisk99", { valueAtRisk99: "5" }],
  ] as const)("with the same id and another %s is refused", async (field, change) => {
    const given = snapshotAt(20, { account: `conflict of ${field}` });
    await portfolio.append(given);
    expect(await fieldOf(portfolio.append({ ...given, ...change }))).toBe(field);
    expect(await portfolio.append(given)).toMatchObject({ id: given.id, equity: "100" });
  });

  it("keeps nothing of a batch in which one is refused", async () => {
    const old = snapshotAt(30, { account: "batch" });
    await portfolio.append(old);
    const fresh = snapshotAt(31, { account: "batch" });
    await expect(portfolio.appendMany([fresh, { ...old, cash: "5" }])).rejects.toThrow(ConflictError);
    expect(await portfolio.find(fresh.id)).toBeUndefined();
  });

  it("of no snapshots stores none, and of two hundred over a year all, in the order given", async () => {
    expect(await portfolio.appendMany([])).toEqual([]);
    // Five an hour: each hour is a chunk to be made.
    const many = Array.from({ length: 200 }, (_, index) =>
      snapshotAt((Math.floor(index / 5) - 39) * 10 * 86_400 + (index % 5) * 60, {
        account: "many",
        equity: `${index}`,
      }),
    );
    const shuffled = many.toReversed();
    const stored = await portfolio.appendMany(shuffled);
    expect(stored.map(({ id }) => id)).toEqual(shuffled.map(({ id }) => id));
    expect(stored.map(({ peakEquity }) => peakEquity)).toEqual(shuffled.map(({ equity }) => equity));
    expect(await portfolio.appendMany(many.slice(0, 100))).toEqual(stored.toReversed().slice(0, 100));
  });

  it("more than a day ahead of the clock is refused, since it would be the latest for years", async () => {
    const curve = { account: "ahead", currency: "USD" };
    const takenAt = now().add({ hours: 23 });
    const { id: _, ...contents } = snapshotAt(0, curve);
    const stored = await portfolio.append({ ...contents, id: createId(takenAt), takenAt });
    const far = Temporal.Instant.from("2062-01-01T00:00:00Z");
    const refused = portfolio.appendMany([
      { ...contents, id: createId(takenAt), takenAt },
      { ...contents, id: createId(far), takenAt: far },
    ]);
    await expect(refused).rejects.toMatchObject({ field: "snapshots[1].takenAt" });
    expect(await portfolio.latest(curve)).toEqual(stored);
  });

  it("stores ten thousand in one call, with the peak of each", async () => {
    const many = Array.from({ length: 10_000 }, (_, index) =>
      snapshotAt(index / 10, { account: "ten thousand", equity: `${(index * 7) % 9_973}` }),
    );
    const stored = await portfolio.appendMany(many);
    expect(stored.map(({ id }) => id)).toEqual(many.map(({ id }) => id));
    expect(stored.at(-1)?.peakEquity).toBe("9972");
  });

  it("by many sessions at once stores it once and tells all of them the same", async () => {
    const given = [1, 2, 3].map((second) => snapshotAt(40 + second, { account: "race" }));
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        portfolio.appendMany(index % 2 === 0 ? given : given.toReversed()),
      ),
    );
    const sorted = answers.map((answer) => answer.toSorted((one, other) => (one.id < other.id ? -1 : 1)));
    for (const answer of sorted) expect(answer).toEqual(sorted[0]);
    expect((await portfolio.list({ account: "race", currency: "USD" })).items).toHaveLength(3);
  });

  it("as part of a transaction leaves with it", async () => {
    const given = snapshotAt(50, { account: "undone" });
    const failure = new Error("undo");
    await expect(
      database.transaction(async (transaction) => {
        const inside = createPortfolio(transactionScope(transaction));
        await inside.append(given);
        expect(await inside.find(given.id)).toBeDefined();
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect(await portfolio.find(given.id)).toBeUndefined();
  });

  it("of a strategy that is not there is a conflict", async () => {
    const given = snapshotAt(60, { strategyId: createId(at(0)) });
    await expect(portfolio.append(given)).rejects.toThrow(ConflictError);
  });

  it("with the largest and smallest amounts loses no digit", async () => {
    const equity = "99999999999999999999.999999999999999999";
    const given = snapshotAt(70, {
      account: "large",
      equity,
      cash: `-${equity}`,
      realizedPnl: "-0.000000000000000001",
    });
    expect(await portfolio.append(given)).toMatchObject({
      equity,
      cash: `-${equity}`,
      realizedPnl: "-0.000000000000000001",
    });
  });

  const wrong: readonly (readonly [string, Partial<Record<keyof NewSnapshot, unknown>>])[] = [
    ["equity", { equity: 100 }],
    ["equity", { equity: "NaN" }],
    ["cash", { cash: "1e5" }],
    ["longExposure", { longExposure: "-1" }],
    ["equity", { equity: "100000000000000000000" }],
    ["equity", { equity: "0.0000000000000000001" }],
    ["account", { account: "" }],
    ["account", { account: "a\u0000b" }],
    ["source", { source: "\ud800" }],
    ["currency", { currency: "usd" }],
    ["strategyId", { strategyId: "123" }],
    ["id", { id: "01890a5d-ac96-4774-bcce-b302099a8057" }],
    ["id", { id: createId(at(99)) }],
    ["takenAt", { takenAt: "2026-03-02" }],
    ["takenAt", { takenAt: at(1).add({ nanoseconds: 1 }) }],
    ["openPositions", { openPositions: 1.5 }],
    ["openPositions", { openPositions: Number.NaN }],
    ["marginUsedPercentage", { marginUsedPercentage: "100.1" }],
    ["largestPositionPercentage", { largestPositionPercentage: "-1" }],
    ["volatilityPercentage", { volatilityPercentage: "1000000" }],
    ["valueAtRisk99", { valueAtRisk95: "2", valueAtRisk99: "1" }],
    ["holdings", { holdings: {} }],
    ["holdings", { holdings: [1n] }],
  ];
  it.each(wrong)("refuses a wrong %s before a statement is sent: %o", async (field, change) => {
    // What a caller without types may send.
    const given = { ...snapshotAt(80), ...change } as NewSnapshot;
    expect(await fieldOf(portfolio.append(given))).toBe(field);
    expect(await fieldOf(portfolio.appendMany([snapshotAt(81), given]))).toBe(`snapshots[1].${field}`);
  });
});

describe("finding snapshots", () => {
  const curve = { account: "paged", currency: "USD" };
  const times = [-90_000_000, 0, 1, 1, 3_000, 90_000, 4_000_000, 4_000_000, 10_000_000];
  let newestFirst: readonly Snapshot[];
  let strategyId: string;

  beforeAll(async () => {
    strategyId = await insertStrategy(database);
    const stored = await portfolio.appendMany(times.map((seconds) => snapshotAt(seconds, curve)));
    await portfolio.append(snapshotAt(5, { ...curve, strategyId, equity: "7", marginUsedPercentage: "85" }));
    await portfolio.append(snapshotAt(6, { ...curve, strategyId, equity: "5", currency: "EUR" }));
    newestFirst = stored.toSorted(
      (one, other) => Temporal.Instant.compare(other.takenAt, one.takenAt) || (one.id < other.id ? 1 : -1),
    );
  });

  it("the latest is that of the curve asked for", async () => {
    expect(await portfolio.latest(curve)).toEqual(newestFirst[0]);
    expect(await portfolio.latest({ ...curve, strategyId })).toMatchObject({ equity: "7" });
    expect(await portfolio.latest({ ...curve, strategyId, currency: "EUR" })).toMatchObject({ equity: "5" });
    expect(await portfolio.latest({ ...curve, currency: "GBP" })).toBeUndefined();
  });

  it.each([1, 2, 3, 1_000])("page by page of %i loses and doubles none", async (limit) => {
    const found: Snapshot[] = [];
    let cursor: string | undefined;
    do {
      const page = await portfolio.list(curve, { limit, cursor });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      found.push(...page.items);
      cursor = page.next;
    } while (cursor !== undefined);
    expect(found).toEqual(newestFirst);
    expect(await Array.fromAsync(portfolio.stream(curve))).toEqual(newestFirst);
  });

  it("within a range includes its beginning and not its end", async () => {
    const { items } = await portfolio.list(curve, { from: at(1), to: at(90_000) });
    expect(items.map(({ takenAt }) => takenAt)).toEqual([at(3_000), at(1), at(1)]);
    const page = await portfolio.list(curve, { from: at(1), to: at(90_000), limit: 1 });
    const rest = await portfolio.list(curve, { from: at(1), to: at(90_000), cursor: page.next });
    expect([...page.items, ...rest.items]).toEqual(items);
  });

  it("of a strategy gives all its curves", async () => {
    const { items, next } = await portfolio.listByStrategy(strategyId);
    expect(items.map(({ currency }) => currency)).toEqual(["EUR", "USD"]);
    expect(next).toBeUndefined();
  });

  it("in trouble gives deep drawdowns and margin nearly used up", async () => {
    await portfolio.append(snapshotAt(10_000_001, { ...curve, equity: "80" }));
    await portfolio.append(snapshotAt(10_000_002, { ...curve, equity: "80.01" }));
    const deep = await portfolio.listDeepDrawdowns("paged");
    expect(deep.items.map(({ drawdownPercentage }) => drawdownPercentage)).toEqual(["20.000000"]);
    const pressed = await portfolio.listMarginPressure("paged", { from: at(0), limit: 1 });
    expect(pressed.items.map(({ marginUsedPercentage }) => marginUsedPercentage)).toEqual(["85"]);
  });

  it("refuses limits, ranges and cursors without sense", async () => {
    for (const limit of [0, 1_001, 1_000_000_000, 1.5, Number.NaN]) {
      expect(await fieldOf(portfolio.list(curve, { limit }))).toBe("limit");
    }
    expect(await fieldOf(portfolio.list(curve, { from: at(5), to: at(1) }))).toBe("to");
    expect(await fieldOf(portfolio.list(curve, { cursor: "x" }))).toBe("cursor");
    const { next } = await portfolio.listByStrategy(strategyId, { limit: 1 });
    expect(await fieldOf(portfolio.list(curve, { cursor: next }))).toBe("cursor");
  });
});

describe("taking a snapshot", () => {
  it("values what is open, exactly, and leaves other currencies out", async () => {
    const account = "taken";
    const strategyId = await insertStrategy(database);
    const other = { account, strategy_id: strategyId };
    await insertFill(database, 1, { ...other, symbol: "LONG", quantity: "3", price: "0.1" });
    await insertFill(database, 2, {
      ...other,
      symbol: "SHORT",
      side: "sell",
      quantity: "2",
      price: "50",
      contract_multiplier: "10",
    });
    await insertFill(database, 3, { ...other, symbol: "DONE", price: "10" });
    await insertFill(database, 4, { ...other, symbol: "DONE", side: "sell", price: "12.5" });
    await insertFill(database, 5, { ...other, symbol: "EURO", settlement_currency: "EUR" });
    await insertFill(database, 6, { account, symbol: "LONG", quantity: "1", price: "0.2" });
    await insertBar(database, "LONG", 0.3);
    await insertBar(database, "EURO", 2);
    const request = {
      account,
      currency: "USD",
      cash: "1000",
      equityBasis: "net_exposure",
      marks: [{ exchange: "XTEST", symbol: "SHORT", price: "45.5" }],
      closesOf: "1m",
      source: "test",
    } as const;
    const { snapshot, leftOut } = await portfolio.takeSnapshot(request);
    expect(snapshot).toMatchObject({
      account,
      strategyId: null,
      longExposure: "1.200000000000000000",
      shortExposure: "910.000000000000000000",
      unrealizedPnl: "90.700000000000000000",
      realizedPnl: "2.500000000000000000",
      openPositions: 3,
      equity: "91.2",
      largestPositionPercentage: "99.868306",
    });
    expect(snapshot.holdings).toHaveLength(4);
    expect(leftOut).toMatchObject([
      { symbol: "EURO", currency: "EUR", quantity: "1", mark: "2", exposure: "2" },
    ]);

    const mine = await portfolio.takeSnapshot({ ...request, strategyId, equityBasis: "unrealized_pnl" });
    expect(mine.snapshot).toMatchObject({
      strategyId,
      openPositions: 2,
      realizedPnl: "2.500000000000000000",
      unrealizedPnl: "90.600000000000000000",
      equity: "1090.6",
    });
    expect(await portfolio.latest({ account, strategyId, currency: "USD" })).toEqual(mine.snapshot);
  });

  it("twice with one id takes it once, even though the market moved in between", async () => {
    const account = "retaken";
    await insertFill(database, 1, { account, quantity: "2" });
    const takenAt = Temporal.Now.instant().round("microsecond");
    const request = {
      id: createId(takenAt),
      takenAt,
      account,
      currency: "USD",
      cash: "10",
      equityBasis: "net_exposure",
      source: "test",
    } as const;
    const priced = (price: string) => [{ exchange: "XTEST", symbol: "BTC-USD", price }];
    const [first, ...others] = await Promise.all(
      ["110", "120", "130"].map((price) => portfolio.takeSnapshot({ ...request, marks: priced(price) })),
    );
    for (const answer of others) expect(answer).toEqual(first);
    expect(await portfolio.takeSnapshot({ ...request, marks: priced("1") })).toEqual(first);
    expect(await fieldOf(portfolio.takeSnapshot({ ...request, cash: "11", marks: priced("110") }))).toBe(
      "cash",
    );
    expect((await portfolio.list({ account, currency: "USD" })).items).toHaveLength(1);
  });

  it("without positions is cash alone", async () => {
    const request = {
      account: "empty",
      currency: "USD",
      cash: "5.5",
      equityBasis: "net_exposure",
      source: "t",
    } as const;
    expect(await portfolio.takeSnapshot(request)).toMatchObject({
      snapshot: {
        equity: "5.5",
        openPositions: 0,
        longExposure: "0.000000000000000000",
        holdings: [],
        largestPositionPercentage: null,
      },
      leftOut: [],
    });
  });

  it("is refused where a position has no price, or one too old", async () => {
    const account = "unpriced";
    await insertFill(database, 1, { account, symbol: "NOPRICE" });
    const request = {
      account,
      currency: "USD",
      cash: "0",
      equityBasis: "net_exposure",
      source: "t",
    } as const;
    await expect(portfolio.takeSnapshot(request)).rejects.toThrow("no price for NOPRICE on XTEST");
    await insertBar(database, "NOPRICE", 5);
    await expect(
      portfolio.takeSnapshot({ ...request, closesOf: "1m", closesNotBefore: at(1) }),
    ).rejects.toThrow(InvalidInputError);
    expect(
      (await portfolio.takeSnapshot({ ...request, closesOf: "1m", closesNotBefore: at(0) })).snapshot.equity,
    ).toBe("5");
  });

  it("refuses marks that are wrong or twice the same", async () => {
    const request = {
      account: "marks",
      currency: "USD",
      cash: "0",
      equityBasis: "net_exposure",
      source: "t",
    } as const;
    const mark = { exchange: "X", symbol: "S", price: "1" };
    expect(await fieldOf(portfolio.takeSnapshot({ ...request, marks: [mark, mark] }))).toBe("marks[1]");
    expect(await fieldOf(portfolio.takeSnapshot({ ...request, marks: [{ ...mark, price: "0" }] }))).toBe(
      "marks[0].price",
    );
    // What a caller without types may send.
    expect(
      await fieldOf(portfolio.takeSnapshot({ ...request, equityBasis: "guess" as "net_exposure" })),
    ).toBe("equityBasis");
    expect(await fieldOf(portfolio.takeSnapshot({ ...request, closesOf: "7m" as "1m" }))).toBe("closesOf");
  });
});

describe("exposure", () => {
  it("sums positions by instrument and currency, with percentages of the latest equity", async () => {
    const account = "exposed";
    const [one, two] = [await insertStrategy(database), await insertStrategy(database)];
    await insertFill(database, 1, { account, strategy_id: one, symbol: "EXP-A", quantity: "10" });
    await insertFill(database, 2, {
      account,
      strategy_id: two,
      symbol: "EXP-A",
      side: "sell",
      quantity: "4",
    });
    await insertFill(database, 3, { account, symbol: "EXP-B", settlement_currency: "EUR", quantity: "0.5" });
    await portfolio.append(snapshotAt(10, { account, equity: "2800" }));
    const marks = [
      { exchange: "XTEST", symbol: "EXP-A", price: "200" },
      { exchange: "XTEST", symbol: "EXP-B", price: "100" },
    ];
    const { instruments, currencies } = await portfolio.exposure({ account }, { marks });
    const amounts = {
      settlementCurrency: "USD",
      positionCount: 2,
      unmarkedPositions: 0,
      longExposure: "2000",
      shortExposure: "800",
      grossExposure: "2800",
      netExposure: "1200",
      unrealizedPnl: "600",
      grossEquityPercentage: "100.000000",
      netEquityPercentage: "42.857143",
    };
    expect(instruments).toEqual([
      expect.objectContaining({ symbol: "EXP-B", settlementCurrency: "EUR", grossEquityPercentage: null }),
      { exchange: "XTEST", symbol: "EXP-A", netQuantity: "6", mark: "200", markedAt: null, ...amounts },
    ]);
    expect(currencies).toEqual([
      expect.objectContaining({ settlementCurrency: "EUR", equity: null, grossExposure: "50.0" }),
      { ...amounts, equity: "2800", equityTakenAt: at(10) },
    ]);
    const ofOne = await portfolio.exposure({ account, strategyId: one }, { marks });
    expect(ofOne.currencies).toMatchObject([
      { netExposure: "2000", equity: null, netEquityPercentage: null },
    ]);
  });

  it("is not known in sum where one position has no mark", async () => {
    const account = "half known";
    await insertFill(database, 1, { account, symbol: "HALF-A" });
    await insertFill(database, 2, { account, symbol: "HALF-B" });
    const { instruments, currencies } = await portfolio.exposure(
      { account },
      { marks: [{ exchange: "XTEST", symbol: "HALF-A", price: "3" }] },
    );
    expect(instruments).toMatchObject([
      { symbol: "HALF-A", grossExposure: "3", unmarkedPositions: 0 },
      { symbol: "HALF-B", grossExposure: null, mark: null, unmarkedPositions: 1 },
    ]);
    expect(currencies).toMatchObject([
      { positionCount: 2, unmarkedPositions: 1, grossExposure: null, unrealizedPnl: null },
    ]);
  });

  it("of an account without positions is empty", async () => {
    expect(await portfolio.exposure({ account: "nobody" })).toEqual({ instruments: [], currencies: [] });
  });
});
