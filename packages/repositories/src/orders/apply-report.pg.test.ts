// Execution reports on a real server: what each does to the order, its fills and its history, and what it does when it comes
// twice, late, out of order, or from two sessions at once.
import { ConflictError, NotFoundError } from "@app/database";
import { describe, expect, it } from "vitest";
import { poolScope, transactionScope } from "../statements/scope.ts";
import { createTrades } from "../trades/trades.ts";
import type { ExecutionReport } from "./execution-report.ts";
import type { Order } from "./order.ts";
import { createOrders } from "./orders.ts";
import { useOrderMarket } from "./testing/order-market.ts";

const market = useOrderMarket();

/** A new order, with these reports applied to it. */
async function orderAfter(...reports: readonly ((order: Order) => ExecutionReport)[]): Promise<Order> {
  let order = await market.orders.submit(market.newOrder());
  for (const report of reports) ({ order } = await market.orders.applyExecutionReport(report(order)));
  return order;
}

const state =
  (type: Parameters<typeof market.state>[1]) =>
  (order: Order): ExecutionReport =>
    market.state(order, type);
const fill =
  (quantity: string, overrides = {}) =>
  (order: Order): ExecutionReport =>
    market.fill(order, quantity, overrides);

async function historyOf({ id }: Order): Promise<string[]> {
  const { items } = await market.orders.listHistory(id);
  return items.map(({ type, toStatus }) => `${type}: ${toStatus}`);
}

describe("the life of an order", () => {
  it("goes from pending to filled, with every step recorded and the fills in the position", async () => {
    const order = await orderAfter(
      (placed) => market.state(placed, "new", { venueOrderId: "V-1" }),
      fill("4", { price: "100" }),
      fill("6", { price: "101", fee: "0.05" }),
    );
    expect(order).toMatchObject({
      status: "filled",
      venueOrderId: "V-1",
      filledQuantity: "10",
      remainingQuantity: "0",
      version: 4,
    });
    expect(Number(order.averageFillPrice)).toBeCloseTo(100.6, 12);
    expect(await historyOf(order)).toEqual([
      "created: pending_new",
      "accepted: new",
      "filled: partially_filled",
      "filled: filled",
    ]);
    expect((await market.orders.findByName({ exchange: "XTEST", venueOrderId: "V-1" }))?.id).toBe(order.id);
    expect((await market.orders.listOpen({ account: "main" })).items.map(({ id }) => id)).not.toContain(
      order.id,
    );
  });

  it.each([
    ["canceled", "canceled"],
    ["expired", "expired"],
    ["rejected", "rejected"],
    ["suspended", "suspended"],
    ["pending_cancel", "cancel_requested"],
    ["pending_replace", "replace_requested"],
  ] as const)("becomes %s by a report", async (type, event) => {
    const order = await orderAfter(state("new"), (placed) =>
      market.state(placed, type, { reason: "so it is" }),
    );
    expect(order).toMatchObject({ status: type, statusReason: "so it is" });
    expect((await historyOf(order)).at(-1)).toBe(`${event}: ${type}`);
  });

  it("gets new terms and a new name by a replace, and is found by it", async () => {
    const order = await orderAfter(state("new"), fill("4"), state("pending_replace"), (placed) => ({
      ...market.state(placed, "new"),
      type: "replaced",
      quantity: "8",
      limitPrice: "99.5",
      clientOrderId: `${placed.clientOrderId}-2`,
      venueOrderId: "V-2",
    }));
    expect(order).toMatchObject({
      status: "partially_filled",
      quantity: "8",
      limitPrice: "99.5",
      venueOrderId: "V-2",
    });
    const name = { account: "main", exchange: "XTEST", clientOrderId: order.clientOrderId };
    expect((await market.orders.getByName(name)).id).toBe(order.id);
    // A fill that was under way meanwhile bears the name it had before.
    const former = { ...name, clientOrderId: order.clientOrderId.replace(/-2$/u, "") };
    expect((await market.orders.findByName(former))?.id).toBe(order.id);
    const exactly = await orderAfter(state("new"), fill("4"), (placed) => ({
      ...market.state(placed, "new"),
      type: "replaced",
      quantity: "4",
    }));
    expect(exactly.status).toBe("filled");
  });

  it("goes back to work when the venue refuses to cancel or replace", async () => {
    const cancel = (type: "cancel_rejected" | "replace_rejected") => (order: Order) =>
      ({ ...market.state(order, "new"), type }) as const;
    expect((await orderAfter(state("new"), state("pending_cancel"), cancel("cancel_rejected"))).status).toBe(
      "new",
    );
    const filled = await orderAfter(fill("3"), state("pending_replace"), cancel("replace_rejected"));
    expect(filled.status).toBe("partially_filled");
    const suspended = await orderAfter(state("suspended"), state("pending_cancel"), (order) => ({
      ...cancel("cancel_rejected")(order),
      orderStatus: "suspended",
    }));
    expect(suspended.status).toBe("suspended");
    const done = await orderAfter(state("pending_cancel"), state("canceled"), cancel("cancel_rejected"));
    expect(done.status).toBe("canceled");
  });
});

