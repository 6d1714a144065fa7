// Order events: the append-only history of each order, written by a trigger on orders whoever changes one.
// Nothing here is ever updated; rows leave only when their seven years are over.
import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { exactDecimal } from "../columns/exact-decimal.ts";
import { instant } from "../columns/instant.ts";
import { lengthensRetention, recordedAt, retainUntil } from "../columns/record-keeping.ts";
import { idHoldsTime, timeOrderedId } from "../columns/time-ordered-id.ts";
import { orderEventTypeEnum, orderStatusEnum } from "./enums.ts";

export const orderEvents = pgTable(
  "order_events",
  {
    id: timeOrderedId(),
    /** The order's `updatedAt` at the change. */
    eventTime: instant("event_time").notNull(),
    orderId: uuid("order_id").notNull(),
    /** The order's `version` after the change; 1 is its creation. */
    orderVersion: integer("order_version").notNull(),
    type: orderEventTypeEnum("type").notNull(),
    account: text("account").notNull(),
    strategyId: uuid("strategy_id"),
    exchange: text("exchange").notNull(),
    symbol: text("symbol").notNull(),
    clientOrderId: text("client_order_id").notNull(),
    venueOrderId: text("venue_order_id"),
    executionId: text("execution_id"),
    /** The order's `transactTime` after the change. */
    transactTime: instant("transact_time"),
    /** NULL for the creation. */
    fromStatus: orderStatusEnum("from_status"),
    toStatus: orderStatusEnum("to_status").notNull(),
    reason: text("reason"),
    quantity: exactDecimal("quantity").notNull(),
    filledQuantity: exactDecimal("filled_quantity").notNull(),
    averageFillPrice: exactDecimal("average_fill_price"),
    limitPrice: exactDecimal("limit_price"),
    stopPrice: exactDecimal("stop_price"),
    trailingOffset: exactDecimal("trailing_offset"),
    /** Whatever else changed, as {column: [before, after]}; NULL where nothing else did. */
    changes: jsonb("changes"),
    /** When the database wrote it, and who: SEC 17a-4(f)(2)(i)(A) asks for the time and the person. */
    recordedAt: recordedAt(),
    recordedBy: text("recorded_by")
      .notNull()
      .default(sql`session_user`),
    retainUntil: retainUntil(),
  },
  (table) => [
    primaryKey({ name: "order_events_pkey", columns: [table.id, table.eventTime] }),
    idHoldsTime("order_events_id_holds_event_time", table.id, table.eventTime),
    check("order_events_order_version_positive", sql`${table.orderVersion} > 0`),
    check(
      "order_events_creation_has_no_from",
      sql`(${table.type} = 'created') = (${table.fromStatus} is null)`,
    ),
    check("order_events_changes_is_object", sql`jsonb_typeof(${table.changes}) = 'object'`),
    check("order_events_retain_until_lengthens", lengthensRetention(table.retainUntil, table.eventTime)),

    // Query order_events.list_by_order: one order's life, in order.
    uniqueIndex("order_events_order_version_key").on(table.orderId, table.orderVersion, table.eventTime),
    // Query order_events.list_by_strategy.
    index("order_events_strategy_time_idx").on(table.strategyId, table.eventTime),
    // Query order_events.list_by_account: the audit trail of an account, newest first.
    index("order_events_account_time_idx").on(table.account, table.eventTime, table.id),
    // Query order_events.list_rejections.
    index("order_events_rejected_idx")
      .on(table.exchange, table.eventTime)
      .where(sql`${table.type} = 'rejected'`),
    // Query order_events.find_by_execution_id.
    index("order_events_execution_id_idx")
      .on(table.exchange, table.executionId)
      .where(sql`${table.executionId} is not null`),
    // Query order_events.find_by_change: which orders had this field changed.
    index("order_events_changes_idx")
      .using("gin", table.changes)
      .where(sql`${table.changes} is not null`),
  ],
);
