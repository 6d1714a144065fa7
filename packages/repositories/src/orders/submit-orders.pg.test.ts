// Orders on their way in: once however often they are sent, all or none, and refused by name where they cannot be.
import { ConflictError, InvalidInputError } from "@app/database";
import { describe, expect, it } from "vitest";
import { createId } from "../identity/time-ordered-id.ts";
import type { NewOrder } from "./order.ts";
import { useOrderMarket } from "./testing/order-market.ts";

const market = useOrderMarket();

describe("an order", () => {
  it("is stored as it was given, and is pending until the venue says otherwise", async () => {
    const given = market.newOrder({
      quantity: "12.500000000000000001",
      limitPrice: "99999999999999999999.000000000000000001",
      timeInForce: "gtd",
      expiresAt: "2026-04-01T00:00:00Z",
      venueMic: "XNAS",
      instrumentIsin: "US0378331005",
      tradingCapacity: "deal",
      postOnly: true,
      retainUntil: "2040-01-31",
    });
    const order = await market.orders.submit(given);
    expect(order).toMatchObject({
      id: given.id,
      status: "pending_new",
      version: 1,
      quantity: "12.500000000000000001",
      limitPrice: "99999999999999999999.000000000000000001",
      filledQuantity: "0",
      remainingQuantity: "12.500000000000000001",
      averageFillPrice: null,
      venueOrderId: null,
      tradingCapacity: "deal",
      postOnly: true,
      reduceOnly: false,
    });
    expect(order.expiresAt?.toString()).toBe("2026-04-01T00:00:00Z");
    expect(order.retainUntil?.toString()).toBe("2040-01-31");
    expect(await market.orders.get(given.id)).toEqual(order);
  });

  it("sent twice is one order with one event", async () => {
    const given = market.newOrder();
    const first = await market.orders.submit(given);
    expect(await market.orders.submit(given)).toEqual(first);
    // The same amounts written otherwise are the same amounts.
    expect(await market.orders.submit({ ...given, quantity: "10.0", limitPrice: "100.00" })).toEqual(first);
    expect((await market.orders.listHistory(given.id)).items).toHaveLength(1);
  });

  it("sent again after it was replaced and filled is still the order that was submitted", async () => {
    const given = market.newOrder();
    const order = await market.orders.submit(given);
    await market.orders.applyExecutionReport({
      ...market.state(order, "new"),
      type: "replaced",
      quantity: "20",
      limitPrice: "101",
      clientOrderId: `${given.clientOrderId} again`,
    });
    await market.orders.applyExecutionReport(market.fill(order, "20"));
    expect(await market.orders.submit(given)).toMatchObject({ status: "filled", quantity: "20", version: 3 });
  });

  it.each<[string, Partial<NewOrder>]>([
    ["quantity", { quantity: "11" }],
    ["limitPrice", { limitPrice: "100.01" }],
    ["symbol", { symbol: "ETH-USD" }],
    ["account", { account: "other" }],
    ["timeInForce", { timeInForce: "day" }],
    ["strategyId", { strategyId: null }],
    ["source", { source: "elsewhere" }],
  ])("of an id that was submitted with another %s is a conflict that names it", async (field, changes) => {
    const given = market.newOrder();
    await market.orders.submit(given);
    const again = market.orders.submit({ ...given, ...changes });
    await expect(again).rejects.toThrow(ConflictError);
    await expect(again).rejects.toMatchObject({ field });
    expect(await market.orders.get(given.id)).toMatchObject({ quantity: "10", version: 1 });
  });

  it("of another id and the name of one that works is a conflict, and free once that is done", async () => {
    const given = market.newOrder();
    const order = await market.orders.submit(given);
    const namesake = market.newOrder({ clientOrderId: given.clientOrderId });
    await expect(market.orders.submit(namesake)).rejects.toMatchObject({
      kind: "conflict",
      field: "clientOrderId",
      constraint: "open_orders_client_order_id_key",
      message: `clientOrderId: another order of the account main that works on XTEST is called ${given.clientOrderId}.`,
    });
    const among = market.orders.submitMany([market.newOrder(), namesake]);
    await expect(among).rejects.toMatchObject({ field: "orders[1].clientOrderId" });
    await market.orders.applyExecutionReport(market.state(order, "canceled"));
    expect(await market.orders.submit(namesake)).toMatchObject({ status: "pending_new" });
  });

  it("of another id, and the name and moment of one that is done, is an order of its own", async () => {
    const given = market.newOrder();
    const order = await market.orders.submit(given);
    await market.orders.applyExecutionReport(market.state(order, "canceled"));
    const namesake = await market.orders.submit({ ...given, id: createId(given.createdAt) });
    expect(namesake).toMatchObject({ status: "pending_new", clientOrderId: given.clientOrderId });
  });

  it("of a strategy or a parent that is not there is a conflict that names it, and says so", async () => {
    const missing = createId(market.at(1));
    const ofStrategy = market.orders.submit(market.newOrder({ strategyId: missing }));
    await expect(ofStrategy).rejects.toMatchObject({ kind: "conflict", field: "strategyId" });
    await expect(ofStrategy).rejects.toThrow(`strategyId: there is no strategy ${missing}.`);
    const ofParent = market.orders.submit(market.newOrder({ parentOrderId: missing }));
    await expect(ofParent).rejects.toMatchObject({ kind: "conflict", field: "parentOrderId" });
    await expect(ofParent).rejects.toThrow(`parentOrderId: there is no order ${missing}.`);
  });

  it("is one order when many sessions submit it at once", async () => {
    const given = market.newOrder();
    const all = await Promise.all(Array.from({ length: 8 }, () => market.orders.submit(given)));
    for (const order of all) expect(order).toEqual(all[0]);
    expect((await market.orders.listHistory(given.id)).items).toHaveLength(1);
  });
});

