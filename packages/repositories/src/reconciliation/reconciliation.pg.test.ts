// Reconciliation on a real server: nothing to find where all is well, and each kind of difference found once it is planted, as
// a superuser with the database's own rules switched off.
import {
  connectDirect,
  createDatabase,
  type Database,
  type DirectConnection,
  InvalidInputError,
  parseConnection,
} from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { migratedTemplate } from "@app/migrator/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createId } from "../identity/time-ordered-id.ts";
import { createPortfolio } from "../portfolio/portfolio.ts";
import {
  at,
  createSerial,
  insertFill,
  insertOrder,
  insertStrategy,
  type Row,
  snapshotAt,
} from "../portfolio/testing/records.ts";
import { poolScope, transactionScope } from "../statements/scope.ts";
import type { Difference } from "./difference.ts";
import { createReconciliation, type Reconciliation } from "./reconciliation.ts";
import type { ReconciliationRequest } from "./selection.ts";

let server: TestDatabase;
let database: Database;
let superuser: DirectConnection;
let reconciliation: Reconciliation;
const serial = createSerial();

const DAY = 86_400;
const RANGE = { from: "2026-03-01T00:00:00Z", to: "2026-03-06T00:00:00Z" };

beforeAll(async () => {
  server = await createTestDatabase({ template: migratedTemplate });
  database = createDatabase(parseConnection(server.url), { poolSize: 4 });
  superuser = await connectDirect(parseConnection(server.superuserUrl));
  await superuser.query("set session_replication_role = replica");
  reconciliation = createReconciliation(poolScope(database));
});
afterAll(async () => {
  await superuser.close();
  await database.close();
  await server.drop();
});

interface Traded {
  readonly account: string;
  readonly strategyId: string;
  readonly orderId: string;
  /** In the order of accounting; the third is busted. */
  readonly fills: readonly string[];
  readonly snapshotId: string;
}

/** A strategy of its own account that bought in two fills, sold some a day later, and had a fill taken back. */
async function trade(): Promise<Traded> {
  const account = `account ${serial.next()}`;
  const strategyId = await insertStrategy(database);
  const own = { account, strategy_id: strategyId };
  const orderId = await insertOrder(database, 10, { ...own, quantity: "7" });
  const fills = [
    await insertFill(database, 20, { ...own, order_id: orderId, quantity: "3", price: "100" }),
    await insertFill(database, 30, {
      ...own,
      order_id: orderId,
      quantity: "4",
      price: "101",
      exchange: "ROUTED",
      fee: "0.1",
    }),
    await insertFill(database, 40, { ...own, order_id: orderId, quantity: "1", price: "90" }),
    await insertFill(database, DAY, { ...own, side: "sell", quantity: "1", price: "107" }),
  ];
  await database.query("update trades set busted_at = now() where id = $1 and executed_at = $2", [
    fills[2],
    at(40),
  ]);
  await database.query(
    "update orders set status = 'filled', filled_quantity = 7, average_fill_price = round(704.0 / 7, 12), updated_at = $2 where id = $1",
    [orderId, at(50)],
  );
  const portfolio = createPortfolio(poolScope(database));
  await portfolio.append(snapshotAt(60, { account, strategyId, openPositions: 2 }));
  const snapshot = await portfolio.append(
    snapshotAt(DAY + 60, { account, strategyId, openPositions: 2, realizedPnl: "7" }),
  );
  return { account, strategyId, orderId, fills, snapshotId: snapshot.id };
}

/** Changes what no caller may. */
async function plant(sql: string, values: readonly unknown[] = []): Promise<void> {
  const { rowCount } = await superuser.query(sql, values);
  expect(rowCount).toBe(1);
}

const find = (request: Partial<ReconciliationRequest> = {}): Promise<Difference[]> =>
  Array.fromAsync(reconciliation.reconcile({ ...RANGE, ...request }));

/** The fields of differences that are not null. */
const said = (differences: readonly Difference[]): Row[] =>
  differences.map((found) => Object.fromEntries(Object.entries(found).filter(([, value]) => value !== null)));

