// What a report makes of an order: a function of the order, the report, its fills and its history, without a database.
// Invariant: whatever order the same reports arrive in, and however often, the order ends in the same state, the one FIX
// ranks highest. Source: FIX 4.4, Volume 1, OrdStatus precedence; FIX 5.0 SP2, Volume 4, order state change matrices.
import { ConflictError, type Decimal } from "@app/database";
import type { OrderStatus } from "@app/schema/vocabulary";
import { refusalBecause } from "../input/refuse.ts";
import { exact, isSameAmount } from "../amounts/exact-decimal.ts";
import type { CheckedReport, ReportResult } from "./execution-report.ts";
import { checkPrices } from "./new-order-row.ts";
import type { Order, OrderTerms } from "./order.ts";
import { isFinal, replacedStatus, reportedStatus, statusBy } from "./order-status.ts";

/** The fills of an order that count, summed up. */
export interface FillSums {
  readonly filledQuantity: Decimal;
  readonly averageFillPrice: Decimal | null;
}

/** What the history of an order says about a report on it. */
export interface Standing {
  /** Whether a report of this executionId was applied to it. */
  readonly isReported: boolean | null;
  /** When, by the venue's clock, it was last replaced. */
  readonly replacedAt: Temporal.Instant | null;
  /** When, by the venue's clock, its quantity became what it is: by a replace, or a fill that gave it. */
  readonly quantityAt: Temporal.Instant | null;
  /** When, by the venue's clock, it was last acknowledged, suspended, replaced, or asked to be canceled or replaced. */
  readonly stateReportedAt: Temporal.Instant | null;
  /** What it was before its last fill made it filled. */
  readonly beforeLastFill: OrderStatus | null;
}

/** What of an order a report may change. */
export interface OrderChange extends OrderTerms, FillSums {
  readonly status: OrderStatus;
  readonly endedAs: Order["endedAs"];
  readonly statusReason: string | null;
  readonly clientOrderId: string;
  readonly venueOrderId: string | null;
}

/** What of a report counts for a decision about fills. */
export type FillsReport = Pick<
  CheckedReport,
  "type" | "executionId" | "transactTime" | "quantity" | "venueOrderId" | "reason"
>;

/** What is to be written, if anything, and what to tell. */
export interface Decision {
  readonly change: OrderChange | undefined;
  readonly outcome: ReportResult["outcome"];
}

function requireRoom(order: Order, quantity: Decimal, filled: Decimal): void {
  if (exact(filled).lte(exact(quantity))) return;
  throw new ConflictError(
    `Order ${order.id} is for ${quantity} and would be filled with ${filled}; a replace may be under way whose report ` +
      "comes later: give orderQuantity with the fill.",
    { field: "quantity", table: "orders", constraint: "orders_filled_within_quantity" },
  );
}

const isSame = (one: Decimal | null, other: Decimal | null): boolean =>
  one === other || (one !== null && other !== null && isSameAmount(one, other));

const hasSameTerms = (order: Order, change: OrderChange): boolean =>
  isSame(order.quantity, change.quantity) &&
  isSame(order.limitPrice, change.limitPrice) &&
  isSame(order.stopPrice, change.stopPrice) &&
  isSame(order.trailingOffset, change.trailingOffset);

const hasSameState = (order: Order, change: OrderChange): boolean =>
  order.status === change.status &&
  order.endedAs === change.endedAs &&
  order.venueOrderId === change.venueOrderId;

const changesNothing = (order: Order, change: OrderChange): boolean =>
  hasSameState(order, change) &&
  hasSameTerms(order, change) &&
  order.clientOrderId === change.clientOrderId &&
  isSame(order.filledQuantity, change.filledQuantity) &&
  isSame(order.averageFillPrice, change.averageFillPrice);

const isBefore = (one: Temporal.Instant, other: Temporal.Instant | null): boolean =>
  other !== null && Temporal.Instant.compare(one, other) < 0;

/** The quantity of an order after a report on its fills. */
function toldQuantity(order: Order, report: FillsReport, { replacedAt, quantityAt }: Standing): Decimal {
  if (report.quantity === undefined) return order.quantity;
  // A fill of before the last replace bears the quantity of then; of one moment, the replace says what counts.
  const isOld =
    isBefore(report.transactTime, quantityAt) ||
    (replacedAt !== null && !isBefore(replacedAt, report.transactTime));
  // What is done takes new terms from a new report alone: the same one again was counted.
  const isCounted = isFinal(order.status) && report.executionId === order.lastExecutionId;
  return isOld || isCounted ? order.quantity : report.quantity;
}

/** Whether a later report of its kind was applied before it. */
function isStale(report: CheckedReport, standing: Standing): boolean {
  const later =
    report.type === "replaced"
      ? standing.replacedAt
      : ["new", "suspended", "pending_cancel", "pending_replace"].includes(report.type)
        ? standing.stateReportedAt
        : null;
  return isBefore(report.transactTime, later);
}