describe("a report that comes twice", () => {
  it.each<[string, (order: Order) => ExecutionReport]>([
    ["an acknowledgement", state("new")],
    ["a fill", fill("4")],
    ["the last fill", fill("10")],
    ["a cancel", state("canceled")],
    ["a request", state("pending_cancel")],
  ])("changes nothing the second time: %s", async (_, make) => {
    const order = await market.orders.submit(market.newOrder());
    const report = make(order);
    const first = await market.orders.applyExecutionReport(report);
    expect(first.outcome).toBe("applied");
    const second = await market.orders.applyExecutionReport(report);
    expect(second.outcome).toBe("duplicate");
    expect(second.order).toEqual(first.order);
    expect(second.trade).toEqual(first.trade);
  });

  it("with another price is a conflict, and the fill stays as it was", async () => {
    const order = await market.orders.submit(market.newOrder());
    const report = market.fill(order, "4");
    await market.orders.applyExecutionReport(report);
    const other = market.orders.applyExecutionReport({ ...report, price: "100.01" });
    await expect(other).rejects.toThrow(ConflictError);
    expect(await market.orders.get(order.id)).toMatchObject({
      filledQuantity: "4",
      averageFillPrice: "100",
    });
  });

  it("from eight sessions at once is one fill", async () => {
    const order = await market.orders.submit(market.newOrder());
    const report = market.fill(order, "4");
    const results = await Promise.all(
      Array.from({ length: 8 }, () => market.orders.applyExecutionReport(report)),
    );
    expect(results.filter(({ outcome }) => outcome === "applied")).toHaveLength(1);
    for (const result of results) expect(result.order).toMatchObject({ filledQuantity: "4", version: 2 });
  });
});

describe("a report that comes late or out of order", () => {
  it("adds a fill to an order that was canceled, which is filled once nothing is left", async () => {
    const canceled = await orderAfter(state("new"), state("canceled"), fill("4"));
    expect(canceled).toMatchObject({ status: "canceled", filledQuantity: "4" });
    const { order } = await market.orders.applyExecutionReport(market.fill(canceled, "6"));
    expect(order).toMatchObject({ status: "filled", filledQuantity: "10" });
  });

  it("does not cancel, acknowledge or suspend an order that is filled", async () => {
    const order = await orderAfter(fill("10"));
    for (const type of ["canceled", "expired", "new", "pending_cancel", "suspended", "rejected"] as const) {
      const result = await market.orders.applyExecutionReport(market.state(order, type));
      expect(result).toMatchObject({ outcome: "outranked", order: { status: "filled" } });
    }
    // That it was canceled is kept, in case the fills that outrank it are taken back.
    expect(await market.orders.get(order.id)).toMatchObject({ endedAs: "canceled", version: 3 });
  });

  it("teaches the venue's id of the order even when it is outranked", async () => {
    const order = await orderAfter(fill("10"));
    const late = market.state(order, "new", { venueOrderId: "V-late" });
    const result = await market.orders.applyExecutionReport(late);
    expect(result).toMatchObject({
      outcome: "outranked",
      order: { status: "filled", venueOrderId: "V-late" },
    });
  });

  it("of an older replace leaves the terms of the newer one", async () => {
    const order = await market.orders.submit(market.newOrder());
    const replace = (quantity: string, seconds: number): ExecutionReport => ({
      ...market.state(order, "new"),
      type: "replaced",
      quantity,
      transactTime: order.createdAt.add({ seconds }),
    });
    await market.orders.applyExecutionReport(replace("30", 200));
    const late = await market.orders.applyExecutionReport(replace("20", 100));
    expect(late).toMatchObject({ outcome: "stale", order: { quantity: "30" } });
  });

  it("fills beyond the quantity only where the report says that the order is for more by now", async () => {
    const order = await orderAfter(state("new"), fill("8"));
    const beyond = market.fill(order, "4");
    await expect(market.orders.applyExecutionReport(beyond)).rejects.toMatchObject({
      kind: "conflict",
      constraint: "orders_filled_within_quantity",
    });
    expect(await market.orders.get(order.id)).toMatchObject({ filledQuantity: "8" });
    const told = await market.orders.applyExecutionReport({ ...beyond, orderQuantity: "15" });
    expect(told.order).toMatchObject({ status: "partially_filled", quantity: "15", filledQuantity: "12" });
  });

  it("counts a fill that was recorded without its order's report", async () => {
    const order = await orderAfter(state("new"));
    const report = market.fill(order, "4");
    const trades = createTrades({
      query: (statement, values) => market.database.query(statement, values),
      atomically: (work, options) => market.database.transaction(work, options),
    });
    await trades.append({
      exchange: order.exchange,
      account: order.account,
      symbol: order.symbol,
      side: order.side,
      exchangeTradeId: report.executionId,
      executedAt: report.transactTime,
      quantity: "4",
      price: "100",
      settlementCurrency: "USD",
      strategyId: order.strategyId,
      orderId: order.id,
      source: "test",
    });
    expect(await market.orders.applyExecutionReport(report)).toMatchObject({
      outcome: "applied",
      order: { filledQuantity: "4", status: "partially_filled" },
    });
  });
});