describe("a database that nobody tampered with", () => {
  it("has no differences, asked as a whole, by account, by strategy or in part", async () => {
    const { account, strategyId } = await trade();
    await insertFill(database, 100, { account, symbol: "NO-STRATEGY" });
    for (const request of [
      {},
      { account },
      { strategyId },
      { account, strategyId },
      { from: at(25), to: at(35) },
    ]) {
      expect(await find(request)).toEqual([]);
    }
    expect(await find({ from: at(0), to: at(0) })).toEqual([]);
    // One view of the database, whatever is written meanwhile.
    await database.transaction(
      async (transaction) => {
        const inside = createReconciliation(transactionScope(transaction));
        expect(await Array.fromAsync(inside.reconcile({ ...RANGE, account }))).toEqual([]);
      },
      { isolationLevel: "repeatable read", readOnly: true },
    );
  });

  it("has none whatever fills arrived in whatever order, flips through zero and busts included", async () => {
    const fill = fc.record({
      seconds: fc.integer({ min: 0, max: 2 * DAY }),
      side: fc.constantFrom("buy", "sell"),
      quantity: fc.constantFrom("1", "0.3", "7", "0.000000000000000001"),
      price: fc.constantFrom("100", "33.333333333333333333", "0.07"),
      symbol: fc.constantFrom("A", "B"),
      isBusted: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fill, { minLength: 1, maxLength: 12 }), async (fills) => {
        const account = `account ${serial.next()}`;
        const strategy_id = await insertStrategy(database);
        for (const { seconds, isBusted, ...others } of fills) {
          const id = await insertFill(database, seconds, { account, strategy_id, ...others });
          if (!isBusted) continue;
          await database.query("update trades set busted_at = now() where id = $1 and executed_at = $2", [
            id,
            at(seconds),
          ]);
        }
        expect(await find({ account })).toEqual([]);
        expect(await find({ strategyId: strategy_id })).toEqual([]);
      }),
      { numRuns: 6 },
    );
  });

  it("has none of an order that worked for months", async () => {
    const { account } = await trade();
    const orderId = await insertOrder(database, 10, { account, symbol: "SLOW", quantity: "3" });
    for (const day of [0, 29, 33, 100, 190]) {
      await insertFill(database, 100 + day * DAY, {
        account,
        symbol: "SLOW",
        order_id: orderId,
        quantity: "0.5",
      });
    }
    const report =
      "update orders set status = 'partially_filled', filled_quantity = 2.5, average_fill_price = 100, updated_at = $2 where id = $1";
    await database.query(report, [orderId, at(200 * DAY)]);
    expect(await find({ account, checks: ["orders"] })).toEqual([]);
    await insertFill(database, 201 * DAY, { account, symbol: "SLOW", order_id: orderId, quantity: "0.25" });
    expect(said(await find({ account, checks: ["orders"] }))).toMatchObject([
      { record: "order", orderId, field: "filledQuantity", expected: "2.75", actual: "2.5" },
    ]);
  });
});

describe("orders against fills", () => {
  it("finds another filled quantity, and another average price", async () => {
    const { account, strategyId, orderId } = await trade();
    await plant(
      "update orders set quantity = 8, filled_quantity = 8, average_fill_price = 100.6 where id = $1",
      [orderId],
    );
    const what = { account, strategyId, exchange: "XTEST", symbol: "BTC-USD", orderId, at: at(10) };
    const about = { record: "order", against: "fills", kind: "differs", ...what };
    const expected = [
      { ...about, field: "filledQuantity", expected: "7", actual: "8" },
      { ...about, field: "averageFillPrice", expected: "100.571428571428571428", actual: "100.6" },
    ];
    expect(said(await find({ account }))).toEqual(expected);
    expect(said(await find({ strategyId, checks: ["orders"] }))).toEqual(expected);
    expect(said(await find({ account, averagePriceTolerance: "0.001" }))).toEqual(expected.slice(0, 1));
  });

  it("finds an order that claims fills and has none", async () => {
    const { account } = await trade();
    const orderId = await insertOrder(database, 10, {
      account,
      status: "partially_filled",
      filled_quantity: "1",
      average_fill_price: "5",
    });
    expect(said(await find({ account }))).toMatchObject([
      { record: "order", kind: "unfounded", orderId, field: "filledQuantity", expected: "0", actual: "1" },
    ]);
  });

  it("finds a fill whose order is not there, and one long after its order was done", async () => {
    const { account, fills, orderId } = await trade();
    const gone = createId(at(5));
    await plant("update trades set order_id = $2 where id = $1", [fills[3], gone]);
    await insertFill(database, 40 * DAY, { account, symbol: "BTC-USD", order_id: orderId });
    const found = said(await find({ account, to: at(50 * DAY), checks: ["orders"] }));
    expect(found).toEqual([
      expect.objectContaining({
        record: "order",
        kind: "missing",
        against: "fills",
        orderId: gone,
        tradeId: fills[3],
        account,
      }),
      expect.objectContaining({
        record: "fill",
        kind: "differs",
        against: "orders",
        orderId,
        field: "executedAt",
      }),
    ]);
  });
});

