// Risk limits on a real server: each kind exceeded, just reached, and not to be judged.
import {
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
import { poolScope } from "../statements/scope.ts";
import { createPortfolio, type Portfolio } from "./portfolio.ts";
import {
  at,
  insertBar,
  insertFill,
  insertOrder,
  insertStrategy,
  type Row,
  snapshotAt,
} from "./testing/records.ts";

let server: TestDatabase;
let database: Database;
let portfolio: Portfolio;

beforeAll(async () => {
  server = await createTestDatabase({ template: migratedTemplate });
  database = createDatabase(parseConnection(server.url), { poolSize: 4 });
  portfolio = createPortfolio(poolScope(database));
});
afterAll(async () => {
  await database.close();
  await server.drop();
});

/** A strategy with limits that does not run, unless it is said. */
const strategyWith = (limits: Row): Promise<string> =>
  insertStrategy(database, { status: "draft", activated_at: null, ...limits });

const price = (symbol: string, value: string) => ({ exchange: "XTEST", symbol, price: value });

describe("the limit of an order", () => {
  it("counts the order's own price, else the mark, and the multiplier of its position", async () => {
    const strategyId = await strategyWith({ max_order_notional: "1000" });
    const own = { strategy_id: strategyId, account: "orders" };
    const limit = { ...own, type: "limit" };
    await insertFill(database, 1, { ...own, symbol: "TIMES-TEN", contract_multiplier: "10" });
    await insertFill(database, 2, { ...own, symbol: "EURO", settlement_currency: "EUR" });
    await insertFill(database, 1, { ...own, symbol: "AT-LIMIT" });
    await insertOrder(database, 3, { ...limit, symbol: "AT-LIMIT", limit_price: "100" });
    const over = await insertOrder(database, 4, { ...limit, symbol: "OVER", limit_price: "100.01" });
    const times = await insertOrder(database, 5, { ...limit, symbol: "TIMES-TEN", limit_price: "11" });
    // Years later: another chunk.
    const market = await insertOrder(database, 60_000_000, { ...own, symbol: "MARKED" });
    const unpriced = await insertOrder(database, 7, { ...own, symbol: "UNPRICED" });
    const foreign = await insertOrder(database, 8, { ...limit, symbol: "EURO", limit_price: "1" });
    await insertOrder(database, 9, { ...limit, symbol: "DONE", limit_price: "500", status: "canceled" });
    const findings = await portfolio.riskBreaches(strategyId, { marks: [price("MARKED", "200")] });
    const facts = findings.map(({ orderId, state, actual, reason, currency }) => ({
      orderId,
      state,
      actual,
      reason,
      currency,
    }));
    const breached = { state: "breached", reason: null, currency: "USD" };
    const unknown = { state: "unknown", actual: null };
    expect(facts).toHaveLength(5);
    expect(facts).toEqual(
      expect.arrayContaining([
        { orderId: over, actual: "1000.1", ...breached },
        { orderId: times, actual: "1100", ...breached },
        { orderId: market, actual: "2000", ...breached },
        { orderId: unpriced, ...unknown, reason: "no_price", currency: "USD" },
        { orderId: foreign, ...unknown, reason: "other_currency", currency: "EUR" },
      ]),
    );
  });

  it("of an instrument without a fill is not known to hold, since its contract multiplier is not", async () => {
    const strategyId = await strategyWith({ max_order_notional: "1000" });
    const own = { strategy_id: strategyId, account: "derivative" };
    const order = { ...own, symbol: "FUTURE", type: "limit" };
    const orderId = await insertOrder(database, 2, { ...order, limit_price: "50" });
    expect(await portfolio.riskBreaches(strategyId)).toMatchObject([
      { orderId, state: "unknown", actual: null, reason: "no_multiplier", currency: "USD" },
    ]);
    const large = await insertOrder(database, 3, { ...order, limit_price: "101" });
    expect(await portfolio.riskBreaches(strategyId)).toMatchObject([
      { orderId, state: "unknown" },
      { orderId: large, state: "breached", actual: "1010" },
    ]);
    const fill = await insertFill(database, 1, { ...own, symbol: "FUTURE", contract_multiplier: "100" });
    expect(await portfolio.riskBreaches(strategyId)).toMatchObject([
      { orderId, state: "breached", actual: "50000" },
      { orderId: large, state: "breached", actual: "101000" },
    ]);
    // Once its fills are all taken back, the next one decides anew.
    await database.query("update trades set busted_at = executed_at where id = $1", [fill]);
    expect(await portfolio.riskBreaches(strategyId)).toMatchObject([
      { orderId, state: "unknown", reason: "no_multiplier" },
      { orderId: large, state: "breached", actual: "1010" },
    ]);
  });

  it("of their number is held against all accounts, or one", async () => {
    const strategyId = await strategyWith({ max_open_orders: 2 });
    for (const account of ["count 1", "count 1", "count 2"]) {
      await insertOrder(database, 1, { strategy_id: strategyId, account });
    }
    expect(await portfolio.riskBreaches(strategyId)).toEqual([
      {
        strategyId,
        limit: "maxOpenOrders",
        state: "breached",
        allowed: "2",
        actual: "3",
        reason: null,
        currency: null,
        account: null,
        exchange: null,
        symbol: null,
        orderId: null,
        asOf: null,
      },
    ]);
    expect(await portfolio.riskBreaches(strategyId, { account: "count 1" })).toEqual([]);
  });
});

describe("the limit of a position", () => {
  it("is held against each at its mark, short ones by their size", async () => {
    const strategyId = await strategyWith({ max_position_notional: "500" });
    const own = { strategy_id: strategyId, account: "positions" };
    await insertFill(database, 1, { ...own, symbol: "POS-A", quantity: "5" });
    await insertFill(database, 2, { ...own, symbol: "POS-B", quantity: "5", side: "sell" });
    await insertFill(database, 3, { ...own, symbol: "POS-C" });
    await insertFill(database, 4, { ...own, symbol: "POS-D", settlement_currency: "EUR" });
    await insertBar(database, "POS-A", 100);
    await insertBar(database, "POS-B", 100.5);
    expect(await portfolio.riskBreaches(strategyId, { closesOf: "1m" })).toMatchObject([
      { symbol: "POS-B", state: "breached", allowed: "500", actual: "502.5", account: "positions" },
      { symbol: "POS-C", state: "unknown", reason: "no_price" },
      { symbol: "POS-D", state: "unknown", reason: "other_currency", currency: "EUR" },
    ]);
  });
});

describe("the limit of a day's loss", () => {
  it("is held against P&L after fees of the UTC day, over accounts", async () => {
    const strategyId = await strategyWith({ max_daily_loss: "10" });
    for (const account of ["loss 1", "loss 2"]) {
      const own = { strategy_id: strategyId, account, symbol: "LOSS" };
      await insertFill(database, 1, own);
      await insertFill(database, 2, { ...own, side: "sell", price: "95", fee: "0.5" });
    }
    const day = { at: at(0) };
    expect(await portfolio.riskBreaches(strategyId, day)).toMatchObject([
      { limit: "maxDailyLoss", state: "breached", allowed: "10", actual: "11", currency: "USD" },
    ]);
    expect(await portfolio.riskBreaches(strategyId, { ...day, account: "loss 1" })).toEqual([]);
    expect(await portfolio.riskBreaches(strategyId, { at: at(86_400) })).toEqual([]);
    await insertFill(database, 3, {
      strategy_id: strategyId,
      account: "loss 1",
      fee: "1",
      fee_currency: "BNB",
    });
    expect(await portfolio.riskBreaches(strategyId, { ...day, account: "loss 1" })).toMatchObject([
      { state: "unknown", reason: "other_currency", currency: "BNB" },
    ]);
  });
});

describe("the limits of drawdown and leverage", () => {
  it("are held against the latest snapshot of each account", async () => {
    const strategyId = await strategyWith({ max_drawdown_percentage: "20", max_leverage: "2" });
    const curve = (account: string) => ({ account, strategyId });
    for (const account of ["deep", "geared", "gone", "fine", "blank"]) {
      await insertFill(database, 1, { account, strategy_id: strategyId });
      if (account !== "blank") await portfolio.append(snapshotAt(10, curve(account)));
    }
    await portfolio.append(snapshotAt(20, { ...curve("deep"), equity: "79", longExposure: "158" }));
    await portfolio.append(snapshotAt(20, { ...curve("geared"), longExposure: "150", shortExposure: "100" }));
    await portfolio.append(snapshotAt(20, { ...curve("gone"), equity: "0", longExposure: "1" }));
    const findings = await portfolio.riskBreaches(strategyId);
    expect(findings).toMatchObject([
      {
        account: "blank",
        limit: "maxDrawdownPercentage",
        state: "unknown",
        reason: "no_snapshot",
        asOf: null,
      },
      { account: "blank", limit: "maxLeverage", state: "unknown", reason: "no_snapshot" },
      { account: "deep", limit: "maxDrawdownPercentage", state: "breached", actual: "21", asOf: at(20) },
      { account: "geared", limit: "maxLeverage", state: "breached", actual: "2.5" },
      { account: "gone", limit: "maxDrawdownPercentage", actual: "100" },
      { account: "gone", limit: "maxLeverage", state: "unknown", reason: "equity_not_positive" },
    ]);
    const stale = await portfolio.riskBreaches(strategyId, { account: "fine", snapshotsNotBefore: at(11) });
    expect(stale.map(({ reason }) => reason)).toEqual(["no_snapshot", "no_snapshot"]);
  });

  it("of a strategy that never traded are not known", async () => {
    const strategyId = await strategyWith({ max_leverage: "2" });
    expect(await portfolio.riskBreaches(strategyId)).toMatchObject([
      { account: null, reason: "no_snapshot" },
    ]);
  });
});

describe("risk of strategies", () => {
  it("without limits finds nothing, and of one that is not there says so", async () => {
    expect(await portfolio.riskBreaches(await strategyWith({}))).toEqual([]);
    await expect(portfolio.riskBreaches(createId(at(0)))).rejects.toThrow(NotFoundError);
    await expect(portfolio.riskBreaches("nonsense")).rejects.toThrow(InvalidInputError);
  });

  it("is told of every one that is active", async () => {
    const active = await insertStrategy(database, { name: "zz active", max_leverage: "2" });
    const other = await insertStrategy(database, { name: "aa active", max_leverage: "2" });
    const findings = await Array.fromAsync(portfolio.streamRiskBreaches());
    expect(findings.map(({ strategyId }) => strategyId)).toEqual([other, active]);
  });
});
