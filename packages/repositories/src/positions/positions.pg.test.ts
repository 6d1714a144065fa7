// Positions read from a real server: by key, as what is open, with their fills, and at a price.
import { type Database, NotFoundError } from "@app/database";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createId } from "../identity/time-ordered-id.ts";
import { exact } from "../amounts/exact-decimal.ts";
import { at, buy, createStrategy, sell } from "../trades/testing/fills.ts";
import { type FillsDatabase, openFillsDatabase, refusalOf } from "../trades/testing/fills-database.ts";
import type { Trade } from "../trades/trade.ts";
import type { Trades } from "../trades/trades.ts";
import type { Owner } from "../input/owner-field.ts";
import type { PositionKey } from "./position-key.ts";
import type { Position } from "./position.ts";
import type { Positions } from "./positions.ts";

let opened: FillsDatabase;
let database: Database;
let trades: Trades;
let positions: Positions;

beforeAll(async () => {
  opened = await openFillsDatabase();
  ({ database, trades, positions } = opened);
});
afterAll(() => opened.close());

const keyOf = (symbol: string, strategyId: string | null = null): PositionKey => ({
  strategyId,
  account: "main",
  exchange: "XTEST",
  symbol,
});

async function openOf(owner: Owner, limit: number): Promise<readonly Position[]> {
  const found: Position[] = [];
  let cursor: string | undefined;
  do {
    const page = await positions.listOpen(owner, { cursor, limit });
    found.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return found;
}

describe("a position", () => {
  it("has quantity, cost, average entry and realised P&L, by strategy or of none", async () => {
    const strategyId = await createStrategy(database);
    for (const owner of [strategyId, null]) {
      await trades.appendMany([
        buy("1", "100", { symbol: "KEY", strategyId: owner }),
        buy("2", "101", { symbol: "KEY", strategyId: owner }),
        sell("1", "110", { symbol: "KEY", strategyId: owner }),
      ]);
      expect(await positions.get(keyOf("KEY", owner))).toMatchObject({
        strategyId: owner,
        quantity: "2",
        averageEntryPrice: "100.666666666666666667",
        fillCount: 3,
        settlementCurrency: "USD",
        purgedThrough: null,
      });
    }
  });

  it("that nobody traded is not found", async () => {
    expect(await positions.find(keyOf("NOBODY"))).toBeUndefined();
    expect(await refusalOf(positions.get(keyOf("NOBODY")))).toBeInstanceOf(NotFoundError);
    expect(await refusalOf(positions.value(keyOf("NOBODY"), { price: "1" }))).toBeInstanceOf(NotFoundError);
  });

  it("that is flat has no average entry, and is there", async () => {
    await trades.appendMany([buy("1", "100", { symbol: "FLAT" }), sell("1", "101", { symbol: "FLAT" })]);
    const flat = await positions.get(keyOf("FLAT"));
    expect(flat).toMatchObject({ quantity: "0", averageEntryPrice: null });
    expect(Number(flat.realizedPnl)).toBe(1);
    expect(await positions.value(keyOf("FLAT"), { price: "5" })).toMatchObject({ unrealizedPnl: "0" });
  });
});

describe("open positions", () => {
  it("come whole on any size of page, by account, strategy and instrument", async () => {
    const strategies = [await createStrategy(database), await createStrategy(database), null];
    await trades.appendMany(
      strategies.flatMap((strategyId) =>
        ["A", "B", "C"].flatMap((symbol) => [
          buy("1", "100", { account: "open", symbol, strategyId, exchange: "X1" }),
          buy("1", "100", { account: "open", symbol, strategyId, exchange: "X2" }),
          // Flat again: open no more.
          buy("1", "100", { account: "open", symbol: `${symbol}-FLAT`, strategyId, exchange: "X2" }),
          sell("1", "100", { account: "open", symbol: `${symbol}-FLAT`, strategyId, exchange: "X2" }),
        ]),
      ),
    );
    const [first] = strategies;
    const scopes: readonly (readonly [Owner, number])[] = [
      [{ account: "open" }, 18],
      [{ strategyId: first ?? "" }, 6],
      [{ exchange: "X1", symbol: "B" }, 3],
    ];
    for (const [scope, count] of scopes) {
      const all = await openOf(scope, 1_000);
      expect(all).toHaveLength(count);
      expect(all.every(({ quantity }) => quantity !== "0")).toBe(true);
      for (const limit of [1, 2, 3, 5]) expect(await openOf(scope, limit)).toEqual(all);
    }
    const names = (await openOf({ account: "open" }, 4)).map(({ exchange, symbol }) => exchange + symbol);
    expect(names).toEqual(names.toSorted());
  });

  it("are paged past one that was closed meanwhile", async () => {
    await trades.appendMany(["A", "B", "C"].map((symbol) => buy("1", "1", { account: "closing", symbol })));
    const first = await positions.listOpen({ account: "closing" }, { limit: 1 });
    await trades.append(sell("1", "1", { account: "closing", symbol: "A" }));
    const rest = await positions.listOpen({ account: "closing" }, { cursor: first.next });
    expect(rest.items.map(({ symbol }) => symbol)).toEqual(["B", "C"]);
  });

  it("are none of nobody, and a cursor of another list is refused", async () => {
    expect(await positions.listOpen({ account: "nobody" })).toEqual({ items: [], next: undefined });
    const { next } = await positions.listOpen({ account: "open" }, { limit: 1 });
    for (const cursor of [next, "nonsense", "", 7 as never]) {
      expect(await refusalOf(positions.listOpen({ exchange: "X1", symbol: "B" }, { cursor }))).toMatchObject({
        field: "cursor",
      });
    }
  });
});

describe("the history of a position", () => {
  async function historyOf(
    key: PositionKey,
    limit: number,
    includeBusted = false,
  ): Promise<readonly Trade[]> {
    const found: Trade[] = [];
    let cursor: string | undefined;
    do {
      const page = await positions.listFills(key, { cursor, limit, includeBusted });
      found.push(...page.items);
      cursor = page.next;
    } while (cursor !== undefined);
    return found;
  }

  it("is its fills in the order of accounting, over years, busted ones on request", async () => {
    const times = [
      "2019-01-01T00:00:00Z",
      "2019-01-01T00:00:00Z",
      "2022-05-05T00:00:00Z",
      "2026-02-02T00:00:00Z",
    ];
    const fills = await trades.appendMany(
      times.map((executedAt) => buy("1", "100", { symbol: "HISTORY", executedAt })),
    );
    await trades.bust(fills[2]?.id ?? "", { bustedAt: at(1) });
    for (const limit of [1, 3, 100]) {
      const history = await historyOf(keyOf("HISTORY"), limit);
      expect(history.map(({ positionQuantity }) => positionQuantity)).toEqual(["1", "2", "3"]);
      expect(await historyOf(keyOf("HISTORY"), limit, true)).toHaveLength(4);
    }
    const streamed = await Array.fromAsync(positions.streamFills(keyOf("HISTORY")));
    expect(streamed).toEqual(await historyOf(keyOf("HISTORY"), 2));
    expect(await positions.listFills(keyOf("NOBODY"))).toEqual({ items: [], next: undefined });
  });
});

describe("a position at a price", () => {
  it("has the P&L that closing it there would realise, to the last digit, long and short", async () => {
    const terms = { contractMultiplier: "0.1" };
    await trades.append(buy("3", "100.000000000000000001", { symbol: "LONG", ...terms }));
    expect(await positions.value(keyOf("LONG"), { price: "110" })).toMatchObject({
      markPrice: "110",
      markedAt: null,
      unrealizedPnl: "2.9999999999999999997",
    });
    await trades.append(sell("3", "100", { symbol: "SHORT", ...terms }));
    const short = await positions.value(keyOf("SHORT"), { price: "110" });
    expect(Number(short.unrealizedPnl)).toBe(-3);
    const closing = await trades.append(buy("3", "110", { symbol: "SHORT", ...terms }));
    expect(Number(closing.realizedPnl)).toBe(Number(short.unrealizedPnl));
  });

  it("of the latest bar takes its close digit for digit, and is null without a bar", async () => {
    await trades.append(buy("1", "1", { symbol: "BAR" }));
    expect(await positions.value(keyOf("BAR"), { timeframe: "1m" })).toMatchObject({
      markPrice: null,
      markedAt: null,
      unrealizedPnl: null,
    });
    await database.query(
      `insert into market_data (exchange, symbol, timeframe, time, open, high, low, close, source)
       select 'XTEST', 'BAR', '1m', $1::timestamptz + n * interval '1 minute', 2, 2, 0.1, n * 0.12345678901234567, 'test'
       from generate_series(1, 2) n`,
      [at(0)],
    );
    const valued = await positions.value(keyOf("BAR"), { timeframe: "1m" });
    expect(valued.markedAt).toEqual(at(120));
    // All 17 digits of the float; a cast from float to numeric would keep 15 of them.
    expect(Number(valued.markPrice)).toBe(Number("0.24691357802469134"));
    expect(valued.unrealizedPnl).toBe(
      exact(valued.markPrice ?? "0")
        .minus("1")
        .toFixed(),
    );
    expect(await positions.value(keyOf("BAR"), { timeframe: "1h" })).toMatchObject({ unrealizedPnl: null });
  });
});

describe("bad input to positions", () => {
  it.each([
    ["strategyId", { ...keyOf("X"), strategyId: undefined }],
    ["strategyId", keyOf("X", "none")],
    ["account", { ...keyOf("X"), account: " a" }],
    ["symbol", { ...keyOf("X"), symbol: "\0" }],
    ["position", null],
  ])("is refused, naming %s", async (field, key) => {
    for (const call of [
      positions.find(key as PositionKey),
      positions.get(key as PositionKey),
      positions.listFills(key as PositionKey),
      positions.value(key as PositionKey, { price: "1" }),
    ]) {
      expect(await refusalOf(call)).toMatchObject({ kind: "invalid-input", field });
    }
  });

  it.each([
    ["mark", {}],
    ["mark", { price: "1", timeframe: "1m" }],
    ["price", { price: "0" }],
    ["price", { price: 5 }],
    ["timeframe", { timeframe: "2m" }],
  ])("is refused, naming %s: %o", async (field, mark) => {
    expect(await refusalOf(positions.value(keyOf("X"), mark as never))).toMatchObject({ field });
  });

  it("is refused for an owner that is none, or two", async () => {
    for (const owner of [null, {}, { account: "a", strategyId: createId(at(1)) }]) {
      expect(await refusalOf(positions.listOpen(owner as never))).toMatchObject({ field: "owner" });
    }
    expect(await refusalOf(positions.listOpen({ account: "a" }, { limit: 0 }))).toMatchObject({
      field: "limit",
    });
  });
});