describe("positions against fills", () => {
  it("finds the very fill whose accounting is wrong", async () => {
    const { account, fills } = await trade();
    await plant("update trades set realized_pnl = 8 where id = $1", [fills[3]]);
    const found = said(await find({ account, checks: ["positions"] }));
    expect(found).toMatchObject([
      {
        record: "fill",
        kind: "differs",
        tradeId: fills[3],
        field: "realizedPnl",
        expected: expect.stringMatching(/^7(\.0*)?$/),
        actual: "8",
      },
      { record: "position", field: "realizedPnl", expected: "8" },
    ]);
  });

  it("carries the state of a position from day to day", async () => {
    const { account, fills } = await trade();
    await plant("update trades set position_cost_basis = 300.5 where id = $1", [fills[0]]);
    expect(said(await find({ account, checks: ["positions"] }))).toMatchObject([
      { record: "fill", tradeId: fills[0], field: "positionCostBasis", actual: "300.5" },
      // The step from the wrong state is another one.
      { record: "fill", tradeId: fills[2], field: "positionCostBasis" },
    ]);
    const later = said(await find({ account, checks: ["positions"], from: at(DAY - 10) }));
    expect(later).toEqual([]);
  });

  it("finds what a position says otherwise", async () => {
    const { account, strategyId, fills } = await trade();
    await plant(
      "update positions set quantity = 5, cost_basis = 1, realized_pnl = 2, fill_count = 9, last_fill_id = $2 where account = $1 and exchange = 'XTEST'",
      [account, fills[0]],
    );
    const found = said(await find({ strategyId, checks: ["positions"] }));
    expect(found.map(({ record, field, expected, actual }) => [record, field, expected, actual])).toEqual([
      ["position", "lastFillId", fills[3], fills[0]],
      ["position", "quantity", "2", "5"],
      ["position", "costBasis", expect.stringMatching(/^200(\.0*)?$/), "1"],
      ["position", "realizedPnl", "7", "2"],
      ["position", "fillCount", "2", "9"],
    ]);
  });

  it("finds a position without fills, fills without a position, and fills nobody accounted", async () => {
    const { account } = await trade();
    await plant("delete from positions where account = $1 and exchange = 'ROUTED'", [account]);
    await plant(
      "update trades set symbol = 'MOVED' where account = $1 and exchange = 'XTEST' and side = 'sell'",
      [account],
    );
    await insertFill(database, 50, { account, symbol: "ALONE" });
    await plant("delete from trades where account = $1 and symbol = 'ALONE'", [account]);
    const found = said(await find({ account, checks: ["positions"] }));
    expect(found).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ record: "position", kind: "missing", exchange: "ROUTED" }),
        expect.objectContaining({ record: "position", kind: "missing", symbol: "MOVED" }),
        expect.objectContaining({
          record: "position",
          kind: "unfounded",
          symbol: "ALONE",
          field: "lastFillAt",
        }),
        expect.objectContaining({
          record: "position",
          kind: "differs",
          field: "fillCount",
          expected: "1",
          actual: "2",
        }),
      ]),
    );
    const unaccounted = createId(at(200));
    await plant(
      `insert into trades (id, executed_at, account, exchange, symbol, exchange_trade_id, side, quantity, price,
        settlement_currency, fee_currency, source)
      values ($1, $2, $3, 'XTEST', 'ALONE 2', 'x', 'buy', 1, 1, 'USD', 'USD', 'test')`,
      [unaccounted, at(200), account],
    );
    expect(said(await find({ account, checks: ["positions"], from: at(190), to: at(210) }))).toEqual([
      expect.objectContaining({ record: "position", kind: "missing", tradeId: unaccounted }),
    ]);
  });

  it("says nothing of a position that was filled after the range", async () => {
    const { account } = await trade();
    await plant("update positions set quantity = 50 where account = $1 and exchange = 'XTEST'", [account]);
    expect(await find({ account, checks: ["positions"], to: at(100) })).toEqual([]);
  });
});

