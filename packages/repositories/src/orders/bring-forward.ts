// Brings an order to what its fills and a report on it make of it, in the transaction of whoever changed them. Invariant: the order
// is changed by the version that was looked at; where another session was first, it is looked at again.
import { RetryableError, type Transaction } from "@app/database";
import { exact, isSameAmount } from "../amounts/exact-decimal.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { now } from "../time/now.ts";
import { changeOrder } from "./change-order.ts";
import type { CheckedReport, ReportResult } from "./execution-report.ts";
import { lateFillValues } from "./fill-span.ts";
import { findOrder, getOrder } from "./find-order.ts";
import type { Order } from "./order.ts";
import { decideFills, decideState, type FillSums, type Standing, stepsOf } from "./order-state.ts";

/** Looks at an order that other sessions change meanwhile; one of two always gets through. */
export const MOST_LOOKS = 20;

const NOTHING_STANDS: Standing = {
  isReported: null,
  replacedAt: null,
  quantityAt: null,
  stateReportedAt: null,
  beforeLastFill: null,
};

async function readStanding(transaction: Transaction, order: Order, executionId: string): Promise<Standing> {
  const { rows } = await transaction.query<Standing>(
    // No event is later than the order says it was changed last.
    catalogued("order_events.standing", { orderId: order.id, executionId, to: order.updatedAt }),
  );
  return rows[0] ?? NOTHING_STANDS;
}

async function readSums(transaction: Transaction, order: Order): Promise<FillSums> {
  const { rows } = await transaction.query<FillSums>(
    catalogued("orders.filled_by_trades", {
      orderId: order.id,
      ...(await lateFillValues(transaction, order.id)),
    }),
  );
  return rows[0] ?? { filledQuantity: order.filledQuantity, averageFillPrice: order.averageFillPrice };
}

function changedByOthers(orderId: string): RetryableError {
  return new RetryableError(
    `Order ${orderId} was changed by others each of ${MOST_LOOKS} times it was read.`,
    { isRetryable: true, table: "orders" },
  );
}

/** Brings an order to what a report makes of it, however often others change it meanwhile. */
export async function bringForward(
  transaction: Transaction,
  found: Order,
  checked: CheckedReport,
  isAboutFills: boolean,
): Promise<Omit<ReportResult, "trade">> {
  let order = found;
  for (let look = 1; look <= MOST_LOOKS; look += 1) {
    // Of a change of fills, history is asked only what a filled order was before, and which of two quantities is the later one.
    const isOtherQuantity = checked.quantity !== undefined && !isSameAmount(checked.quantity, order.quantity);
    const standing =
      isAboutFills && order.status !== "filled" && !isOtherQuantity
        ? NOTHING_STANDS
        : await readStanding(transaction, order, checked.executionId);
    const decision = isAboutFills
      ? decideFills(order, checked, await readSums(transaction, order), standing)
      : decideState(order, checked, standing);
    const { outcome } = decision;
    // One that only taught a name is not the last report applied.
    const { executionId, transactTime } =
      outcome === "applied"
        ? checked
        : { executionId: order.lastExecutionId, transactTime: order.transactTime };
    let changed: Order | undefined = order;
    for (const change of stepsOf(order, checked, decision)) {
      changed = await changeOrder(transaction, changed, change, checked.transactTime, {
        executionId,
        transactTime,
      });
      if (changed === undefined) break;
    }
    if (changed !== undefined) return { order: changed, outcome };
    order = await getOrder(transaction, order.id);
  }
  throw changedByOthers(found.id);
}

/**
 * Brings an order to what its fills make of it, after one was taken back at a moment without a report on the order. Left as it is
 * where it cannot hold them (it was rejected, or they are more than it is for): the next report on it says so.
 */
export async function followFills(
  transaction: Transaction,
  orderId: string,
  takenBackAt: Temporal.Instant,
): Promise<void> {
  const heard = now();
  const at = Temporal.Instant.compare(takenBackAt, heard) < 0 ? takenBackAt : heard;
  for (let look = 1; look <= MOST_LOOKS; look += 1) {
    const order = await findOrder(transaction, orderId);
    if (order === undefined || order.status === "rejected") return;
    const sums = await readSums(transaction, order);
    if (exact(sums.filledQuantity).gt(exact(order.quantity))) return;
    const { change } = decideFills(
      order,
      {
        type: "trade_cancel",
        executionId: order.lastExecutionId ?? "",
        transactTime: at,
        quantity: undefined,
        venueOrderId: null,
        reason: null,
      },
      sums,
      await readStanding(transaction, order, order.lastExecutionId ?? ""),
    );
    if (change === undefined) return;
    const report = { executionId: order.lastExecutionId, transactTime: null };
    if ((await changeOrder(transaction, order, change, at, report)) !== undefined) return;
  }
  throw changedByOthers(orderId);
}
