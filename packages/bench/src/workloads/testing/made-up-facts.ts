// Facts of a database that is not there, for tests of what is drawn from them: one row of each kind.
import type { BenchFacts } from "../bench-facts.ts";

const at = Temporal.Instant.from("2026-03-02T14:30:00Z");
const strategyId = "019caf2c-0d40-7000-8000-000000000001";
const id = "019caf2c-0d40-7000-8000-000000000002";
const place = { account: "main", exchange: "XNAS", symbol: "AAPL" } as const;

const order = {
  ...place,
  id,
  createdAt: at,
  updatedAt: at.add({ seconds: 1 }),
  strategyId,
  clientOrderId: "client-1",
  venueOrderId: "venue-1",
  executionId: "execution-1",
};

/** One row of each kind. */
export const madeUpFacts: BenchFacts = {
  series: [
    {
      exchange: "XNAS",
      symbol: "AAPL",
      timeframe: "1m",
      firstTime: at.subtract({ hours: 240 }),
      lastTime: at,
      bars: 2_730,
    },
  ],
  strategies: [
    {
      id: strategyId,
      name: "momentum 1",
      kind: "momentum",
      createdAt: at.subtract({ hours: 2_000 }),
      currency: "USD",
      symbols: ["AAPL"],
      tags: ["live"],
    },
  ],
  positions: [
    { ...place, strategyId, currency: "USD", firstFillAt: at.subtract({ hours: 1_000 }), lastFillAt: at },
  ],
  curves: [{ account: "main", strategyId, currency: "USD", lastTakenAt: at }],
  orders: [order],
  openOrders: [order],
  trades: [
    {
      ...place,
      id,
      executedAt: at,
      strategyId,
      orderId: id,
      side: "buy",
      exchangeTradeId: "trade-1",
      correction: 0,
      currency: "USD",
      price: "101.25",
    },
  ],
  snapshots: [{ id, takenAt: at, account: "main", strategyId, currency: "USD" }],
  logs: [
    {
      id,
      loggedAt: at,
      component: "router",
      message: "order 1 sent",
      strategyId,
      correlationId: "request 1",
      context: { symbol: "AAPL" },
    },
  ],
  audits: [{ id, occurredAt: at, entityType: "strategy", entityId: strategyId, actor: "operator" }],
  orderEvents: [{ id, eventTime: at }],
};