describe("daily performance against fills", () => {
  it("finds sums that differ, and days that are not there", async () => {
    const { account, strategyId } = await trade();
    await plant(
      "update strategy_daily_performance set fees = 5, trade_count = 3 where account = $1 and trading_day = '2026-03-02'",
      [account],
    );
    await plant("delete from strategy_daily_performance where account = $1 and trading_day = '2026-03-03'", [
      account,
    ]);
    const day = Temporal.PlainDate.from("2026-03-02");
    const about = {
      record: "daily_performance",
      against: "fills",
      kind: "differs",
      account,
      strategyId,
      currency: "USD",
    };
    const found = said(await find({ strategyId, checks: ["daily_performance"] }));
    expect(found.slice(0, 2)).toEqual([
      { ...about, day, field: "fees", expected: "0.1", actual: "5" },
      { ...about, day, field: "tradeCount", expected: "2", actual: "3" },
    ]);
    expect(found.slice(2).map(({ field }) => field)).toEqual([
      "grossProfit",
      "largestWin",
      "longWinningTrades",
      "realizedPnlSquared",
      "sellNotional",
      "tradeCount",
      "winningTrades",
    ]);
    expect(said(await find({ account, checks: ["daily_performance"] }))).toEqual(found);
    // Part of a day is not a day.
    expect(await find({ strategyId, checks: ["daily_performance"], from: at(0), to: at(100) })).toEqual([]);
  });
});

describe("snapshots against positions", () => {
  it("finds another number of open positions and other P&L at the moment of the snapshot", async () => {
    const { account, strategyId, snapshotId } = await trade();
    await plant("update portfolio_snapshots set open_positions = 4, realized_pnl = 8 where id = $1", [
      snapshotId,
    ]);
    // Later fills change the positions, not what they were.
    const own = { account, strategy_id: strategyId };
    await insertFill(database, 3 * DAY, { ...own, side: "sell", quantity: "2", price: "1" });
    await insertFill(database, 70 * DAY, { ...own, symbol: "LATER" });
    const what = { account, strategyId, currency: "USD", snapshotId, at: at(DAY + 60) };
    const about = { record: "snapshot", against: "positions", kind: "differs", ...what };
    expect(said(await find({ account, checks: ["snapshots"] }))).toEqual([
      { ...about, field: "openPositions", expected: "2", actual: "4" },
      { ...about, field: "realizedPnl", expected: "7", actual: "8" },
    ]);
    expect(await find({ strategyId, checks: ["snapshots"] })).toHaveLength(2);
    expect(await find({ account, checks: ["snapshots"], to: at(DAY) })).toEqual([]);
  });
});

