// Writes the next state of an order, if it is still the version that was read. The database counts the version, holds the
// change against the transition table and writes the event.
import type { Transaction } from "@app/database";
import { orderColumns, selectList } from "@app/schema/queries";
import type { Order } from "./order.ts";
import type { OrderChange } from "./order-state.ts";

const UPDATE = `
update orders set
  status = $4, status_reason = $5, client_order_id = $6, venue_order_id = $7, quantity = $8, limit_price = $9,
  stop_price = $10, trailing_offset = $11, filled_quantity = $12, average_fill_price = $13, last_execution_id = $14,
  -- The history of an order runs forward: a report that comes late changes it now, a moment after the last change.
  updated_at = greatest(updated_at + interval '1 microsecond', $15), transact_time = $16,
  ended_as = $17
where id = $1 and created_at = $2 and version = $3
returning ${selectList(orderColumns)}`;

/** @returns the changed order, or undefined where another session changed it first */
export async function changeOrder(
  transaction: Transaction,
  order: Order,
  change: OrderChange,
  at: Temporal.Instant,
  report: { readonly executionId: string | null; readonly transactTime: Temporal.Instant | null },
): Promise<Order | undefined> {
  const { rows } = await transaction.query<Order>({
    name: "orders.change",
    text: UPDATE,
    values: [
      order.id,
      order.createdAt,
      order.version,
      change.status,
      change.statusReason,
      change.clientOrderId,
      change.venueOrderId,
      change.quantity,
      change.limitPrice,
      change.stopPrice,
      change.trailingOffset,
      change.filledQuantity,
      change.averageFillPrice,
      report.executionId,
      at,
      report.transactTime,
      change.endedAs,
    ],
  });
  return rows[0];
}