/** How a report says an order ended; one that was rejected never began. */
function endOf(order: Order, { type }: FillsReport): Order["endedAs"] {
  return (type === "canceled" || type === "expired") && order.status !== "rejected" ? type : null;
}

/** What stays as it is unless a report says otherwise. */
function unchanged(order: Order, report: FillsReport): OrderChange {
  return {
    status: order.status,
    endedAs: order.endedAs ?? endOf(order, report),
    statusReason: order.statusReason,
    clientOrderId: order.clientOrderId,
    // Learned once; only a replace may bring another.
    venueOrderId: order.venueOrderId ?? report.venueOrderId,
    quantity: order.quantity,
    limitPrice: order.limitPrice,
    stopPrice: order.stopPrice,
    trailingOffset: order.trailingOffset,
    filledQuantity: order.filledQuantity,
    averageFillPrice: order.averageFillPrice,
  };
}

/**
 * Decides about a report that changed the fills of an order.
 * @throws {ConflictError} where the order was rejected, or is for less than is filled
 */
export function decideFills(order: Order, report: FillsReport, sums: FillSums, standing: Standing): Decision {
  const quantity = toldQuantity(order, report, standing);
  const status = statusBy(order, quantity, sums.filledQuantity, standing.beforeLastFill);
  requireRoom(order, quantity, sums.filledQuantity);
  const change: OrderChange = {
    ...unchanged(order, report),
    ...sums,
    quantity,
    status,
    statusReason: report.reason ?? order.statusReason,
  };
  return changesNothing(order, change)
    ? { change: undefined, outcome: "duplicate" }
    : { change, outcome: "applied" };
}

/**
 * Decides about any other report.
 * @throws {InvalidInputError} for new terms that do not fit the order's type, or are below what is filled
 */
export function decideState(order: Order, report: CheckedReport, standing: Standing): Decision {
  if (standing.isReported === true) return { change: undefined, outcome: "duplicate" };
  const learned = unchanged(order, report);
  const ignored = (outcome: "outranked" | "stale"): Decision => ({
    // What the venue calls the order, and how it ended, is worth knowing however late.
    change: changesNothing(order, learned) ? undefined : learned,
    outcome,
  });
  if (isStale(report, standing)) return ignored("stale");
  if (report.type === "replaced") {
    return order.status === "rejected"
      ? ignored("outranked")
      : { change: replaced(order, report, learned, standing), outcome: "applied" };
  }
  const status = reportedStatus(order, report);
  if (status === undefined) return ignored("outranked");
  const change = { ...learned, status, statusReason: report.reason ?? null };
  return changesNothing(order, change)
    ? { change: undefined, outcome: "duplicate" }
    : { change, outcome: "applied" };
}

/** The terms of a replace, in whatever state: one that is told late was in force before the order was done. */
function replaced(
  order: Order,
  report: CheckedReport,
  learned: OrderChange,
  { quantityAt, beforeLastFill }: Standing,
): OrderChange {
  const terms = {
    // A fill may have told of a later quantity already.
    quantity: isBefore(report.transactTime, quantityAt)
      ? order.quantity
      : (report.quantity ?? order.quantity),
    limitPrice: report.limitPrice === undefined ? order.limitPrice : report.limitPrice,
    stopPrice: report.stopPrice === undefined ? order.stopPrice : report.stopPrice,
    trailingOffset: report.trailingOffset === undefined ? order.trailingOffset : report.trailingOffset,
  };
  checkPrices(order.type, terms);
  if (exact(terms.quantity).lt(exact(order.filledQuantity))) {
    throw refusalBecause(
      "quantity",
      `${terms.quantity} is less than the ${order.filledQuantity} that is filled.`,
    );
  }
  return {
    ...learned,
    ...terms,
    status: replacedStatus(order, terms.quantity, beforeLastFill),
    statusReason: report.reason ?? null,
    clientOrderId: report.clientOrderId ?? order.clientOrderId,
    venueOrderId: report.venueOrderId ?? order.venueOrderId,
  };
}

/**
 * The changes to write of a decision, one after the other. A replace to the terms an order has, which also changes its state, is two: its history would
 * tell it from an acknowledgement by nothing, and a replace of before would count after it.
 */
export function stepsOf(
  order: Order,
  report: Pick<CheckedReport, "type">,
  { change, outcome }: Decision,
): readonly OrderChange[] {
  if (change === undefined) return [];
  const isUnmarked =
    report.type === "replaced" &&
    outcome === "applied" &&
    order.clientOrderId === change.clientOrderId &&
    hasSameTerms(order, change) &&
    !hasSameState(order, change);
  const { status, endedAs, venueOrderId } = order;
  return isUnmarked ? [{ ...change, status, endedAs, venueOrderId }, change] : [change];
}
