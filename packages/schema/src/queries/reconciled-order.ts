// The columns of an order that reconciliation compares, by day and by id.

/** SQL: what is selected of orders. */
export const reconciledOrder = `id as "orderId", created_at as "createdAt", updated_at as "updatedAt", status::text as status,
  strategy_id as "strategyId", account, exchange, symbol, side::text as side, client_order_id as "clientOrderId",
  venue_order_id as "venueOrderId", quantity, filled_quantity as "filledQuantity",
  average_fill_price as "averageFillPrice", limit_price as "limitPrice", stop_price as "stopPrice"`;
