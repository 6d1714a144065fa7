// Fills recorded, taken back and corrected against a real server: once each, whoever sends them how often, with what the
// accounting made of them.
import { ConflictError, type Database, InvalidInputError, NotFoundError } from "@app/database";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createId } from "../identity/time-ordered-id.ts";
import { transactionScope } from "../statements/scope.ts";
import { recordFills } from "./record-fills.ts";
import { at, buy, createStrategy, sell } from "./testing/fills.ts";
import { type FillsDatabase, openFillsDatabase, refusalOf } from "./testing/fills-database.ts";
import type { NewFill } from "./trade.ts";
import { createTrades, type Trades } from "./trades.ts";

let opened: FillsDatabase;
let database: Database;
let trades: Trades;

beforeAll(async () => {
  opened = await openFillsDatabase();
  ({ database, trades } = opened);
});
afterAll(() => opened.close());

async function countOf(symbol: string): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    "select count(*)::int as count from trades where symbol = $1",
    [symbol],
  );
  return rows[0]?.count ?? 0;
}

async function positionOf(symbol: string): Promise<unknown> {
  const { rows } = await database.query(
    `select quantity::float8 as quantity, cost_basis::float8 as cost, realized_pnl::float8 as pnl, fill_count::int as fills
     from positions where symbol = $1`,
    [symbol],
  );
  return rows[0];
}

describe("recording a fill", () => {
  it("gives it back with the P&L and the position the accounting computed", async () => {
    const strategyId = await createStrategy(database);
    await trades.append(buy("2", "100", { strategyId, symbol: "PNL" }));
    const closing = await trades.append(
      sell("1.50", "110.000000000000000001", { strategyId, symbol: "PNL", rawPayload: { m: true } }),
    );
    expect(closing).toMatchObject({
      quantity: "1.50",
      price: "110.000000000000000001",
      positionQuantity: "0.50",
      correction: 0,
      bustedAt: null,
      strategyId,
      rawPayload: { m: true },
    });
    expect(closing.realizedPnl).toBe("15.00000000000000000150");
    expect(await trades.get(closing.id)).toEqual(closing);
  });

  it("gives every column of the table, by its name in TypeScript, and no other", async () => {
    const trade = await trades.append(buy("1", "1", { symbol: "COLUMNS" }));
    const { rows } = await database.query<{ name: string }>(
      "select column_name as name from information_schema.columns where table_name = 'trades' and table_schema = 'public'",
    );
    const names = rows.map(({ name }) =>
      name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    );
    expect(Object.keys(trade).toSorted()).toEqual(names.toSorted());
  });

  it("is idempotent: the same fill again is the same row, in whatever form its moment comes", async () => {
    const fill = buy("1.5", "100", { symbol: "TWICE", executedAt: "2026-03-02T10:00:00.123456+01:00" });
    const first = await trades.append(fill);
    expect(await trades.append(fill)).toEqual(first);
    const inUtc = {
      ...fill,
      executedAt: Temporal.Instant.from("2026-03-02T09:00:00.123456Z"),
      quantity: "1.500",
    };
    expect(await trades.append({ ...inUtc, source: "drop copy", id: createId(inUtc.executedAt) })).toEqual(
      first,
    );
    expect(await countOf("TWICE")).toBe(1);
  });

  it.each([
    ["quantity", { quantity: "2" }],
    ["price", { price: "100.000000000000000001" }],
    ["fee", { fee: "-0.1" }],
    ["feeCurrency", { feeCurrency: "BNB" }],
    ["contractMultiplier", { contractMultiplier: "10" }],
    ["settlementCurrency", { settlementCurrency: "EUR", feeCurrency: "USD" }],
    ["liquidity", { liquidity: "maker" }],
    ["venueMic", { venueMic: "XNAS" }],
  ] as const)("refuses the same fill with another %s, and names the field", async (field, other) => {
    const fill = buy("1", "100", { symbol: `OTHER-${field}` });
    const stored = await trades.append(fill);
    const refusal = await refusalOf(trades.append({ ...fill, ...other }));
    expect(refusal).toBeInstanceOf(ConflictError);
    expect(refusal).toMatchObject({ field });
    expect(await trades.get(stored.id)).toEqual(stored);
  });

  it("refuses an id that is another fill's", async () => {
    const first = await trades.append(buy("1", "100", { symbol: "ID" }));
    const other = buy("1", "100", { symbol: "ID", executedAt: first.executedAt, id: first.id });
    expect(await refusalOf(trades.append(other))).toMatchObject({ kind: "conflict", field: "id" });
    expect(await countOf("ID")).toBe(1);
  });

  it("tells sides, accounts, symbols and moments of one trade id apart", async () => {
    const fill = buy("1", "100", { symbol: "APART", exchangeTradeId: "one" });
    await trades.append(fill);
    await trades.append({ ...fill, side: "sell" });
    await trades.append({ ...fill, account: "other" });
    await trades.append({ ...fill, executedAt: at(90_000) });
    expect(await countOf("APART")).toBe(4);
  });

  it("is one row where two sessions record it at once, again and again", async () => {
    for (let round = 0; round < 10; round += 1) {
      const fills = [buy("1", "100", { symbol: "RACE" }), sell("1", "101", { symbol: "RACE" })];
      const results = await Promise.all([
        trades.appendMany(fills),
        trades.appendMany(fills.toReversed()),
        trades.append(fills[0] ?? buy("1", "1")),
        trades.copyIn(fills),
      ]);
      expect(results[0]).toEqual(results[1].toReversed());
      expect(results[2]).toEqual(results[0][0]);
    }
    expect(await countOf("RACE")).toBe(20);
    expect(await positionOf("RACE")).toEqual({ quantity: 0, cost: 0, pnl: 10, fills: 20 });
  });

  it("takes the largest and the smallest amounts, and loses no digit", async () => {
    const trade = await trades.append(
      buy("99999999999999999999.999999999999999999", "0.000000000000000001", { symbol: "DIGITS" }),
    );
    expect(trade.quantity).toBe("99999999999999999999.999999999999999999");
    expect(trade.positionQuantity).toBe("99999999999999999999.999999999999999999");
    expect(trade.notional).toBe("99.999999999999999999999999999999999999");
  });
});

