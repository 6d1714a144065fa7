// What happened to an order. Each value names the FIX ExecType (tag 150) it records.
export const orderEventTypes = [
  "created", // A, Pending New: first seen by this database
  "accepted", // 0, New
  "filled", // F, Trade
  "cancel_requested", // 6, Pending Cancel
  "canceled", // 4, Canceled
  "replace_requested", // E, Pending Replace
  "replaced", // 5, Replaced: quantity or prices changed
  "rejected", // 8, Rejected
  "expired", // C, Expired
  "suspended", // 9, Suspended
  "busted", // H, Trade Cancel: a fill was taken back
  "updated", // I, Order Status: anything else
] as const;

/** What happened to an order. FIX tag 150 (ExecType). */
export type OrderEventType = (typeof orderEventTypes)[number];
