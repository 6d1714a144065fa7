// Fills taken back and corrected against a real server: once each, whoever says so how often, and in one state for everybody.
import { type Database, NotFoundError } from "@app/database";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createId } from "../identity/time-ordered-id.ts";
import { at, buy, createStrategy, sell } from "./testing/fills.ts";
import { type FillsDatabase, openFillsDatabase, refusalOf } from "./testing/fills-database.ts";
import type { NewFill } from "./trade.ts";
import type { Trades } from "./trades.ts";

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

describe("a bust", () => {
  it("takes a fill out of position, P&L and roll-up, once", async () => {
    const strategyId = await createStrategy(database);
    const opening = await trades.append(buy("1", "100", { strategyId, symbol: "BUST" }));
    const closed = sell("1", "110", { strategyId, symbol: "BUST" });
    const closing = await trades.append(closed);
    const bust = { bustedAt: at(501_000), reason: "clearly erroneous" };
    const busted = await trades.bust(closing.id, bust);
    expect(busted).toMatchObject({
      bustReason: "clearly erroneous",
      realizedPnl: "0",
      positionQuantity: "1",
    });
    expect(await trades.bust(closing.id, { ...bust, bustedAt: at(501_000).toString() })).toEqual(busted);
    expect(await trades.get(opening.id)).toEqual(opening);
    const { rows } = await database.query(
      "select realized_pnl::float8 as pnl, trade_count::int as trades from strategy_daily_performance where strategy_id = $1",
      [strategyId],
    );
    expect(rows).toEqual([{ pnl: 0, trades: 1 }]);
    expect(await trades.append(closed)).toEqual(busted);
  });

  it("is no part of a fill that is recorded: one that was read is not taken back as it is", async () => {
    const bought = await trades.append(buy("1", "100", { symbol: "BUST-READ" }));
    const again = { ...bought, exchangeTradeId: "another" } as unknown as NewFill;
    expect(await refusalOf(trades.append(again))).toMatchObject({ kind: "invalid-input", field: "notional" });
  });

  it("said otherwise than before is a conflict", async () => {
    const { id } = await trades.append(buy("1", "100", { symbol: "BUST-TWICE" }));
    await trades.bust(id, { bustedAt: at(501_000) });
    expect(await refusalOf(trades.bust(id, { bustedAt: at(501_001) }))).toMatchObject({
      kind: "conflict",
      field: "bustedAt",
    });
    expect(await refusalOf(trades.bust(id, { bustedAt: at(501_000), reason: "late" }))).toMatchObject({
      kind: "conflict",
      field: "reason",
    });
  });

  it("is refused for no trade, before its execution, and with bad input", async () => {
    expect(await refusalOf(trades.bust(createId(at(1)), { bustedAt: at(500_002) }))).toBeInstanceOf(
      NotFoundError,
    );
    const { id } = await trades.append(buy("1", "100", { symbol: "BUST-BAD" }));
    expect(await refusalOf(trades.bust(id, { bustedAt: "2020-01-01T00:00:00Z" }))).toMatchObject({
      constraint: "trades_busted_after_execution",
      field: "bustedAt",
      message: "bustedAt: a fill is not taken back before it was executed.",
    });
    expect(await refusalOf(trades.bust("x", { bustedAt: at(1) }))).toMatchObject({ field: "tradeId" });
    expect(await refusalOf(trades.bust(id, { bustedAt: "soon" }))).toMatchObject({ field: "bustedAt" });
    expect(await refusalOf(trades.bust(id, { bustedAt: at(501_000), reason: "\0" }))).toMatchObject({
      field: "reason",
    });
  });

  it("by several sessions at once, with late fills between, ends in one state", async () => {
    const strategyId = await createStrategy(database);
    const fills = await trades.appendMany(
      Array.from({ length: 12 }, (_, index) =>
        buy("1", "100", { strategyId, symbol: "BUST-RACE", executedAt: at(2_000 + index) }),
      ),
    );
    await Promise.all(
      fills
        .slice(0, 6)
        .flatMap(({ id }, index) => [
          trades.bust(id, { bustedAt: at(503_000) }),
          trades.bust(id, { bustedAt: at(503_000) }),
          trades.append(buy("1", "100", { strategyId, symbol: "BUST-RACE", executedAt: at(1_900 + index) })),
        ]),
    );
    expect(await positionOf("BUST-RACE")).toEqual({ quantity: 12, cost: 1_200, pnl: 0, fills: 12 });
  });
});

