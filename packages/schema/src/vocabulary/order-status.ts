// The life of an order: its states and the one table of allowed changes. The database enforces the table in a
// trigger made from this declaration, so TypeScript and SQL cannot disagree.
export const orderStatuses = [
  "pending_new",
  "new",
  "partially_filled",
  "filled",
  "pending_cancel",
  "canceled",
  "pending_replace",
  "rejected",
  "expired",
  "suspended",
] as const;

/** State of an order. FIX tag 39 (OrdStatus). */
export type OrderStatus = (typeof orderStatuses)[number];

/**
 * Which state may follow which. A fill may still arrive after a cancel was asked for or confirmed, and after an
 * expiry: the fill happened first at the venue, its report came second. `filled` can fall back only through a
 * bust (FIX ExecType H, Trade Cancel). `rejected` is final.
 *
 * Source: FIX 5.0 SP2, Volume 4, order state change matrices.
 */
export const orderStatusTransitions: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending_new: [
    "new",
    "partially_filled",
    "filled",
    "pending_cancel",
    "canceled",
    "rejected",
    "expired",
    "suspended",
  ],
  new: [
    "partially_filled",
    "filled",
    "pending_cancel",
    "pending_replace",
    "canceled",
    "rejected",
    "expired",
    "suspended",
  ],
  partially_filled: [
    "new",
    "filled",
    "pending_cancel",
    "pending_replace",
    "canceled",
    "expired",
    "suspended",
  ],
  filled: ["new", "partially_filled", "canceled", "expired"],
  pending_cancel: [
    "new",
    "partially_filled",
    "filled",
    "canceled",
    "pending_replace",
    "expired",
    "rejected",
    "suspended",
  ],
  pending_replace: [
    "new",
    "partially_filled",
    "filled",
    "pending_cancel",
    "canceled",
    "expired",
    "rejected",
    "suspended",
  ],
  canceled: ["partially_filled", "filled"],
  expired: ["partially_filled", "filled"],
  suspended: [
    "new",
    "partially_filled",
    "filled",
    "pending_cancel",
    "pending_replace",
    "canceled",
    "expired",
  ],
  rejected: [],
};

/** States in which the venue may still execute the order. */
export const workingOrderStatuses = [
  "pending_new",
  "new",
  "partially_filled",
  "pending_cancel",
  "pending_replace",
  "suspended",
] as const satisfies readonly OrderStatus[];

/** Whether an order in state `from` may change to state `to`; staying is always allowed. */
export function canChangeOrderStatus(from: OrderStatus, to: OrderStatus): boolean {
  return from === to || orderStatusTransitions[from].includes(to);
}
