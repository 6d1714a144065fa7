// Open orders: one short row for each order in a working state, with the order's time. An order that works may be of any
// age, so without this a look for the open ones, or for one by its client or venue id, would plan every chunk of orders
// (measured, 2.29.2: `created_at = any(...)` over 1,000 daily chunks plans in 25 ms). Written by trigger alone
// (functions/open-orders.ts); what an order says stands in orders.
import { sql } from "drizzle-orm";
import { index, integer, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant } from "../columns/instant.ts";
import { orderSideEnum } from "./enums.ts";

export const openOrders = pgTable(
  "open_orders",
  {
    orderId: uuid("order_id").primaryKey(),
    createdAt: instant("created_at").notNull(),
    account: text("account").notNull(),
    strategyId: uuid("strategy_id"),
    exchange: text("exchange").notNull(),
    symbol: text("symbol").notNull(),
    side: orderSideEnum("side").notNull(),
    clientOrderId: text("client_order_id").notNull(),
    /** Names it had before it was replaced: a report under way may still bear one. FIX tag 41 (OrigClOrdID). */
    formerClientOrderIds: text("former_client_order_ids")
      .array()
      .notNull()
      .default(sql`'{}'::text[]`),
    venueOrderId: text("venue_order_id"),
    expiresAt: instant("expires_at"),
    /** 0; for an order that lost a fill to a bust and works again, a number of its own: its name may be in use again. */
    reopening: integer("reopening").notNull().default(0),
  },
  (table) => [
    // Query open_orders.list_by_account.
    index("open_orders_account_idx").on(table.account, table.createdAt, table.orderId),
    // Query open_orders.list_by_strategy.
    index("open_orders_strategy_idx").on(table.strategyId, table.createdAt, table.orderId),
    // Query open_orders.list_by_symbol.
    index("open_orders_symbol_idx").on(table.exchange, table.symbol, table.createdAt, table.orderId),
    // Queries open_orders.find_by_client_order_id and find_by_former_client_order_id, and the rule that of one account's working orders no two have one name: an
    // order submitted again under another id is refused instead of doubled. FIX tag 11: unique among what is open.
    uniqueIndex("open_orders_client_order_id_key").on(
      table.account,
      table.exchange,
      table.clientOrderId,
      table.reopening,
    ),
    // Query open_orders.find_by_venue_order_id.
    index("open_orders_venue_order_id_idx").on(table.exchange, table.venueOrderId),
    // Query open_orders.list_expiring.
    index("open_orders_expires_at_idx").on(table.expiresAt),
  ],
);
