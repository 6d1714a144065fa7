// Orders: the current state of each. How it came there is in order_events, written by trigger in the same
// transaction; those that work are listed in open_orders, by trigger too. Status changes follow the one transition table (vocabulary/order-status.ts); what prices an order
// carries follows its type (vocabulary/order-type.ts); both are enforced here, in the database.
import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import { exactDecimal, exactDecimals } from "../columns/exact-decimal.ts";
import { finiteInstants, instant } from "../columns/instant.ts";
import { lengthensRetention, retainUntil } from "../columns/record-keeping.ts";
import { isCode, isIsin, isMic } from "../columns/text-code.ts";
import { idHoldsTime, timeOrderedId } from "../columns/time-ordered-id.ts";
import {
  orderSideEnum,
  orderStatusEnum,
  orderTypeEnum,
  shortSellingIndicatorEnum,
  timeInForceEnum,
  tradingCapacityEnum,
} from "./enums.ts";
import { orderPriceRuleCondition } from "./order-price-rule-condition.ts";
import { strategies } from "./strategies.ts";

export const orders = pgTable(
  "orders",
  {
    id: timeOrderedId(),
    /** When the order was made by us; its partition. */
    createdAt: instant("created_at").notNull(),
    /**
     * When what this row says became so: the venue's time of the report where there is one; never before `createdAt`,
     * since an event's years count from it.
     */
    updatedAt: instant("updated_at")
      .notNull()
      .default(sql`now()`),
    /** Grows by one with each change; kept by trigger. */
    version: integer("version").notNull().default(1),
    account: text("account").notNull(),
    strategyId: uuid("strategy_id"),
    /**
     * The order this one hangs on (bracket, OCO). A hypertable cannot be referenced, so a trigger checks it, and another that no
     * order hangs on itself over others (`orders_parent_acyclic`).
     */
    parentOrderId: uuid("parent_order_id"),
    exchange: text("exchange").notNull(),
    symbol: text("symbol").notNull(),
    /** FIX tag 11 (ClOrdID). */
    clientOrderId: text("client_order_id").notNull(),
    /** FIX tag 37 (OrderID), once the venue gave one. */
    venueOrderId: text("venue_order_id"),
    side: orderSideEnum("side").notNull(),
    type: orderTypeEnum("type").notNull(),
    timeInForce: timeInForceEnum("time_in_force").notNull().default("gtc"),
    /** FIX tag 126 (ExpireTime), for good-till-date orders. */
    expiresAt: instant("expires_at"),
    status: orderStatusEnum("status").notNull().default("pending_new"),
    /**
     * Canceled or expired, once the venue said so, even where its fills outrank that: a bust may lead back to it.
     */
    endedAs: orderStatusEnum("ended_as"),
    /** FIX tag 58 (Text) or 103 (OrdRejReason): why it is in this state. */
    statusReason: text("status_reason"),
    /** FIX tag 17 (ExecID) of the last report applied. */
    lastExecutionId: text("last_execution_id"),
    /**
     * FIX tag 60 (TransactTime) of the last report applied, by the venue's clock; NULL where the last change was no report.
     * `updatedAt` never runs backwards, so only this tells which of two reports is the older one.
     */
    transactTime: instant("transact_time"),
    /** FIX tag 38 (OrderQty). */
    quantity: exactDecimal("quantity").notNull(),
    /** FIX tag 14 (CumQty). */
    filledQuantity: exactDecimal("filled_quantity").notNull().default("0"),
    /** What is not filled. FIX tag 151 (LeavesQty) while the order works. */
    remainingQuantity: exactDecimal("remaining_quantity")
      .notNull()
      .generatedAlwaysAs(sql`quantity - filled_quantity`),
    /** FIX tag 6 (AvgPx). */
    averageFillPrice: exactDecimal("average_fill_price"),
    limitPrice: exactDecimal("limit_price"),
    stopPrice: exactDecimal("stop_price"),
    trailingOffset: exactDecimal("trailing_offset"),
    /** FIX tag 1138 (DisplayQty): the visible part of an iceberg. */
    displayQuantity: exactDecimal("display_quantity"),
    /** FIX tag 110 (MinQty). */
    minimumQuantity: exactDecimal("minimum_quantity"),
    reduceOnly: boolean("reduce_only").notNull().default(false),
    /** Rejected by the venue rather than executed as a taker. FIX tag 18 (ExecInst) value 6. */
    postOnly: boolean("post_only").notNull().default(false),
    submittedAt: instant("submitted_at"),
    /** Where the order came from: which system, feed or import. */
    source: text("source").notNull(),

    // Order record of RTS 6 (EU 2017/589) Annex II, tables 2 and 3, as far as it is not above.
    venueMic: text("venue_mic"),
    instrumentIsin: text("instrument_isin"),
    clientId: text("client_id"),
    investmentDecisionAlgorithmId: text("investment_decision_algorithm_id"),
    executionAlgorithmId: text("execution_algorithm_id"),
    decisionMakerId: text("decision_maker_id"),
    nonExecutingBrokerId: text("non_executing_broker_id"),
    tradingCapacity: tradingCapacityEnum("trading_capacity"),
    shortSellingIndicator: shortSellingIndicatorEnum("short_selling_indicator"),
    directElectronicAccess: boolean("direct_electronic_access"),
    liquidityProvision: boolean("liquidity_provision"),
    selfExecutionPrevention: boolean("self_execution_prevention"),
    retainUntil: retainUntil(),
  },
  (table) => [
    primaryKey({ name: "orders_pkey", columns: [table.id, table.createdAt] }),
    foreignKey({
      name: "orders_strategy_id_fkey",
      columns: [table.strategyId],
      foreignColumns: [strategies.id],
    }).onDelete("set null"),
    idHoldsTime("orders_id_holds_created_at", table.id, table.createdAt),
    check(
      "orders_codes_form",
      sql`${isCode(table.account, 100)} and ${isCode(table.exchange, 50)} and ${isCode(table.symbol, 100)} and ${isCode(table.clientOrderId, 200)} and ${isCode(table.source, 200)}`,
    ),
    check("orders_venue_order_id_form", isCode(table.venueOrderId, 200)),
    check("orders_not_its_own_parent", sql`${table.parentOrderId} <> ${table.id}`),
    exactDecimals("orders_quantity_positive", [[table.quantity, "positive"]]),
    exactDecimals("orders_filled_quantity_exact", [[table.filledQuantity, "not-negative"]]),
    check("orders_filled_within_quantity", sql`${table.filledQuantity} <= ${table.quantity}`),
    exactDecimals("orders_prices_positive", [
      [table.limitPrice, "positive"],
      [table.stopPrice, "positive"],
      [table.trailingOffset, "positive"],
    ]),
    // An average has as many digits as the division gives, so only its range is checked.
    check(
      "orders_average_fill_price_range",
      sql`${table.averageFillPrice} > 0 and ${table.averageFillPrice} < 1e20`,
    ),
    check(
      "orders_average_fill_price_when_filled",
      sql`(${table.filledQuantity} > 0) = (${table.averageFillPrice} is not null)`,
    ),
    exactDecimals("orders_partial_quantities_positive", [
      [table.displayQuantity, "positive"],
      [table.minimumQuantity, "positive"],
    ]),
    check(
      "orders_partial_quantities_within_quantity",
      sql`${table.displayQuantity} <= ${table.quantity} and ${table.minimumQuantity} <= ${table.quantity}`,
    ),
    check("orders_prices_match_type", orderPriceRuleCondition(table)),
    check(
      "orders_filled_matches_status",
      sql`case ${table.status} when 'filled' then ${table.filledQuantity} = ${table.quantity} when 'partially_filled' then ${table.filledQuantity} > 0 and ${table.filledQuantity} < ${table.quantity} when 'canceled' then ${table.filledQuantity} < ${table.quantity} when 'expired' then ${table.filledQuantity} < ${table.quantity} when 'pending_new' then ${table.filledQuantity} = 0 when 'new' then ${table.filledQuantity} = 0 when 'rejected' then ${table.filledQuantity} = 0 else true end`,
    ),
    check("orders_ended_as_an_end", sql`${table.endedAs} in ('canceled', 'expired')`),
    check(
      "orders_expires_at_for_gtd",
      sql`(${table.timeInForce} = 'gtd') = (${table.expiresAt} is not null) and (${table.expiresAt} is null or ${table.expiresAt} > ${table.createdAt})`,
    ),
    check("orders_post_only_has_limit", sql`not ${table.postOnly} or ${table.limitPrice} is not null`),
    check("orders_updated_after_creation", sql`${table.updatedAt} >= ${table.createdAt}`),
    check("orders_submitted_after_creation", sql`${table.submittedAt} >= ${table.createdAt}`),
    finiteInstants("orders_times_finite", [
      table.updatedAt,
      table.expiresAt,
      table.submittedAt,
      table.transactTime,
    ]),
    check("orders_version_positive", sql`${table.version} > 0`),
    check("orders_venue_mic_form", isMic(table.venueMic)),
    check(
      "orders_decision_ids_form",
      sql`${isCode(table.investmentDecisionAlgorithmId, 100)} and ${isCode(table.executionAlgorithmId, 100)} and ${isCode(table.decisionMakerId, 100)}`,
    ),
    check("orders_instrument_isin_form", isIsin(table.instrumentIsin)),
    check("orders_retain_until_lengthens", lengthensRetention(table.retainUntil, table.createdAt)),

    // Query orders.find_by_client_order_id. That no two working orders bear one name is the key of open_orders: a unique key here would
    // keep an order in columns from a new name, since TimescaleDB sets no column of one there (2.29.2).
    index("orders_client_order_id_idx").on(
      table.account,
      table.exchange,
      table.clientOrderId,
      table.createdAt,
    ),
    // Query orders.find_by_venue_order_id.
    index("orders_venue_order_id_idx")
      .on(table.exchange, table.venueOrderId, table.createdAt)
      .where(sql`${table.venueOrderId} is not null`),
    // Query orders.list_by_strategy.
    index("orders_strategy_created_at_idx").on(table.strategyId, table.createdAt, table.id),
    // Query orders.list_by_account.
    index("orders_account_created_at_idx").on(table.account, table.createdAt, table.id),
    // Query orders.list_by_symbol.
    index("orders_symbol_created_at_idx").on(table.exchange, table.symbol, table.createdAt),
    // Query orders.list_children.
    index("orders_parent_idx")
      .on(table.parentOrderId, table.createdAt)
      .where(sql`${table.parentOrderId} is not null`),
    // Query orders.list_rejected.
    index("orders_rejected_idx")
      .on(table.createdAt)
      .where(sql`${table.status} = 'rejected'`),
  ],
);
