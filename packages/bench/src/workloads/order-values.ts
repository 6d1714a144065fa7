// Values for what is asked of orders: an order of any age, and the stretch of time in which a page would look for it.
import { usualFillDays } from "@app/schema/queries";
import type { BenchFacts, OrderFact } from "./bench-facts.ts";
import {
  type DrawValues,
  LOWEST_ID,
  lookUpWindow,
  PAGE,
  presentOf,
  type QueryValues,
  windowBefore,
  windowsBack,
} from "./query-values.ts";

/** The first window of a list of orders is two days. */
const WINDOW_HOURS = 48;

const MOST_ORDERS_BY_ID = 50;

function keysOf(order: OrderFact): QueryValues {
  return {
    id: order.id,
    orderId: order.id,
    account: order.account,
    strategyId: order.strategyId,
    exchange: order.exchange,
    symbol: order.symbol,
    clientOrderId: order.clientOrderId,
    venueOrderId: order.venueOrderId ?? "none",
    executionId: order.executionId ?? "none",
    ...windowBefore(order.createdAt, WINDOW_HOURS),
    limit: PAGE,
    version: 0,
    knownAt: order.updatedAt.add({ hours: 1 }),
    depth: "0",
  };
}

const order: DrawValues = (facts, draw) => keysOf(draw.one("orders", facts.orders));
const openOrder: DrawValues = (facts, draw) => ({
  ...keysOf(draw.one("open orders", facts.openOrders)),
  cursorTime: "9999-12-31T00:00:00Z",
});

const presentOfOrders = ({ orders }: BenchFacts): Temporal.Instant =>
  presentOf(orders.map(({ createdAt }) => createdAt));

/** By a name of it, in the window of its age: orders that work no more are sought back from the present. */
const named: DrawValues = (facts, draw) => {
  const drawn = draw.one("orders", facts.orders);
  return { ...keysOf(drawn), ...lookUpWindow(drawn.createdAt, presentOfOrders(facts)), limit: 1 };
};

/** Up to the last change of the order, behind which nothing of it lies. */
const untilChanged: DrawValues = (facts, draw) => {
  const drawn = draw.one("orders", facts.orders);
  return { ...keysOf(drawn), to: drawn.updatedAt };
};

/** An order younger than this is asked about up to tomorrow, without a look at its last change. */
const YOUNG_HOURS = 48;

const wholeLife: DrawValues = (facts, draw) => {
  const drawn = draw.one("orders", facts.orders);
  const present = presentOfOrders(facts);
  const isYoung = present.since(drawn.createdAt).total("hours") < YOUNG_HOURS;
  return { ...keysOf(drawn), to: isYoung ? present.add({ hours: 24 }) : drawn.updatedAt };
};

/** Until a day after what was recorded by the moment; of an order that is not young until its last change, which is before that moment. */
const knownLife: DrawValues = (facts, draw) => {
  const drawn = draw.one("orders", facts.orders);
  const isYoung = presentOfOrders(facts).since(drawn.createdAt).total("hours") < YOUNG_HOURS;
  return { ...keysOf(drawn), to: isYoung ? drawn.updatedAt.add({ hours: 25 }) : drawn.updatedAt };
};

/** From a day before it on, since the clocks of those who made the orders differ. */
const children: DrawValues = (facts, draw) => {
  const drawn = draw.one("orders", facts.orders);
  return { ...keysOf(drawn), from: drawn.createdAt.subtract({ hours: 24 }), cursorId: LOWEST_ID };
};

/** Events of an order come later than it; the page ends after its last change. */
const orderEvent: DrawValues = (facts, draw) => {
  const drawn = draw.one("orders", facts.orders);
  return { ...keysOf(drawn), ...windowBefore(drawn.updatedAt, WINDOW_HOURS) };
};

/** An execution has few events, which fill no page: every window back to the beginning is read, one at a time. */
const execution: DrawValues = (facts, draw) => ({
  ...keysOf(draw.one("orders", facts.orders)),
  ...draw.one("windows", windowsBack(presentOfOrders(facts))),
});