describe("a correction", () => {
  it("busts what was wrong and records what is right, once", async () => {
    const wrong = await trades.append(
      buy("10", "100", { symbol: "CORRECT", fee: "1", liquidity: "taker", rawPayload: { wrong: true } }),
    );
    const correction = { bustedAt: at(505_000), reason: "price", price: "90", source: "drop copy" };
    const corrected = await trades.correct(wrong.id, correction);
    expect(corrected.busted).toMatchObject({ id: wrong.id, bustReason: "price", realizedPnl: "0" });
    expect(corrected.replacement).toMatchObject({
      correction: 1,
      price: "90",
      quantity: "10",
      fee: "1",
      liquidity: "taker",
      source: "drop copy",
      rawPayload: null,
      executedAt: wrong.executedAt,
      positionCostBasis: "900",
    });
    expect(await trades.correct(wrong.id, correction)).toEqual(corrected);
    expect(await positionOf("CORRECT")).toEqual({ quantity: 10, cost: 900, pnl: 0, fills: 1 });
  });

  it("can be corrected itself, and a late duplicate of the first report changes nothing", async () => {
    const fill = buy("10", "100", { symbol: "CORRECT-AGAIN" });
    const wrong = await trades.append(fill);
    const first = await trades.correct(wrong.id, { bustedAt: at(505_000), price: "90", source: "test" });
    const second = await trades.correct(first.replacement.id, {
      bustedAt: at(505_001),
      price: "91",
      source: "test",
    });
    expect(second.replacement).toMatchObject({ correction: 2, price: "91", positionCostBasis: "910" });
    expect(await trades.append(fill)).toMatchObject({
      id: wrong.id,
      bustedAt: first.busted.bustedAt,
      price: "100",
    });
    expect(await countOf("CORRECT-AGAIN")).toBe(3);
  });

  it("said otherwise than before is a conflict, and leaves nothing behind", async () => {
    const wrong = await trades.append(buy("10", "100", { symbol: "CORRECT-TWICE" }));
    await trades.correct(wrong.id, { bustedAt: at(505_000), price: "90", source: "test" });
    expect(
      await refusalOf(trades.correct(wrong.id, { bustedAt: at(505_000), price: "91", source: "test" })),
    ).toMatchObject({ kind: "conflict", field: "price" });
    const other = await trades.append(buy("10", "100", { symbol: "CORRECT-TWICE" }));
    expect(
      await refusalOf(trades.correct(other.id, { bustedAt: at(505_000), price: "-1", source: "test" })),
    ).toMatchObject({ kind: "invalid-input", field: "price" });
    expect(
      await refusalOf(
        trades.correct(other.id, { bustedAt: at(505_000), side: "sell", source: "test" } as never),
      ),
    ).toMatchObject({ kind: "invalid-input" });
    expect((await trades.get(other.id)).bustedAt).toBeNull();
  });

  it("that changes nothing, or misspells what it changes, takes nothing back", async () => {
    const { id } = await trades.append(buy("1", "100", { executedAt: at(506_000) }));
    const same = { bustedAt: at(507_000), price: "100.0", source: "another" };
    expect(await refusalOf(trades.correct(id, same))).toMatchObject({
      kind: "invalid-input",
      field: "correction",
    });
    const misspelt = { bustedAt: at(507_000), source: "test", prize: "9" };
    expect(await refusalOf(trades.correct(id, misspelt))).toMatchObject({
      kind: "invalid-input",
      field: "prize",
    });
    expect((await trades.get(id)).bustedAt).toBeNull();
  });

  it("by two sessions at once is one correction", async () => {
    const wrong = await trades.append(buy("10", "100", { symbol: "CORRECT-RACE" }));
    const correction = { bustedAt: at(505_000), price: "90", source: "test" };
    const results = await Promise.all([1, 2, 3].map(() => trades.correct(wrong.id, correction)));
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
    expect(await countOf("CORRECT-RACE")).toBe(2);
  });
});
