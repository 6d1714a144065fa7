// Requests of our own on orders that work: to cancel, to replace. The order is marked as waiting for the venue's answer, by
// the version the caller has seen; what the venue answers is a report.
import { ConflictError, InvalidInputError } from "@app/database";
import { canChangeOrderStatus } from "@app/schema/vocabulary";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { now } from "../time/now.ts";
import { moment, type Moment, notAhead } from "../input/instant-field.ts";
import { type FieldNames, refuseUnknownFields } from "../input/known-fields.ts";
import { wholeNumber } from "../input/number-field.ts";
import { optional } from "../input/optional.ts";
import { freeText } from "../input/text-field.ts";
import type { Scope } from "../statements/scope.ts";
import { changeOrder } from "./change-order.ts";
import { getOrder } from "./find-order.ts";
import type { Order } from "./order.ts";

/** How a request is made. */
export interface OrderRequest {
  /** The version the decision rests on: where the order has changed since, nothing is requested. */
  readonly expectedVersion: number;
  /** When it is made. @defaultValue now */
  readonly requestedAt?: Moment | undefined;
  readonly reason?: string | undefined;
}

const requestFields: FieldNames<OrderRequest> = { expectedVersion: true, requestedAt: true, reason: true };

/**
 * Marks an order as pending_cancel or pending_replace. Done already from that version, it is returned as it is.
 * @throws {NotFoundError} no such order
 * @throws {ConflictError} the order has changed since, or is in no state for it
 */
export async function requestOrderChange(
  scope: Scope,
  orderId: string,
  to: "pending_cancel" | "pending_replace",
  request: OrderRequest,
): Promise<Order> {
  if (typeof request !== "object" || request === null) {
    throw new InvalidInputError("request: expectedVersion is needed.", { field: "request" });
  }
  refuseUnknownFields("a request", request, requestFields);
  timeOrderedId("orderId", orderId);
  const expected = wholeNumber("expectedVersion", request.expectedVersion, 1, 2_147_483_647);
  const at = notAhead("requestedAt", moment("requestedAt", request.requestedAt ?? now()));
  const reason = optional(request.reason, (value) => freeText("reason", value, 10_000));
  return scope.atomically(
    async (transaction) => {
      const order = await getOrder(transaction, orderId);
      const isDone = ({ version, status }: Order): boolean => version === expected + 1 && status === to;
      if (isDone(order)) return order;
      if (order.version !== expected) throw changedSince(order, expected);
      if (order.status === to || !canChangeOrderStatus(order.status, to)) {
        throw new ConflictError(`Order ${order.id} is ${order.status} and cannot become ${to}.`, {
          table: "orders",
          constraint: "orders_status_transition",
        });
      }
      const change = { ...order, status: to, statusReason: reason };
      const changed = await changeOrder(transaction, order, change, at, {
        executionId: order.lastExecutionId,
        transactTime: null,
      });
      if (changed !== undefined) return changed;
      // Another session was first: with the same request, or with something else.
      const current = await getOrder(transaction, orderId);
      if (isDone(current)) return current;
      throw changedSince(current, expected);
    },
    { idempotent: true },
  );
}

function changedSince(order: Order, expected: number): ConflictError {
  return new ConflictError(
    `Order ${order.id} is at version ${order.version} (${order.status}), not ${expected}; read it and decide again.`,
    { field: "expectedVersion", table: "orders", column: "version" },
  );
}
