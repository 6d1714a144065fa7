// Which way an order or a fill goes. FIX tag 54 (Side), values 1 and 2; short selling is a separate
// regulatory flag, not a side.
export const orderSides = ["buy", "sell"] as const;

/** Side of an order or fill. FIX tag 54. */
export type OrderSide = (typeof orderSides)[number];