describe("a fill that is taken back", () => {
  const cancelOf = (order: Order, exchangeTradeId: string): ExecutionReport => ({
    ...market.state(order, "new"),
    type: "trade_cancel",
    exchangeTradeId,
  });

  it("leads back to what the order was before it, however often it is said", async () => {
    const order = await orderAfter(
      fill("4", { exchangeTradeId: "T-1" }),
      fill("6", { exchangeTradeId: "T-2" }),
    );
    const report = cancelOf(order, "T-2");
    const busted = await market.orders.applyExecutionReport(report);
    expect(busted).toMatchObject({
      outcome: "applied",
      order: { status: "partially_filled", filledQuantity: "4" },
    });
    expect(busted.trade?.bustedAt).not.toBeNull();
    expect((await market.orders.applyExecutionReport(report)).outcome).toBe("duplicate");
    const none = await market.orders.applyExecutionReport(cancelOf(order, "T-1"));
    expect(none.order).toMatchObject({ status: "new", filledQuantity: "0", averageFillPrice: null });
    expect((await market.orders.listOpen({ account: "main" })).items.map(({ id }) => id)).toContain(order.id);
  });

  it("leaves a canceled order canceled", async () => {
    const order = await orderAfter(fill("4"), state("canceled"), fill("6", { exchangeTradeId: "T-3" }));
    expect(order.status).toBe("filled");
    const { order: after } = await market.orders.applyExecutionReport(cancelOf(order, "T-3"));
    expect(after).toMatchObject({ status: "canceled", filledQuantity: "4" });
  });

  it("otherwise than by a report on its order brings the order forward as well", async () => {
    const trades = createTrades(poolScope(market.database));
    const order = await market.orders.submit(market.newOrder());
    const report = (quantity: string) => market.orders.applyExecutionReport(market.fill(order, quantity));
    const [first, second] = [await report("4"), await report("6")];
    expect(second.order.status).toBe("filled");
    const bustedAt = order.createdAt.add({ hours: 1 });
    const bust = (id = "") => trades.bust(id, { bustedAt });
    await bust(second.trade?.id);
    const busted = await market.orders.get(order.id);
    expect(busted).toMatchObject({ status: "partially_filled", filledQuantity: "4", transactTime: null });
    await bust(second.trade?.id);
    expect(await market.orders.get(order.id)).toEqual(busted);
    const corrected = { bustedAt, quantity: "3", source: "test" };
    const { replacement } = await trades.correct(first.trade?.id ?? "", corrected);
    expect(await market.orders.get(order.id)).toMatchObject({ filledQuantity: "3" });
    await bust(replacement.id);
    expect(await market.orders.get(order.id)).toMatchObject({ status: "new", averageFillPrice: null });
    expect((await market.orders.listHistory(order.id)).items.map(({ type }) => type)).toEqual([
      "created",
      "filled",
      "filled",
      "busted",
      "busted",
      "busted",
    ]);
  });

  it("of an order that cannot hold what is left leaves the order as it is", async () => {
    const trades = createTrades(poolScope(market.database));
    const order = await orderAfter(state("rejected"));
    const fillOf = (exchangeTradeId: string, quantity: string) => ({
      exchange: order.exchange,
      account: order.account,
      symbol: order.symbol,
      side: order.side,
      exchangeTradeId,
      executedAt: order.createdAt,
      quantity,
      price: "100",
      settlementCurrency: "USD",
      orderId: order.id,
      source: "test",
    });
    const { id } = await trades.append(fillOf("T-9", "4"));
    await trades.bust(id, { bustedAt: order.createdAt.add({ hours: 1 }) });
    expect(await market.orders.get(order.id)).toEqual(order);
  });

  it("is not found before it was reported", async () => {
    const order = await orderAfter(state("new"));
    await expect(market.orders.applyExecutionReport(cancelOf(order, "T-4"))).rejects.toThrow(NotFoundError);
  });

  it("is corrected once, however often that is said, and corrected again by another report", async () => {
    const order = await orderAfter(fill("4", { exchangeTradeId: "T-5", fee: "0.1" }));
    const correct = (overrides: Partial<ExecutionReport>): ExecutionReport =>
      ({
        ...market.state(order, "new"),
        type: "trade_correct",
        exchangeTradeId: "T-5",
        quantity: "4",
        price: "100",
        settlementCurrency: "USD",
        source: "test",
        ...overrides,
      }) as ExecutionReport;
    const fee = correct({ fee: "0.2" });
    const first = await market.orders.applyExecutionReport(fee);
    expect(first.trade).toMatchObject({ correction: 1, fee: "0.2", quantity: "4" });
    const again = await market.orders.applyExecutionReport(fee);
    expect(again).toMatchObject({ outcome: "duplicate", trade: { id: first.trade?.id, correction: 1 } });
    const second = correct({ quantity: "5" });
    const quantity = await market.orders.applyExecutionReport(second);
    expect(quantity).toMatchObject({
      outcome: "applied",
      order: { filledQuantity: "5" },
      trade: { correction: 2 },
    });
    // Both again, as after a reconnect: nothing is corrected back.
    for (const report of [fee, second]) {
      const replayed = await market.orders.applyExecutionReport(report);
      expect(replayed).toMatchObject({ outcome: "duplicate", order: { filledQuantity: "5" } });
    }
  });
});