describe("bad input", () => {
  const cases: readonly (readonly [field: string, fill: object])[] = [
    ["quantity", { quantity: "0" }],
    ["quantity", { quantity: "-1" }],
    ["quantity", { quantity: 1 }],
    ["quantity", { quantity: "NaN" }],
    ["quantity", { quantity: "1e5" }],
    ["quantity", { quantity: "1".repeat(40) }],
    ["price", { price: `0.${"1".repeat(19)}` }],
    ["price", { price: undefined }],
    ["side", { side: "short" }],
    ["exchangeTradeId", { exchangeTradeId: "" }],
    ["exchangeTradeId", { exchangeTradeId: "x".repeat(201) }],
    ["symbol", { symbol: "half \ud800" }],
    ["account", { account: "nul\0" }],
    ["executedAt", { executedAt: "2026-03-02" }],
    ["executedAt", { executedAt: new Date(Number.NaN) }],
    ["executedAt", { executedAt: "2026-03-02T09:00:00.0000001Z" }],
    ["id", { id: "01890a5d-ac96-474b-bcce-b302099a8057" }],
    ["id", { id: createId("2020-01-01T00:00:00Z") }],
    ["strategyId", { strategyId: "none" }],
    ["correction", { correction: -1 }],
    ["correction", { correction: 40_000 }],
    ["settlementCurrency", { settlementCurrency: "usd" }],
    ["liquidity", { liquidity: "both" }],
    ["rawPayload", { rawPayload: { text: "\0" } }],
    ["instrumentIsin", { instrumentIsin: "US03783310" }],
  ];

  it.each(cases)("is refused by name before anything is sent: %s (%o)", async (field, other) => {
    const fill = { ...buy("1", "100", { symbol: "BAD" }), ...other } as NewFill;
    for (const [path, call] of [
      ["", trades.append(fill)],
      ["fills[1].", trades.appendMany([buy("1", "100", { symbol: "BAD" }), fill])],
      ["fills[1].", trades.copyIn([buy("1", "100", { symbol: "BAD" }), fill])],
    ] as const) {
      const refusal = await refusalOf(call);
      expect(refusal).toBeInstanceOf(InvalidInputError);
      expect(refusal).toMatchObject({ field: `${path}${field}` });
    }
    expect(await countOf("BAD")).toBe(0);
  });

  it("is refused where no fill is given at all", async () => {
    for (const nothing of [null, undefined, "fill", 7]) {
      expect(await refusalOf(trades.append(nothing as never))).toBeInstanceOf(InvalidInputError);
      expect(await refusalOf(trades.appendMany(nothing as never))).toBeInstanceOf(InvalidInputError);
      expect(await refusalOf(trades.copyIn(nothing as never))).toBeInstanceOf(InvalidInputError);
    }
  });

  it("is refused by the database where only that can know, with the constraint", async () => {
    const strategyId = createId(at(0));
    const unknown = buy("1", "1", { strategyId, symbol: "UNKNOWN" });
    const known = buy("1", "1", { symbol: "UNKNOWN" });
    for (const [place, record] of [
      ["", () => trades.append(unknown)],
      ["fills[1].", () => trades.appendMany([known, unknown])],
      ["fills[1].", () => trades.copyIn([known, unknown])],
      ["fills[2].", () => trades.copyIn([known, { ...known, side: "sell" }, unknown], { batchSize: 2 })],
    ] as const) {
      expect(await refusalOf(record())).toMatchObject({
        kind: "conflict",
        constraint: "trades_strategy_id_fkey",
        field: `${place}strategyId`,
        message: `${place}strategyId: there is no strategy ${strategyId}.`,
      });
    }
    const orderId = createId(at(0));
    expect(await refusalOf(trades.append(buy("1", "1", { orderId, symbol: "UNKNOWN" })))).toMatchObject({
      constraint: "trades_order_id_exists",
      field: "orderId",
      message: `orderId: there is no order ${orderId}.`,
    });
    const ahead = buy("1", "1", { executedAt: Temporal.Now.instant().add({ hours: 30 }).round("second") });
    expect(await refusalOf(trades.append(ahead))).toMatchObject({
      constraint: "trades_not_from_the_future",
      message: "executedAt: a fill is not more than a day ahead of the database's clock.",
      field: "executedAt",
    });
    for (const refused of [() => trades.appendMany([known, ahead]), () => trades.copyIn([known, ahead])]) {
      expect(await refusalOf(refused())).toMatchObject({ field: "fills[1].executedAt" });
    }
  });
});

