// Rows for lists: one at a time, at a place in time, under names and ids that nobody else has. Data for the tests of this folder.
import { createId } from "../identity/time-ordered-id.ts";
import type { NewOrder } from "../orders/order.ts";
import type { NewSnapshot } from "../portfolio/snapshot.ts";
import type { TradingData } from "../trading-data.ts";

/** Where days are counted from. */
export const start = Temporal.Instant.from("2026-03-02T09:00:00Z");

/** Makes rows; `daysBefore` is how many days before the beginning of all of them, and may be negative. */
export type PagedRows = ReturnType<typeof createPagedRows>;

/** @returns what makes rows in a database */
export function createPagedRows(data: TradingData) {
  let serial = 0;
  /** A name, and a moment that nobody else has. */
  const next = (daysBefore = 0) => {
    serial += 1;
    const at = start.subtract({ seconds: Math.round(daysBefore * 86_400) }).add({ milliseconds: serial });
    return { name: `name ${String(serial).padStart(6, "0")}`, at, id: createId(at) };
  };
  const submit = (daysBefore: number, others: Partial<NewOrder>) => {
    const { name, at, id } = next(daysBefore);
    return data.orders.submit({
      id,
      createdAt: at,
      account: "main",
      exchange: "XTEST",
      symbol: "BTC-USD",
      clientOrderId: name,
      side: "buy",
      type: "limit",
      quantity: "1000",
      limitPrice: "100",
      source: "test",
      ...others,
    });
  };
  const fill = (
    daysBefore: number,
    others: { readonly account?: string; readonly symbol?: string },
    side: "buy" | "sell" = "buy",
    seconds = 0,
  ) => {
    const { name, at } = next(daysBefore);
    return data.trades.append({
      exchange: "XTEST",
      account: "main",
      symbol: "BTC-USD",
      side,
      exchangeTradeId: name,
      executedAt: at.add({ seconds }),
      quantity: "1",
      price: "100",
      settlementCurrency: "USD",
      source: "test",
      ...others,
    });
  };
  const createStrategy = (daysBefore: number) => {
    const { name, at, id } = next(daysBefore);
    return data.strategies.create({ id, createdAt: at, name, kind: "test", baseCurrency: "USD" });
  };
  const snapshot = (daysBefore: number, others: Partial<NewSnapshot>) => {
    const { at, id } = next(daysBefore);
    return data.portfolio.append({
      id,
      takenAt: at,
      account: "main",
      currency: "USD",
      equity: "100",
      cash: "100",
      source: "test",
      ...others,
    });
  };
  const log = (daysBefore: number, component: string) => {
    const { at, id } = next(daysBefore);
    return data.logs.append({
      id,
      loggedAt: at,
      level: "warn",
      component,
      message: `told by ${component.replace(" ", "")}`,
      durationMilliseconds: 1_000 + serial,
      context: { component },
    });
  };
  const audit = (daysBefore: number, entityId: string) => {
    const { at, id } = next(daysBefore);
    return data.audit.append({
      id,
      occurredAt: at,
      action: "restart",
      entityType: "service",
      entityId,
      after: { status: entityId },
    });
  };
  const bar = async (
    daysBefore: number,
    series: { readonly exchange: string; readonly symbol: string },
    timeframe: "1m" | "1h" | "1d" = "1m",
  ) => {
    // Whole minutes, each of its own.
    const time = start.subtract({ minutes: Math.round(daysBefore * 1_440) });
    const close = 100 + (serial += 1);
    const values = { time, open: close, high: close, low: close, close, volume: 1 };
    await data.marketData.upsert({ ...series, timeframe }, [values], { source: "test", indicators: false });
  };
  return { next, submit, fill, createStrategy, snapshot, log, audit, bar };
}
