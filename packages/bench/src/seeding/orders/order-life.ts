// The life of one seeded order: its row as it is now, and every event that led there, as the triggers of orders would have
// written them. Invariant: each change of status passes the transition table, each event counts the version by one and is later
// than the one before it.
import { canChangeOrderStatus, type OrderEventType, type OrderStatus } from "@app/schema/vocabulary";
import { unitsText } from "../amounts.ts";
import type { RandomStream } from "../random-stream.ts";
import { timeOrderedIdAt } from "../time-ordered-id.ts";
import type { FillRow, OrderEventRow, OrderRow } from "./order-rows.ts";

/** What a report changes of an order. */
export interface OrderChange {
  readonly status?: OrderStatus;
  readonly statusReason?: string | null;
  readonly venueOrderId?: string;
  readonly clientOrderId?: string;
  readonly limitTicks?: number;
  readonly endedAs?: "canceled" | "expired";
}

/** One fill of an order. */
export interface FillTerms {
  readonly lots: number;
  readonly ticks: number;
  readonly isMaker: boolean;
  readonly exchangeTradeId: string;
}

/** An order and what happens to it. */
export interface OrderLife {
  readonly order: Readonly<OrderRow>;
  readonly events: readonly OrderEventRow[];
  readonly fills: readonly FillRow[];
  /** The venue says something about the order. Times are microseconds since 1970. */
  report(at: number, executionId: string, change: OrderChange): void;
  /** The venue executes a part of it. */
  fill(at: number, executionId: string, terms: FillTerms): void;
  /** The venue takes back the last fill. */
  bustLastFill(at: number, executionId: string, reason: string): void;
}

/** Time between the venue's clock and ours, in microseconds. */
const TRANSMISSION = 850;

const ended = new Set<OrderStatus>(["canceled", "rejected", "expired", "suspended"]);

/** The event a change is, as functions/order-lifecycle.ts of the schema decides it. */
function eventType(before: OrderRow, after: OrderRow): OrderEventType {
  if (after.filledLots > before.filledLots) return "filled";
  if (after.filledLots < before.filledLots) return "busted";
  if (after.limitTicks !== before.limitTicks) return "replaced";
  if (after.status === before.status) return "updated";
  if (after.status === "new") return "accepted";
  if (after.status === "pending_cancel") return "cancel_requested";
  if (after.status === "pending_replace") return "replace_requested";
  switch (after.status) {
    case "canceled":
    case "rejected":
    case "expired":
    case "suspended":
      return after.status;
    case "pending_new":
    case "partially_filled":
    case "filled":
      return "updated";
    default:
      return after.status satisfies never;
  }
}

/** Whatever else changed, as JSON text of column: [before, after]. */
function otherChanges(before: OrderRow, after: OrderRow): string | null {
  const changes: string[] = [];
  const add = (column: string, old: string, now: string): void => {
    if (old !== now) changes.push(`"${column}":[${old},${now}]`);
  };
  const price = (ticks: number | null): string =>
    ticks === null ? "null" : unitsText(ticks, before.instrument.priceDecimals);
  add("client_order_id", JSON.stringify(before.clientOrderId), JSON.stringify(after.clientOrderId));
  add("venue_order_id", JSON.stringify(before.venueOrderId), JSON.stringify(after.venueOrderId));
  add("limit_price", price(before.limitTicks), price(after.limitTicks));
  add("ended_as", JSON.stringify(before.endedAs), JSON.stringify(after.endedAs));
  return changes.length === 0 ? null : `{${changes.join(",")}}`;
}

/** @param initial the order as it is submitted */
export function createOrderLife(initial: OrderRow, random: RandomStream): OrderLife {
  let order = initial;
  const fills: FillRow[] = [];
  const events: OrderEventRow[] = [eventOf(undefined, order)];

  function eventOf(before: OrderRow | undefined, after: OrderRow): OrderEventRow {
    return {
      id: timeOrderedIdAt(random, after.updatedAt),
      type: before === undefined ? "created" : eventType(before, after),
      fromStatus: before?.status ?? null,
      changes: before === undefined ? null : otherChanges(before, after),
      order: after,
    };
  }

  function become(at: number, executionId: string, change: Partial<OrderRow>): void {
    const after: OrderRow = {
      ...order,
      ...change,
      version: order.version + 1,
      updatedAt: Math.max(at + TRANSMISSION, order.updatedAt + 1),
      transactTime: at,
      lastExecutionId: executionId,
    };
    if (!canChangeOrderStatus(order.status, after.status)) {
      throw new RangeError(`An order cannot change from ${order.status} to ${after.status}.`);
    }
    events.push(eventOf(order, after));
    order = after;
  }

  function statusAfter(filledLots: number): OrderStatus {
    if (filledLots === order.lots) return "filled";
    // A fill under way changes no state that was asked for, and none that ended the order.
    if (order.status === "pending_cancel" || order.status === "pending_replace" || ended.has(order.status)) {
      return order.status;
    }
    return filledLots === 0 ? "new" : "partially_filled";
  }

  return {
    get order() {
      return order;
    },
    events,
    fills,
    report(at, executionId, change) {
      become(at, executionId, {
        statusReason: change.statusReason ?? null,
        ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)),
      });
    },
    fill(at, executionId, { lots, ticks, isMaker, exchangeTradeId }) {
      const filledLots = order.filledLots + lots;
      const filledCost = order.filledCost + BigInt(lots) * BigInt(ticks);
      fills.push({
        id: timeOrderedIdAt(random, at),
        executedAt: at,
        order,
        lots,
        ticks,
        isMaker,
        exchangeTradeId,
        bustedAt: null,
        bustReason: null,
      });
      become(at, executionId, { status: statusAfter(filledLots), filledLots, filledCost });
    },
    bustLastFill(at, executionId, reason) {
      const last = fills.pop();
      if (last === undefined) throw new RangeError("An order without fills has none to take back.");
      fills.push({ ...last, bustedAt: at, bustReason: reason });
      const filledLots = order.filledLots - last.lots;
      become(at, executionId, {
        status: filledLots === 0 ? "new" : "partially_filled",
        filledLots,
        filledCost: order.filledCost - BigInt(last.lots) * BigInt(last.ticks),
        statusReason: reason,
      });
    },
  };
}