describe("recording many fills", () => {
  it("gives them back in the order they were given, duplicates among them as one row", async () => {
    const fills = [
      buy("1", "100", { symbol: "MANY", executedAt: at(500) }),
      buy("2", "200", { symbol: "MANY", executedAt: at(400) }),
    ];
    const [first, second, again] = await trades.appendMany([...fills, ...fills]);
    expect(first?.price).toBe("100");
    expect(second?.price).toBe("200");
    expect(again).toEqual(first);
    expect(first?.positionQuantity).toBe("3");
    expect(await countOf("MANY")).toBe(2);
  });

  it("is nothing where there are none, and keeps nothing where one is refused", async () => {
    expect(await trades.appendMany([])).toEqual([]);
    expect(await trades.copyIn([])).toEqual({ inserted: 0, unchanged: 0 });
    const stored = buy("1", "100", { symbol: "ALL-OR-NONE" });
    await trades.append(stored);
    const batch = [buy("1", "100", { symbol: "ALL-OR-NONE" }), { ...stored, price: "99" }];
    expect(await refusalOf(trades.appendMany(batch))).toMatchObject({ kind: "conflict", field: "price" });
    expect(await refusalOf(trades.copyIn(batch))).toMatchObject({ kind: "conflict", field: "price" });
    expect(await countOf("ALL-OR-NONE")).toBe(1);
  });

  it("refuses more than 10,000 in one call", async () => {
    const fill = buy("1", "100");
    const many = Array.from({ length: 10_001 }, () => fill);
    expect(await refusalOf(trades.appendMany(many))).toMatchObject({ field: "fills.length" });
  });

  it("does so inside of a transaction its caller opened, and not at all where that fails", async () => {
    const fill = buy("1", "100", { symbol: "INSIDE" });
    const inside = await database.transaction((transaction) => recordFills(transaction, [fill]));
    expect(inside).toEqual([await trades.append(fill)]);
    const lost = buy("1", "100", { symbol: "INSIDE" });
    const refusal = await refusalOf(
      database.transaction(async (transaction) => {
        await createTrades(transactionScope(transaction)).append(lost);
        throw new Error("changed my mind");
      }),
    );
    expect(refusal).toMatchObject({ message: "changed my mind" });
    expect(await countOf("INSIDE")).toBe(1);
  });
});

