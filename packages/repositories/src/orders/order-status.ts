// What a report makes of the state of an order, by what it is and what is filled. Terms, times and history are order-state.ts.
// Source of which state outranks which: FIX 4.4, Volume 1, OrdStatus precedence; FIX 5.0 SP2, Volume 4, order state change matrices.
import { ConflictError, type Decimal } from "@app/database";
import { canChangeOrderStatus, finalOrderStatuses, type OrderStatus } from "@app/schema/vocabulary";
import { exact, isSameAmount } from "../amounts/exact-decimal.ts";
import type { CheckedReport } from "./execution-report.ts";
import type { Order } from "./order.ts";

/** Whether no report but one about fills or terms changes it. */
export const isFinal = (status: OrderStatus): boolean => finalOrderStatuses.some((final) => final === status);

/** The state of an order that works, by what is filled. */
function workingStatus(filled: Decimal): OrderStatus {
  return exact(filled).eq(0) ? "new" : "partially_filled";
}

/** What a changed sum of fills, or another quantity, makes of a state. */
export function statusBy(
  order: Order,
  quantity: Decimal,
  filledQuantity: Decimal,
  beforeLastFill: OrderStatus | null,
): OrderStatus {
  if (order.status === "rejected") {
    if (exact(filledQuantity).eq(0)) return "rejected";
    throw new ConflictError(
      `Order ${order.id} was rejected, and a fill of it was reported. Record the fill without its order and ask the venue.`,
      { table: "orders", constraint: "orders_status_transition" },
    );
  }
  if (isSameAmount(filledQuantity, quantity)) return "filled";
  switch (order.status) {
    case "filled":
      // A bust, or a replace for more, leads back to how it ended, or to what it was before its last fill, which only its
      // history knows.
      if (order.endedAs !== null) return order.endedAs;
      return beforeLastFill === "canceled" || beforeLastFill === "expired"
        ? beforeLastFill
        : workingStatus(filledQuantity);
    case "pending_new":
      return exact(filledQuantity).eq(0) ? "pending_new" : "partially_filled";
    case "new":
    case "partially_filled":
      return workingStatus(filledQuantity);
    case "canceled":
    case "expired":
    case "pending_cancel":
    case "pending_replace":
    case "suspended":
      return order.status;
    default:
      return order.status satisfies never;
  }
}

/** The state a report of state asks for, or undefined where the order's own outranks it. */
export function reportedStatus(order: Order, report: CheckedReport): OrderStatus | undefined {
  const { status } = order;
  switch (report.type) {
    case "new":
      // Later states outrank the acknowledgement; a suspended order works again.
      return status === "pending_new" || status === "suspended"
        ? workingStatus(order.filledQuantity)
        : undefined;
    case "pending_cancel":
      return isFinal(status) ? undefined : "pending_cancel";
    case "pending_replace":
    case "suspended": {
      // A cancel that is asked for outranks both; so does a replace a suspension.
      const isOutranked =
        status === "pending_cancel" || (report.type === "suspended" && status === "pending_replace");
      return isFinal(status) || isOutranked || !canChangeOrderStatus(status, report.type)
        ? undefined
        : report.type;
    }
    case "canceled":
    case "expired":
      return isFinal(status) ? undefined : report.type;
    case "rejected":
      return isFinal(status) ||
        !exact(order.filledQuantity).eq(0) ||
        !canChangeOrderStatus(status, "rejected")
        ? undefined
        : "rejected";
    case "cancel_rejected":
    case "replace_rejected": {
      const asked = report.type === "cancel_rejected" ? "pending_cancel" : "pending_replace";
      if (status !== asked) return undefined;
      return report.orderStatus === "suspended" ? "suspended" : workingStatus(order.filledQuantity);
    }
    case "fill":
    case "trade_cancel":
    case "trade_correct":
    case "replaced":
      return status;
    default:
      return report.type satisfies never;
  }
}

/** What new terms make of a state: they answer a request to replace, acknowledge the order, and outrank neither its end nor a cancel. */
export function replacedStatus(
  order: Order,
  quantity: Decimal,
  beforeLastFill: OrderStatus | null,
): OrderStatus {
  const isAnswered = order.status === "pending_new" || order.status === "pending_replace";
  return isAnswered && !isSameAmount(order.filledQuantity, quantity)
    ? workingStatus(order.filledQuantity)
    : statusBy(order, quantity, order.filledQuantity, beforeLastFill);
}
