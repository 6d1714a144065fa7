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
 * Which state may follow which. Where several would fit, an order is in the one FIX ranks highest: filled outranks
 * canceled and expired, and those outrank partially filled and new. So:
 * - a fill that arrives after a cancel or an expiry (it happened first at the venue, its report came second) leaves the
 *   order canceled or expired with a larger filled quantity, until nothing is left: then it is filled
 * - a canceled or expired order never works again
 * - a filled order falls back only through a bust (FIX ExecType H, Trade Cancel) or a replace for more (ExecType 5), whether its
 *   report is late or the venue replaces what was filled (matrix C.1.c): to partially filled or new, or to canceled or
 *   expired where it had been that before its last fill; `guard_busted_order` asks its history
 *
 * `rejected` is final.
 *
 * Source: FIX 4.4, Volume 1, OrdStatus precedence in "Execution Report"; FIX 5.0 SP2, Volume 4, order state change
 * matrices, the same order of precedence.
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
  canceled: ["filled"],
  expired: ["filled"],
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

/** States in which an order is done: only a late fill, a bust, or a replace the venue reports changes it. */
export const finalOrderStatuses = [
  "filled",
  "canceled",
  "expired",
  "rejected",
] as const satisfies readonly OrderStatus[];

/** Whether an order in state `from` may change to state `to`; staying is always allowed. */
export function canChangeOrderStatus(from: OrderStatus, to: OrderStatus): boolean {
  return from === to || orderStatusTransitions[from].includes(to);
}
