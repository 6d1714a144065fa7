// What kind of order it is, and which prices each kind must and must not carry. The check constraint of the orders table
// is made of this one declaration.
export const orderTypes = [
  "market",
  "limit",
  "stop",
  "stop_limit",
  "trailing_stop",
  "trailing_stop_limit",
  "market_if_touched",
  "limit_if_touched",
] as const;

/** Kind of order. FIX tag 40 (OrdType). */
export type OrderType = (typeof orderTypes)[number];

/** Whether a price field must be there, must be absent, or may be either. */
export type FieldRule = "required" | "forbidden" | "optional";

/** The price fields an order type carries. */
export interface OrderPriceRule {
  /** FIX tag 44 (Price). */
  readonly limitPrice: FieldRule;
  /** FIX tag 99 (StopPx): the price that triggers the order. */
  readonly stopPrice: FieldRule;
  /** FIX tag 211 (PegOffsetValue) as used by trailing stops: distance to the market, in price units. */
  readonly trailingOffset: FieldRule;
}

/** One rule per order type. */
export const orderPriceRules: Readonly<Record<OrderType, OrderPriceRule>> = {
  market: { limitPrice: "forbidden", stopPrice: "forbidden", trailingOffset: "forbidden" },
  limit: { limitPrice: "required", stopPrice: "forbidden", trailingOffset: "forbidden" },
  stop: { limitPrice: "forbidden", stopPrice: "required", trailingOffset: "forbidden" },
  stop_limit: { limitPrice: "required", stopPrice: "required", trailingOffset: "forbidden" },
  // The venue moves the trigger of a trailing stop, so its current stop price may or may not be known.
  trailing_stop: { limitPrice: "forbidden", stopPrice: "optional", trailingOffset: "required" },
  trailing_stop_limit: { limitPrice: "required", stopPrice: "optional", trailingOffset: "required" },
  market_if_touched: { limitPrice: "forbidden", stopPrice: "required", trailingOffset: "forbidden" },
  limit_if_touched: { limitPrice: "required", stopPrice: "required", trailingOffset: "forbidden" },
};