describe("many orders", () => {
  it("are submitted in one statement and come back in the order given", async () => {
    const given = Array.from({ length: 500 }, () => market.newOrder());
    const orders = await market.orders.submitMany(given);
    expect(orders.map(({ id }) => id)).toEqual(given.map(({ id }) => id));
    const [first, ...rest] = given;
    const mixed = [...rest, market.newOrder(), first ?? market.newOrder()];
    expect((await market.orders.submitMany(mixed)).map(({ id }) => id)).toEqual(mixed.map(({ id }) => id));
    expect(await market.orders.submitMany([])).toEqual([]);
  });

  it("are all refused when one of them is, by its place", async () => {
    const good = market.newOrder();
    const bad = market.orders.submitMany([good, market.newOrder({ quantity: "0" })]);
    await expect(bad).rejects.toMatchObject({ field: "orders[1].quantity" });
    const orphan = market.orders.submitMany([
      good,
      market.newOrder({ parentOrderId: createId(market.at(1)) }),
    ]);
    await expect(orphan).rejects.toMatchObject({
      kind: "conflict",
      field: "orders[1].parentOrderId",
      constraint: "orders_parent_order_id_exists",
    });
    expect(await market.orders.find(good.id)).toBeUndefined();
    await expect(market.orders.submitMany([good, good])).rejects.toMatchObject({ field: "orders[1].id" });
    const only = market.orders.submitMany([market.newOrder({ quantity: "0" })]);
    await expect(only).rejects.toMatchObject({ field: "orders[0].quantity" });
  });
});

describe("a bracket", () => {
  const bracketOf = (entry: NewOrder) => ({
    entry,
    stopLoss: {
      id: createId(entry.createdAt),
      createdAt: entry.createdAt,
      clientOrderId: `${entry.clientOrderId} stop`,
      type: "stop" as const,
      stopPrice: "90",
    },
    takeProfit: {
      id: createId(entry.createdAt),
      createdAt: entry.createdAt,
      clientOrderId: `${entry.clientOrderId} profit`,
      type: "limit" as const,
      limitPrice: "120",
    },
  });

  it("is an entry with two children that close it, stored as one and once", async () => {
    const bracket = bracketOf(market.newOrder());
    const submitted = await market.orders.submitBracket(bracket);
    const child = { side: "sell", quantity: "10", parentOrderId: bracket.entry.id, reduceOnly: true };
    expect(submitted.stopLoss).toMatchObject({ ...child, type: "stop", stopPrice: "90" });
    expect(submitted.takeProfit).toMatchObject({ ...child, type: "limit", limitPrice: "120" });
    expect(await market.orders.submitBracket(bracket)).toEqual(submitted);
    const first = await market.orders.listChildren(bracket.entry.id, { limit: 1 });
    const second = await market.orders.listChildren(bracket.entry.id, { limit: 1, cursor: first.next });
    expect(second.next).toBeUndefined();
    expect([...first.items, ...second.items].map(({ id }) => id).toSorted()).toEqual(
      [bracket.stopLoss.id, bracket.takeProfit.id].toSorted(),
    );
  });

  it.each<[string, Readonly<Record<string, object>>, string]>([
    ["a stop above a long entry", { stopLoss: { stopPrice: "101" } }, "stopLoss.stopPrice"],
    ["a profit below a long entry", { takeProfit: { limitPrice: "99" } }, "takeProfit.limitPrice"],
    ["a child that closes more than the entry", { takeProfit: { quantity: "10.1" } }, "takeProfit.quantity"],
    ["what only the entry says", { stopLoss: { symbol: "ETH-USD" } }, "stopLoss.symbol"],
    ["a stop below a short entry", { entry: { side: "sell" } }, "stopLoss.stopPrice"],
  ])("is refused with %s", async (_, changes, field) => {
    const bracket = bracketOf(market.newOrder());
    const changed = {
      entry: { ...bracket.entry, ...changes["entry"] },
      stopLoss: { ...bracket.stopLoss, ...changes["stopLoss"] },
      takeProfit: { ...bracket.takeProfit, ...changes["takeProfit"] },
    };
    const refused = market.orders.submitBracket(changed);
    await expect(refused).rejects.toMatchObject({ kind: "invalid-input", field });
  });

  it("of a short entry, or of one without a limit, takes the prices as they are meant", async () => {
    const short = bracketOf(market.newOrder({ side: "sell" }));
    await market.orders.submitBracket({
      ...short,
      stopLoss: { ...short.stopLoss, stopPrice: "120", quantity: "4" },
      takeProfit: { ...short.takeProfit, limitPrice: "90" },
    });
    const unlimited = bracketOf(market.newOrder({ type: "market", limitPrice: null }));
    const { stopLoss } = await market.orders.submitBracket(unlimited);
    expect(stopLoss).toMatchObject({ side: "sell", stopPrice: "90" });
  });

  it("is refused as a whole, with the part and the field named", async () => {
    const bracket = bracketOf(market.newOrder());
    const broken = { ...bracket, stopLoss: { ...bracket.stopLoss, stopPrice: "1e5" } };
    await expect(market.orders.submitBracket(broken)).rejects.toMatchObject({ field: "stopLoss.stopPrice" });
    const limit = { ...bracket, stopLoss: { ...bracket.takeProfit, id: bracket.stopLoss.id } };
    await expect(market.orders.submitBracket(limit)).rejects.toMatchObject({ field: "stopLoss.type" });
    const repeated = { ...bracket, takeProfit: { ...bracket.takeProfit, id: bracket.stopLoss.id } };
    await expect(market.orders.submitBracket(repeated)).rejects.toMatchObject({ field: "takeProfit.id" });
    expect(await market.orders.find(bracket.entry.id)).toBeUndefined();
  });
});

