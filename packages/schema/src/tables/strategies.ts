// Strategies: what runs, with which configuration and limits, in which state. The totals are not written by
// callers: the fill accounting keeps them (fills settled in `baseCurrency` only; other currencies are in
// strategy_daily_performance). `version` makes an update by two people at once a conflict instead of a loss.
import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { exactDecimal, exactDecimals } from "../columns/exact-decimal.ts";
import { finiteInstants, instant } from "../columns/instant.ts";
import { isCode, isCurrency } from "../columns/text-code.ts";
import { idHoldsTime } from "../columns/time-ordered-id.ts";
import { strategyStatusEnum } from "./enums.ts";

export const strategies = pgTable(
  "strategies",
  {
    /** UUIDv7 holding `createdAt`. Alone the key: strategies are few and never partitioned. */
    id: uuid("id").primaryKey(),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at")
      .notNull()
      .default(sql`now()`),
    /** Grows by one with each change of anything but the totals; kept by trigger. */
    version: integer("version").notNull().default(1),
    name: text("name").notNull(),
    description: text("description"),
    /** What family it is of, such as "mean_reversion"; free, for search. */
    kind: text("kind").notNull(),
    status: strategyStatusEnum("status").notNull().default("draft"),
    activatedAt: instant("activated_at"),
    stoppedAt: instant("stopped_at"),
    /** Currency of the risk limits and of the totals. */
    baseCurrency: text("base_currency").notNull(),
    /** What the strategy's own code reads; an object. */
    configuration: jsonb("configuration")
      .notNull()
      .default(sql`'{}'::jsonb`),
    symbols: text("symbols")
      .array()
      .notNull()
      .default(sql`'{}'::text[]`),
    tags: text("tags")
      .array()
      .notNull()
      .default(sql`'{}'::text[]`),

    // Risk limits; NULL means no limit of that kind.
    maxOrderNotional: exactDecimal("max_order_notional"),
    maxPositionNotional: exactDecimal("max_position_notional"),
    maxDailyLoss: exactDecimal("max_daily_loss"),
    /** Percent of the running peak of equity, 0 to 100. */
    maxDrawdownPercentage: numeric("max_drawdown_percentage"),
    maxLeverage: numeric("max_leverage"),
    maxOpenOrders: integer("max_open_orders"),

    /** Who answers for it: RTS 6 Annex II, investment decision and execution within the firm. */
    investmentDecisionAlgorithmId: text("investment_decision_algorithm_id"),
    executionAlgorithmId: text("execution_algorithm_id"),
    decisionMakerId: text("decision_maker_id"),

    // Running totals in base currency over fills that are not busted.
    totalTrades: bigint("total_trades", { mode: "number" }).notNull().default(0),
    winningTrades: bigint("winning_trades", { mode: "number" }).notNull().default(0),
    losingTrades: bigint("losing_trades", { mode: "number" }).notNull().default(0),
    grossProfit: numeric("gross_profit").notNull().default("0"),
    /** Positive number: the size of the losses. */
    grossLoss: numeric("gross_loss").notNull().default("0"),
    totalRealizedPnl: numeric("total_realized_pnl")
      .notNull()
      .generatedAlwaysAs(sql`gross_profit - gross_loss`),
    /** Fees charged in base currency; negative where rebates outweigh them. */
    totalFees: numeric("total_fees").notNull().default("0"),
  },
  (table) => [
    idHoldsTime("strategies_id_holds_created_at", table.id, table.createdAt),
    check("strategies_name_form", isCode(table.name, 200)),
    check("strategies_kind_form", isCode(table.kind, 100)),
    check("strategies_base_currency_form", isCurrency(table.baseCurrency)),
    check("strategies_configuration_is_object", sql`jsonb_typeof(${table.configuration}) = 'object'`),
    exactDecimals("strategies_limits_positive", [
      [table.maxOrderNotional, "positive"],
      [table.maxPositionNotional, "positive"],
      [table.maxDailyLoss, "positive"],
    ]),
    check(
      "strategies_max_drawdown_percentage_range",
      sql`${table.maxDrawdownPercentage} > 0 and ${table.maxDrawdownPercentage} <= 100`,
    ),
    check("strategies_max_leverage_range", sql`${table.maxLeverage} > 0 and ${table.maxLeverage} <= 1000`),
    check("strategies_max_open_orders_range", sql`${table.maxOpenOrders} > 0`),
    finiteInstants("strategies_times_finite", [table.updatedAt, table.activatedAt, table.stoppedAt]),
    check("strategies_version_positive", sql`${table.version} > 0`),
    check(
      "strategies_totals_consistent",
      sql`${table.winningTrades} >= 0 and ${table.losingTrades} >= 0 and ${table.winningTrades} + ${table.losingTrades} <= ${table.totalTrades}`,
    ),
    check(
      "strategies_gross_amounts_match_counts",
      sql`${table.grossProfit} >= 0 and ${table.grossLoss} >= 0 and (${table.grossProfit} > 0) = (${table.winningTrades} > 0) and (${table.grossLoss} > 0) = (${table.losingTrades} > 0) and ${table.grossProfit} < 'Infinity' and ${table.grossLoss} < 'Infinity' and ${table.totalFees} < 'Infinity' and ${table.totalFees} > '-Infinity'`,
    ),
    check(
      "strategies_lifecycle_times",
      sql`(${table.status} <> 'active' or ${table.activatedAt} is not null) and (${table.status} not in ('stopped', 'archived') or ${table.activatedAt} is null or ${table.stoppedAt} is not null)`,
    ),

    // Query strategies.get_by_name.
    uniqueIndex("strategies_name_key").on(table.name),
    // Query strategies.list_active: the few that run, out of all that ever did.
    index("strategies_active_idx")
      .on(table.name)
      .where(sql`${table.status} = 'active'`),
    // Query strategies.list_by_kind.
    index("strategies_kind_created_at_idx").on(table.kind, table.createdAt),
    // Query strategies.find_by_symbol.
    index("strategies_symbols_idx").using("gin", table.symbols),
    // Query strategies.find_by_tag.
    index("strategies_tags_idx").using("gin", table.tags),
    // Query strategies.find_by_configuration.
    index("strategies_configuration_idx").using("gin", sql`${table.configuration} jsonb_path_ops`),
    // Query strategies.list_page: newest first, keyset.
    index("strategies_created_at_idx").on(table.createdAt, table.id),
  ],
);