describe("corrections out of order", () => {
  it("leave the terms of the later one, by the venue's clock", async () => {
    const order = await orderAfter(fill("4", { exchangeTradeId: "T-7" }));
    const correct = (quantity: string, seconds: number): ExecutionReport => ({
      ...market.state(order, "new"),
      type: "trade_correct",
      exchangeTradeId: "T-7",
      quantity,
      price: "100",
      settlementCurrency: "USD",
      source: "test",
      transactTime: order.createdAt.add({ seconds }),
    });
    await market.orders.applyExecutionReport(correct("6", 2_000));
    const late = await market.orders.applyExecutionReport(correct("5", 1_500));
    expect(late).toMatchObject({
      outcome: "stale",
      order: { filledQuantity: "6" },
      trade: { quantity: "6" },
    });
  });

  it("need the time of the fill where the venue uses one id twice", async () => {
    const times = [market.at(50_000), market.at(140_000)];
    const order = await orderAfter(
      ...times.map((transactTime) => fill("2", { exchangeTradeId: "T-8", transactTime })),
    );
    const cancel: ExecutionReport = {
      ...market.state(order, "new", { transactTime: market.at(200_000) }),
      type: "trade_cancel",
      exchangeTradeId: "T-8",
    };
    await expect(market.orders.applyExecutionReport(cancel)).rejects.toMatchObject({ field: "executedAt" });
    const told = await market.orders.applyExecutionReport({ ...cancel, executedAt: times[0] });
    expect(told.trade?.executedAt.equals(market.at(50_000))).toBe(true);
    expect(told.order.filledQuantity).toBe("2");
  });
});