describe("copying fills", () => {
  async function* generated(count: number, symbol: string): AsyncGenerator<NewFill> {
    for (let index = 0; index < count; index += 1) {
      yield (index % 2 === 0 ? buy : sell)("1", String(100 + (index % 7)), {
        symbol,
        exchangeTradeId: `copied ${index}`,
        executedAt: at(100_000 + index),
        rawPayload: { index },
        fee: "0.01",
      });
    }
  }

  it("counts what is new and what was there, and a second time changes nothing", async () => {
    expect(await trades.copyIn(generated(2_500, "COPY"), { batchSize: 1_000 })).toEqual({
      inserted: 2_500,
      unchanged: 0,
    });
    const before = await positionOf("COPY");
    expect(await trades.copyIn(generated(2_600, "COPY"))).toEqual({ inserted: 100, unchanged: 2_500 });
    expect(before).toMatchObject({ quantity: 0, fills: 2_500 });
    const [last] = (await trades.list({ exchange: "XTEST", symbol: "COPY" }, { limit: 1 })).items;
    expect(last).toMatchObject({
      exchangeTradeId: "copied 2599",
      rawPayload: { index: 2_599 },
      positionQuantity: "0",
    });
  });

  it("gives the rows that appending gives", async () => {
    const fill = buy("1.10", "100.5", {
      symbol: "SAME-COPY",
      fee: "-0.5",
      feeCurrency: "BNB",
      liquidity: "maker",
    });
    await trades.copyIn([fill]);
    const { symbol: _, id: __, recordedAt: ___, ...copied } = await trades.append(fill);
    const appended = await trades.append({ ...fill, symbol: "SAME-APPEND" });
    expect(appended).toMatchObject(copied);
  });

  it("works within a transaction of its caller, several times over", async () => {
    await database.transaction(async (transaction) => {
      const inside = createTrades(transactionScope(transaction));
      await inside.copyIn(generated(30, "COPY-INSIDE"), { batchSize: 10 });
      expect(await inside.copyIn(generated(30, "COPY-INSIDE"))).toEqual({ inserted: 0, unchanged: 30 });
    });
    expect(await countOf("COPY-INSIDE")).toBe(30);
  });

  it("refuses a conflict by field, and an id that is taken", async () => {
    const fill = buy("1", "100", { symbol: "COPY-CONFLICT", liquidity: "maker" });
    const stored = await trades.append(fill);
    expect(await refusalOf(trades.copyIn([{ ...fill, liquidity: null }]))).toMatchObject({
      kind: "conflict",
      field: "liquidity",
    });
    const taken = { ...fill, exchangeTradeId: "another", id: stored.id };
    expect(await refusalOf(trades.copyIn([taken]))).toMatchObject({ kind: "conflict", field: "id" });
    // The same number written otherwise is the same number.
    expect(await trades.copyIn([{ ...fill, price: "100.000", quantity: "1.0" }])).toEqual({
      inserted: 0,
      unchanged: 1,
    });
  });
});

describe("finding a fill", () => {
  it("by id, or tells that there is none", async () => {
    const missing = createId(at(1));
    expect(await trades.find(missing)).toBeUndefined();
    const refusal = await refusalOf(trades.get(missing));
    expect(refusal).toBeInstanceOf(NotFoundError);
    expect(await refusalOf(trades.get("nonsense"))).toMatchObject({ field: "tradeId" });
  });

  it("by what the venue calls it: the newest of that name, in its last correction", async () => {
    const key = {
      exchange: "XTEST",
      account: "main",
      symbol: "NAMED",
      side: "buy",
      exchangeTradeId: "77",
    } as const;
    expect(await trades.findByExchangeTradeId(key)).toBeUndefined();
    await trades.append(buy("1", "100", { ...key, executedAt: "2020-01-01T00:00:00Z" }));
    const old = await trades.findByExchangeTradeId(key);
    expect(old?.executedAt.toString()).toBe("2020-01-01T00:00:00Z");
    const from = "2021-01-01T00:00:00Z";
    expect(await trades.findByExchangeTradeId(key, { from })).toBeUndefined();
    await expect(trades.getByExchangeTradeId(key, { from })).rejects.toThrow(NotFoundError);
    expect(await trades.getByExchangeTradeId(key)).toEqual(old);
    const wrong = await trades.append(buy("1", "100", { ...key, executedAt: at(10) }));
    const { replacement } = await trades.correct(wrong.id, {
      bustedAt: at(500_020),
      price: "99",
      source: "test",
    });
    expect(await trades.findByExchangeTradeId(key)).toEqual(replacement);
  });
});
