// Records that bear one text in every field that takes any text, at the times the reads of the inputs ask about. Data for the tests of
// this folder.
import type { TradingData } from "../trading-data.ts";
import { createFreshRecords, start } from "./fresh-records.ts";

/** @returns what stores one record of each kind that bears a text and nothing else */
export function createBearingRecords(data: TradingData): (text: string) => Promise<void> {
  const { next, newOrder, newFill, newStrategy, newSnapshot, newRecord } = createFreshRecords();
  return async (text) => {
    const instrument = { exchange: text, symbol: text };
    const strategy = await data.strategies.create({
      ...newStrategy(),
      name: text,
      kind: text,
      symbols: [text],
      tags: [text],
      configuration: { mode: text },
    });
    await data.strategies.activate(strategy.id);
    const order = await data.orders.submit({
      ...newOrder(),
      ...instrument,
      account: text,
      clientOrderId: text,
    });
    await data.orders.applyExecutionReport({
      type: "new",
      order: { orderId: order.id },
      executionId: text,
      transactTime: order.createdAt,
      venueOrderId: text,
    });
    // Bought back in part, cheaper: a fill with a profit, and a position that is open.
    const fill = { ...instrument, account: text, exchangeTradeId: text };
    await data.trades.append({ ...newFill(), ...fill, side: "sell" });
    await data.trades.append({ ...newFill(), ...fill, quantity: "0.5", price: "90" });
    const snapshot = { account: text, marginUsedPercentage: "90" };
    await data.portfolio.append({ ...newSnapshot(), ...snapshot });
    await data.portfolio.append({ ...newSnapshot(), ...snapshot, equity: "10", cash: "10" });
    await data.logs.append({
      ...newRecord(),
      level: "error",
      component: text,
      correlationId: text,
      message: text,
      durationMilliseconds: 5_000,
      context: { orderId: text },
    });
    const { id, at } = next();
    await data.audit.append({
      id,
      occurredAt: at,
      action: "restart",
      entityType: text,
      entityId: text,
      after: { status: text },
    });
    const bar = { time: start, open: 10, high: 11, low: 9, close: 10, volume: 1 };
    await data.marketData.upsert({ ...instrument, timeframe: "1m" }, [bar], {
      source: text,
      indicators: false,
    });
    await data.query("refresh materialized view market_overview");
  };
}
