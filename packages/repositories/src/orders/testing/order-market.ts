// A database with a strategy, and orders and reports to try on it; each differs from the last in all that must be unique.
import type { Database } from "@app/database";
import { afterAll, beforeAll } from "vitest";
import { type FillsDatabase, openFillsDatabase } from "../../trades/testing/fills-database.ts";
import { createId } from "../../identity/time-ordered-id.ts";
import { poolScope } from "../../statements/scope.ts";
import type { FillReport, StateReport } from "../execution-report.ts";
import type { NewOrder, Order } from "../order.ts";
import { createOrders, type Orders } from "../orders.ts";

const start = Temporal.Instant.from("2026-03-02T09:00:00Z");

/** What a test works with; ready once its hooks have run. */
export interface OrderMarket {
  readonly database: Database;
  readonly orders: Orders;
  readonly strategyId: string;
  /** A limit order to buy 10 at 100. */
  newOrder(overrides?: Partial<NewOrder>): NewOrder;
  /** A moment `seconds` after the market opened. */
  at(seconds: number): Temporal.Instant;
  fill(order: Order, quantity: string, overrides?: Partial<FillReport>): FillReport;
  state(order: Order, type: StateReport["type"], overrides?: Partial<StateReport>): StateReport;
}

/** @returns a market on a database of its own, made before the tests of the file and dropped after them */
export function useOrderMarket(): OrderMarket {
  let opened: FillsDatabase;
  let database: Database;
  let orders: Orders;
  let serial = 0;
  const strategyId = createId(start);
  const next = (): number => (serial += 1);
  const at = (seconds: number): Temporal.Instant => start.add({ microseconds: Math.round(seconds * 1e6) });

  beforeAll(async () => {
    opened = await openFillsDatabase();
    ({ database } = opened);
    orders = createOrders(poolScope(database));
    await database.query(
      `insert into strategies (id, created_at, name, kind, base_currency, status, activated_at)
       values ($1, $2, 'strategy', 'test', 'USD', 'active', $2)`,
      [strategyId, start],
    );
  });
  afterAll(async () => {
    await opened.close();
  });

  return {
    get database() {
      return database;
    },
    get orders() {
      return orders;
    },
    strategyId,
    at,
    newOrder(overrides = {}) {
      const createdAt = overrides.createdAt ?? at(next());
      return {
        id: createId(createdAt),
        createdAt,
        account: "main",
        strategyId,
        exchange: "XTEST",
        symbol: "BTC-USD",
        clientOrderId: `client ${next()}`,
        side: "buy",
        type: "limit",
        quantity: "10",
        limitPrice: "100",
        source: "test",
        ...overrides,
      };
    },
    fill: (order, quantity, overrides = {}) => ({
      type: "fill",
      order: { orderId: order.id },
      executionId: `execution ${next()}`,
      transactTime: order.createdAt.add({ seconds: next() }),
      quantity,
      price: "100",
      settlementCurrency: "USD",
      source: "test",
      ...overrides,
    }),
    state: (order, type, overrides = {}) => ({
      type,
      order: { orderId: order.id },
      executionId: `execution ${next()}`,
      transactTime: order.createdAt.add({ seconds: next() }),
      ...overrides,
    }),
  };
}