describe("a venue's statement", () => {
  const exchange = "XTEST";
  const compare = (statement: Parameters<Reconciliation["compareStatement"]>[0]): Promise<Difference[]> =>
    Array.fromAsync(reconciliation.compareStatement(statement));

  it("of fills is held against what is stored, busted fills left out", async () => {
    const account = `venue ${serial.next()}`;
    const ids = [];
    for (const [seconds, id] of [
      [1, "a"],
      [2, "b"],
      [DAY, "c"],
      [DAY, "d"],
    ] as const) {
      ids.push(
        await insertFill(database, seconds, { account, exchange_trade_id: id, price: "1.50", fee: "0.1" }),
      );
    }
    await database.query("update trades set busted_at = now() where id = $1 and executed_at = $2", [
      ids[3],
      at(DAY),
    ]);
    const fill = { symbol: "BTC-USD", side: "buy", quantity: "1.0", price: "1.5" } as const;
    const fills = {
      from: at(0),
      to: at(2 * DAY),
      list: [
        { ...fill, exchangeTradeId: "a", executedAt: at(1) },
        { ...fill, exchangeTradeId: "b", executedAt: at(3), price: "2", fee: "0.10" },
        { ...fill, exchangeTradeId: "d", executedAt: at(DAY) },
      ],
    };
    const about = { against: "statement", account, exchange, symbol: "BTC-USD", record: "fill" };
    expect(said(await compare({ account, exchange, fills }))).toEqual([
      {
        ...about,
        kind: "differs",
        reference: "b",
        tradeId: ids[1],
        at: at(3),
        field: "executedAt",
        expected: at(3).toString(),
        actual: at(2).toString(),
      },
      {
        ...about,
        kind: "differs",
        reference: "b",
        tradeId: ids[1],
        at: at(3),
        field: "price",
        expected: "2",
        actual: "1.50",
      },
      { ...about, kind: "missing", reference: "d", at: at(DAY) },
      { ...about, kind: "unfounded", reference: "c", tradeId: ids[2], at: at(DAY) },
    ]);
  });

  it("of open orders is matched by the venue's id or ours", async () => {
    const account = `venue ${serial.next()}`;
    const order = (seconds: number, others: Row) =>
      insertOrder(database, seconds, { account, type: "limit", limit_price: "5", ...others });
    await order(1, { client_order_id: "same", venue_order_id: "v1" });
    const differing = await order(40 * DAY, { client_order_id: "differs" });
    const ours = await order(3, { client_order_id: "ours" });
    await order(4, { client_order_id: "done", status: "canceled" });
    const stated = { symbol: "BTC-USD", side: "buy", quantity: "10" } as const;
    const openOrders = [
      { ...stated, venueOrderId: "v1", limitPrice: "5.0", filledQuantity: "0" },
      { ...stated, clientOrderId: "differs", quantity: "9", limitPrice: "6" },
      { ...stated, venueOrderId: "theirs" },
    ];
    const found = await compare({ account, exchange, openOrders });
    expect(found.map(({ kind, reference, field, orderId }) => [kind, reference, field, orderId])).toEqual([
      ["differs", "differs", "quantity", differing],
      ["differs", "differs", "limitPrice", differing],
      ["missing", "theirs", null, null],
      ["unfounded", "ours", null, ours],
    ]);
  });

  it("of positions is held against the sum over strategies", async () => {
    const account = `venue ${serial.next()}`;
    const strategyId = await insertStrategy(database);
    await insertFill(database, 1, { account, symbol: "SUM", quantity: "3" });
    await insertFill(database, 2, {
      account,
      symbol: "SUM",
      strategy_id: strategyId,
      side: "sell",
      quantity: "1",
    });
    await insertFill(database, 3, { account, symbol: "OURS" });
    await insertFill(database, 4, { account, symbol: "FLAT" });
    await insertFill(database, 5, { account, symbol: "FLAT", strategy_id: strategyId, side: "sell" });
    await insertFill(database, 6, { account, symbol: "SHORT", side: "sell", quantity: "2" });
    const positions = [
      { symbol: "SUM", quantity: "2.0" },
      { symbol: "SHORT", quantity: "2" },
      { symbol: "THEIRS", quantity: "-4" },
      { symbol: "NOTHING", quantity: "0" },
    ];
    const found = await compare({ account, exchange, positions });
    expect(found.map(({ kind, symbol, expected, actual }) => [kind, symbol, expected, actual])).toEqual([
      ["differs", "SHORT", "2", "-2"],
      ["missing", "THEIRS", "-4", null],
      ["unfounded", "OURS", null, "1"],
    ]);
    expect(await compare({ account, exchange })).toEqual([]);
    expect(await compare({ account: "nobody", exchange, positions: [], openOrders: [] })).toEqual([]);
  });

  it("is refused where it makes no sense", async () => {
    const account = "refused";
    const order = { symbol: "S", side: "buy", quantity: "1", venueOrderId: "v" } as const;
    const fill = {
      symbol: "S",
      side: "buy",
      quantity: "1",
      price: "1",
      exchangeTradeId: "t",
      executedAt: at(1),
    } as const;
    const range = { from: at(0), to: at(2) };
    const wrong = [
      ["openOrders[1]", { openOrders: [order, order] }],
      ["openOrders[0]", { openOrders: [{ ...order, venueOrderId: null }] }],
      ["openOrders[0].quantity", { openOrders: [{ ...order, quantity: "0" }] }],
      [
        "positions[1]",
        {
          positions: [
            { symbol: "S", quantity: "1" },
            { symbol: "S", quantity: "1" },
          ],
        },
      ],
      ["fills.list[0].executedAt", { fills: { ...range, list: [{ ...fill, executedAt: at(2) }] } }],
      ["fills.list[0].price", { fills: { ...range, list: [{ ...fill, price: "NaN" }] } }],
      ["to", { fills: { from: at(0), to: at(367 * DAY), list: [] } }],
    ] as const;
    for (const [field, part] of wrong) {
      await expect(compare({ account, exchange, ...part })).rejects.toMatchObject({
        kind: "invalid-input",
        field,
      });
    }
  });
});

describe("a request", () => {
  it.each([
    ["to", { from: at(1), to: at(0) }],
    ["to", { from: at(0), to: at(3_661 * DAY) }],
    ["account", { account: " padded" }],
    ["strategyId", { strategyId: "1" }],
    ["averagePriceTolerance", { averagePriceTolerance: "-1" }],
    // What a caller without types may send.
    ["checks[0]", { checks: ["guess" as "orders"] }],
  ])("with a wrong %s is refused", async (field, change) => {
    const work = find(change);
    await expect(work).rejects.toThrow(InvalidInputError);
    await expect(work).rejects.toMatchObject({ field });
  });
});