describe("bad input", () => {
  const time = "2026-03-02T09:00:00.123456Z";
  const createdAt = Temporal.Instant.from("2099-01-01T00:00:00Z");
  const ahead = { id: createId(createdAt), createdAt };
  it.each<[string, string, Partial<Record<keyof NewOrder, unknown>>]>([
    ["an id of version 4", "id", { id: "5f0b9d6e-3c1a-4e7e-9d2f-0a1b2c3d4e5f" }],
    ["an id of another time", "id", { id: createId("2026-03-02T09:00:01Z"), createdAt: time }],
    ["an id that is none", "id", { id: "'; drop table orders; --" }],
    ["a field that is none", "limitprice", { limitprice: "100" } as object],
    ["a time more than a day ahead", "createdAt", ahead],
    ["a time in local form", "createdAt", { createdAt: "2026-03-02 09:00" }],
    ["a time finer than a microsecond", "createdAt", { createdAt: "2026-03-02T09:00:00.123456789Z" }],
    ["a Date that is none", "createdAt", { createdAt: new Date(Number.NaN) }],
    ["a number for an amount", "quantity", { quantity: 10 }],
    ["NaN", "quantity", { quantity: "NaN" }],
    ["an exponent", "quantity", { quantity: "1e3" }],
    ["nothing", "quantity", { quantity: "0.00" }],
    ["a negative amount", "quantity", { quantity: "-1" }],
    ["a decimal of 40 digits", "quantity", { quantity: "1234567890123456789012345678901234567890" }],
    ["19 decimal places", "limitPrice", { limitPrice: "1.0000000000000000001" }],
    ["a limit order without a limit", "limitPrice", { limitPrice: null }],
    ["a limit order with a stop", "stopPrice", { stopPrice: "99" }],
    ["a side that is none", "side", { side: "short" }],
    ["a type that is none", "type", { type: "toString" }],
    ["no symbol", "symbol", { symbol: "" }],
    ["a symbol with a lone surrogate", "symbol", { symbol: "BTC\uD800" }],
    ["a symbol with a NUL", "symbol", { symbol: "BTC\0" }],
    ["a name of 201 characters", "clientOrderId", { clientOrderId: "x".repeat(201) }],
    ["a name with a blank at its end", "clientOrderId", { clientOrderId: "order " }],
    ["an end for an order that has none", "expiresAt", { expiresAt: "2030-01-01T00:00Z" }],
    ["an end before the beginning", "expiresAt", { timeInForce: "gtd", expiresAt: "2020-01-01T00:00Z" }],
    ["an ISIN that is none", "instrumentIsin", { instrumentIsin: "US037833100" }],
    ["a day that is none", "retainUntil", { retainUntil: "2040-02-30" }],
    ["its own parent", "parentOrderId", {}],
  ])("%s is refused before anything is sent", async (_, field, changes) => {
    const order = { ...market.newOrder(), ...changes } as NewOrder;
    const given = field === "parentOrderId" ? { ...order, parentOrderId: order.id } : order;
    const refused = market.orders.submit(given);
    await expect(refused).rejects.toThrow(InvalidInputError);
    await expect(refused).rejects.toMatchObject({ field, sqlState: undefined });
  });

  it("of SQL in every text is stored as the text it is", async () => {
    const sql = `'); drop table orders; --`;
    const order = await market.orders.submit(
      market.newOrder({
        account: sql,
        exchange: sql,
        symbol: sql,
        clientOrderId: sql,
        source: sql,
        clientId: sql,
      }),
    );
    expect(await market.orders.get(order.id)).toMatchObject({ account: sql, symbol: sql, clientId: sql });
    const { items } = await market.orders.listOpen({ account: sql });
    expect(items).toHaveLength(1);
  });
});