describe("what cannot be", () => {
  it("is taking back one of more fills of one name than are looked through", async () => {
    const order = await orderAfter(state("new"));
    const executedAt = (index: number) => order.createdAt.add({ seconds: index });
    const named = Array.from({ length: 1_001 }, (_, index) => ({
      exchange: "XTEST",
      account: "main",
      strategyId: market.strategyId,
      orderId: order.id,
      symbol: "BTC-USD",
      side: "buy" as const,
      exchangeTradeId: "again",
      executedAt: executedAt(index),
      quantity: "0.001",
      price: "100",
      settlementCurrency: "USD",
      source: "test",
    }));
    await createTrades(poolScope(market.database)).appendMany(named.slice(0, 1_000));
    const takeBack = (index: number) =>
      market.orders.applyExecutionReport({
        ...market.state(order, "new", { transactTime: executedAt(2_000) }),
        type: "trade_cancel",
        exchangeTradeId: "again",
        executedAt: executedAt(index),
      });
    expect((await takeBack(999)).trade?.executedAt).toEqual(executedAt(999));
    await createTrades(poolScope(market.database)).appendMany(named.slice(1_000));
    await expect(takeBack(1_000)).rejects.toThrow(ConflictError);
    await expect(takeBack(1_000)).rejects.toThrow("more than 1000 fills and corrections");
  });

  it("is a report on an order that is not there", async () => {
    const order = await orderAfter();
    const report = market.state({ ...order, id: market.newOrder().id }, "new");
    await expect(market.orders.applyExecutionReport(report)).rejects.toThrow(NotFoundError);
    const named = { ...report, order: { account: "main", exchange: "XTEST", clientOrderId: "nobody's" } };
    await expect(market.orders.applyExecutionReport(named)).rejects.toThrow(/nobody's of main on XTEST/);
  });

  it("is a fill of an order that was rejected: it is refused whole, so that it can be recorded otherwise", async () => {
    const order = await orderAfter(state("rejected"));
    const report = market.fill(order, "4", { exchangeTradeId: "T-6" });
    await expect(market.orders.applyExecutionReport(report)).rejects.toThrow(ConflictError);
    const { rows } = await market.database.query("select from trades where exchange_trade_id = 'T-6'");
    expect(rows).toEqual([]);
  });

  it.each<[string, object]>([
    ["type", { type: "stopped" }],
    ["fees", { fees: "0.5" }],
    ["executionId", { executionId: "" }],
    ["transactTime", { transactTime: "today" }],
    ["transactTime", { transactTime: "2099-01-01T00:00:00Z" }],
    ["quantity", { type: "fill", quantity: "0", price: "1", settlementCurrency: "USD", source: "test" }],
    ["price", { type: "fill", quantity: "1", price: 1, settlementCurrency: "USD", source: "test" }],
    [
      "settlementCurrency",
      { type: "fill", quantity: "1", price: "1", settlementCurrency: "usd", source: "test" },
    ],
    ["limitPrice", { type: "replaced", limitPrice: null }],
    ["quantity", { type: "replaced", quantity: "3" }],
    ["orderId", { order: { orderId: "1" } }],
    ["order", { order: undefined }],
  ])("is named: %s of %o", async (field, changes) => {
    const order = await orderAfter(state("new"), fill("4"));
    const report = { ...market.state(order, "new"), ...changes } as ExecutionReport;
    const refused = market.orders.applyExecutionReport(report);
    await expect(refused).rejects.toMatchObject({ kind: "invalid-input" });
    await expect(refused).rejects.toThrow(new RegExp(field, "u"));
  });
});

describe("a request of our own", () => {
  it("marks the order once, by the version it rests on", async () => {
    const order = await orderAfter(state("new"));
    const asked = await market.orders.requestCancel(order.id, {
      expectedVersion: order.version,
      reason: "flat",
    });
    expect(asked).toMatchObject({
      status: "pending_cancel",
      version: order.version + 1,
      statusReason: "flat",
    });
    expect(await market.orders.requestCancel(order.id, { expectedVersion: order.version })).toEqual(asked);
    const replace = market.orders.requestReplace(order.id, { expectedVersion: order.version });
    await expect(replace).rejects.toMatchObject({ kind: "conflict", field: "expectedVersion" });
  });

  it("is refused where the order has changed since, or is done", async () => {
    const order = await orderAfter(state("new"), fill("10"));
    const old = market.orders.requestCancel(order.id, { expectedVersion: order.version - 1 });
    await expect(old).rejects.toMatchObject({ field: "expectedVersion" });
    const done = market.orders.requestCancel(order.id, { expectedVersion: order.version });
    await expect(done).rejects.toMatchObject({ constraint: "orders_status_transition" });
  });

  it("is part of a caller's transaction, and undone with it", async () => {
    const order = await orderAfter(state("new"));
    const undone = market.database.transaction(async (transaction) => {
      const inside = createOrders(transactionScope(transaction));
      await inside.requestCancel(order.id, { expectedVersion: order.version });
      expect((await inside.get(order.id)).status).toBe("pending_cancel");
      throw new Error("changed my mind");
    });
    await expect(undone).rejects.toThrow("changed my mind");
    expect(await market.orders.get(order.id)).toEqual(order);
  });
});
