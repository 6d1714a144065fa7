// A replace that is told late, on a real server: the order is in the tables what it is in memory, works again where it was
// filled by its old quantity only, and keeps its end where it has one.
import { describe, expect, it } from "vitest";
import { COURSES, giveUntilTaken, permutations } from "./testing/late-replaces.ts";
import { useOrderMarket } from "./testing/order-market.ts";

const market = useOrderMarket();

describe("new, replaced, fills and end", () => {
  it.each(COURSES)("leave one state where the replace comes last: $name", async ({ reportsOf, end }) => {
    const before = reportsOf(await market.orders.submit(market.newOrder({ quantity: "1" })));
    const replace = before.findIndex(({ type }) => type === "replaced");
    const others = [...before.keys()].filter((index) => index !== replace);
    // In memory every order of arrival is tried; here of those before the replace a few.
    const arrivals = permutations(others).filter((_, index) => index % 6 === 0);
    for (const arrival of arrivals) {
      const order = await market.orders.submit(market.newOrder({ quantity: "1" }));
      const told = reportsOf(order);
      const reports = [...arrival, replace].flatMap((index) => told[index] ?? []);
      const waiting = await giveUntilTaken(reports, (report) => market.orders.applyExecutionReport(report));
      expect(waiting).toEqual([]);
      const after = await market.orders.get(order.id);
      expect(after, reports.map(({ type }) => type).join(", ")).toMatchObject({
        ...end,
        quantity: "5",
        limitPrice: "101",
        clientOrderId: `${order.clientOrderId} again`,
      });
      const { items } = await market.orders.listOpen({ account: order.account }, { limit: 1_000 });
      expect(items.some(({ id }) => id === order.id)).toBe(end.status === "partially_filled");
    }
  });

  it("that leave the terms as they were are kept as a replace, and outdate an older one", async () => {
    const order = await market.orders.submit(market.newOrder());
    const replaced = (limitPrice: string, seconds: number) => ({
      ...market.state(order, "new", { transactTime: order.createdAt.add({ seconds }) }),
      type: "replaced" as const,
      limitPrice,
    });
    await market.orders.applyExecutionReport(market.state(order, "new"));
    await market.orders.applyExecutionReport(replaced("100", 3_000));
    const late = await market.orders.applyExecutionReport(replaced("99", 2_000));
    expect(late).toMatchObject({ outcome: "stale", order: { limitPrice: "100" } });
    const { items } = await market.orders.listHistory(order.id);
    expect(items.map(({ type }) => type)).toEqual(["created", "accepted", "replaced"]);
  });

  it("that leave the terms as they were are kept as a replace, also where they acknowledge the order", async () => {
    const order = await market.orders.submit(market.newOrder());
    const replaced = (limitPrice: string, seconds: number) => ({
      ...market.state(order, "new", { transactTime: order.createdAt.add({ seconds }) }),
      type: "replaced" as const,
      limitPrice,
    });
    const told = await market.orders.applyExecutionReport(replaced("100", 3_000));
    expect(told).toMatchObject({ outcome: "applied", order: { status: "new", version: 3 } });
    expect(await market.orders.applyExecutionReport(replaced("100", 3_000))).toMatchObject({
      outcome: "applied",
      order: { version: 4 },
    });
    const late = await market.orders.applyExecutionReport(replaced("99", 2_000));
    expect(late).toMatchObject({ outcome: "stale", order: { limitPrice: "100" } });
    const { items } = await market.orders.listHistory(order.id);
    expect(items.map(({ type }) => type)).toEqual(["created", "replaced", "accepted", "replaced"]);
  });
});

describe("a correction of a price", () => {
  it("is no replace: one of before it, told after it, counts", async () => {
    const order = await market.orders.submit(market.newOrder());
    const at = (seconds: number) => ({ transactTime: order.createdAt.add({ seconds }) });
    await market.orders.applyExecutionReport(market.state(order, "new", at(1)));
    const fill = market.fill(order, "3", at(2));
    await market.orders.applyExecutionReport(fill);
    const exchangeTradeId = fill.exchangeTradeId ?? fill.executionId;
    await market.orders.applyExecutionReport({
      ...market.fill(order, "3", at(21)),
      type: "trade_correct",
      exchangeTradeId,
      price: "99",
    });
    const told = await market.orders.applyExecutionReport({
      ...market.state(order, "new", at(9)),
      type: "replaced",
      quantity: "12",
      limitPrice: "101",
    });
    expect(told).toMatchObject({
      outcome: "applied",
      order: { quantity: "12", limitPrice: "101", averageFillPrice: "99" },
    });
    const { items } = await market.orders.listHistory(order.id);
    expect(items.map(({ type }) => type)).toEqual(["created", "accepted", "filled", "updated", "replaced"]);
  });
});

describe("a fill of long before its order", () => {
  it("is refused, since no look for the fills of an order would find it", async () => {
    const order = await market.orders.submit(market.newOrder());
    const early = market.fill(order, "3", { transactTime: order.createdAt.subtract({ hours: 25 }) });
    await expect(market.orders.applyExecutionReport(early)).rejects.toMatchObject({
      constraint: "trades_order_before_fill",
      column: "executed_at",
    });
    const { rows } = await market.database.query("select from trades where order_id = $1", [order.id]);
    expect(rows).toEqual([]);
    expect(await market.orders.get(order.id)).toMatchObject({ filledQuantity: "0" });
    const justBefore = market.fill(order, "3", { transactTime: order.createdAt.subtract({ hours: 23 }) });
    const { order: filled } = await market.orders.applyExecutionReport(justBefore);
    expect(filled).toMatchObject({ filledQuantity: "3" });
  });
});

describe("a fill of a rejected order", () => {
  it("is a conflict also where it would fill it whole", async () => {
    const order = await market.orders.submit(market.newOrder());
    await market.orders.applyExecutionReport(market.state(order, "rejected"));
    const whole = market.orders.applyExecutionReport(market.fill(order, "10"));
    await expect(whole).rejects.toMatchObject({ kind: "conflict", constraint: "orders_status_transition" });
  });
});
