// Records that nobody made before, each with a name, a time and an id of its own. Not what becomes of them (write-cases.ts).
// Invariant: no two of one maker share a name, a moment or an id.
import { createId } from "../identity/time-ordered-id.ts";

/** Before all records of a maker. */
export const start = Temporal.Instant.from("2026-03-02T09:00:00Z");

/** Makes new records of every kind. */
export function createFreshRecords() {
  let serial = 0;
  const next = () => {
    serial += 1;
    const at = start.add({ seconds: serial });
    return { name: `name ${serial}`, at, id: createId(at) };
  };

  const newOrder = () => {
    const { name, at, id } = next();
    return {
      id,
      createdAt: at,
      account: "main",
      exchange: "XTEST",
      symbol: "BTC-USD",
      clientOrderId: name,
      side: "buy",
      type: "limit",
      quantity: "10",
      limitPrice: "100",
      source: "test",
    } as const;
  };
  const newFill = () => {
    const { name, at } = next();
    return {
      exchange: "XTEST",
      account: "main",
      symbol: name,
      side: "buy",
      exchangeTradeId: name,
      executedAt: at,
      quantity: "1",
      price: "100",
      settlementCurrency: "USD",
      source: "test",
    } as const;
  };
  const newStrategy = () => {
    const { name, at, id } = next();
    return {
      id,
      createdAt: at,
      name,
      kind: "test",
      baseCurrency: "USD",
      symbols: ["BTC-USD"],
      tags: ["tag"],
    };
  };
  const newSnapshot = () => {
    const { name, at, id } = next();
    return { id, takenAt: at, account: name, currency: "USD", equity: "100", cash: "100", source: "test" };
  };
  const newRecord = () => {
    const { name, at, id } = next();
    return { id, loggedAt: at, level: "info", component: "router", message: name } as const;
  };
  const child = (type: "stop" | "limit", stopPrice: string | null, limitPrice: string | null) => {
    const { name, at, id } = next();
    return { id, createdAt: at, clientOrderId: name, type, stopPrice, limitPrice };
  };
  const newSeries = () => ({ exchange: "XTEST", symbol: next().name, timeframe: "1m" }) as const;
  return { next, newOrder, newFill, newStrategy, newSnapshot, newRecord, newSeries, child };
}