/** Orders that were made near each other. */
const ordersById: DrawValues = (facts, draw) => {
  const drawn = draw.one("orders", facts.orders);
  const near = facts.orders
    .filter(({ createdAt }) => Math.abs(createdAt.since(drawn.createdAt).total("hours")) < WINDOW_HOURS)
    .slice(0, MOST_ORDERS_BY_ID);
  const times = near
    .map(({ createdAt }) => createdAt)
    .toSorted((one, other) => Temporal.Instant.compare(one, other));
  return {
    ...keysOf(drawn),
    ids: near.map(({ id }) => id),
    from: times[0] ?? drawn.createdAt,
    to: (times.at(-1) ?? drawn.createdAt).add({ milliseconds: 1 }),
    knownAt: drawn.createdAt.add({ hours: 24 }),
    marks: JSON.stringify([{ exchange: drawn.exchange, symbol: drawn.symbol, price: "100" }]),
    timeframe: "1m",
  };
};

/** The same as they were known a day later. */
const ordersKnown: DrawValues = (facts, draw) => {
  const drawn = ordersById(facts, draw);
  const { knownAt } = drawn;
  return { ...drawn, to: knownAt instanceof Temporal.Instant ? knownAt.add({ hours: 24 }) : knownAt };
};

/** Of an order that was filled, and one of its fills. */
const filledOrder: DrawValues = (facts, draw) => {
  const trade = draw.one(
    "fills of orders",
    facts.trades.filter(({ orderId }) => orderId !== null),
  );
  return {
    orderId: trade.orderId,
    exchangeTradeId: trade.exchangeTradeId,
    // No late ones: an empty span, as the repositories ask then.
    from: trade.executedAt.add({ hours: (usualFillDays + 1) * 24 }),
    to: trade.executedAt.add({ hours: usualFillDays * 24 }),
  };
};

/** Values for the questions about orders. */
export const orderValues = {
  "orders.get": order,
  "orders.find_by_client_order_id": named,
  "orders.find_by_venue_order_id": named,
  "open_orders.list_by_account": openOrder,
  "open_orders.list_by_strategy": openOrder,
  "open_orders.list_by_symbol": openOrder,
  "open_orders.find_by_client_order_id": openOrder,
  "open_orders.find_by_former_client_order_id": openOrder,
  "open_orders.find_by_venue_order_id": openOrder,
  "open_orders.list_expiring": (facts, draw) => ({
    ...openOrder(facts, draw),
    to: draw.one("open orders", facts.openOrders).createdAt.add({ hours: 24 * 30 }),
    // The first page, of those that expire first.
    cursorTime: "1970-01-01T00:00:00Z",
    cursorId: "00000000-0000-0000-0000-000000000000",
  }),
  "open_orders.list_of_strategy": (facts, draw) => ({
    ...openOrder(facts, draw),
    account: null,
    cursorTime: "1970-01-01T00:00:00Z",
    cursorId: "00000000-0000-0000-0000-000000000000",
  }),
  "orders.list_by_id": ordersById,
  "orders.list_by_strategy": order,
  "orders.list_by_account": order,
  "orders.list_by_symbol": order,
  "orders.list_children": children,
  "orders.list_rejected": order,
  "late_fill_spans.get": filledOrder,
  "orders.filled_by_trades": filledOrder,
  "orders.list_fill": filledOrder,
  "orders.notionals": ordersById,
  "order_events.list_by_order": wholeLife,
  "order_events.standing": untilChanged,
  "order_events.known_at": knownLife,
  "order_events.list_known_at": ordersKnown,
  "order_events.list_by_strategy": orderEvent,
  "order_events.list_by_account": orderEvent,
  "order_events.list_rejections": orderEvent,
  "order_events.find_by_execution_id": execution,
  "order_events.find_by_change": (facts, draw) => ({ ...orderEvent(facts, draw), field: "client_order_id" }),
} as const satisfies Readonly<Record<string, DrawValues>>;
