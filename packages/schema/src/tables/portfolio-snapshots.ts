// Portfolio snapshots: equity, cash, exposure and risk of an account, or of one strategy in it, at a moment.
// The running peak is kept by trigger, late snapshots included, so drawdown is always against the true peak.
import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { exactDecimal, exactDecimals } from "../columns/exact-decimal.ts";
import { instant } from "../columns/instant.ts";
import { lengthensRetention, retainUntil } from "../columns/record-keeping.ts";
import { isCode, isCurrency } from "../columns/text-code.ts";
import { idHoldsTime, timeOrderedId } from "../columns/time-ordered-id.ts";

export const portfolioSnapshots = pgTable(
  "portfolio_snapshots",
  {
    id: timeOrderedId(),
    takenAt: instant("taken_at").notNull(),
    account: text("account").notNull(),
    /** NULL for the whole account. */
    /**
     * Held to strategies by the foreign key of portfolio_curves, which has a row of every snapshot's curve; a key of its own
     * would lock strategies with each chunk that comes, is joined or goes.
     */
    strategyId: uuid("strategy_id"),
    /** Currency of every amount in the row. */
    currency: text("currency").notNull(),
    equity: exactDecimal("equity").notNull(),
    cash: exactDecimal("cash").notNull(),
    longExposure: exactDecimal("long_exposure").notNull().default("0"),
    /** Positive number: the size of the short side. */
    shortExposure: exactDecimal("short_exposure").notNull().default("0"),
    grossExposure: exactDecimal("gross_exposure")
      .notNull()
      .generatedAlwaysAs(sql`long_exposure + short_exposure`),
    netExposure: exactDecimal("net_exposure")
      .notNull()
      .generatedAlwaysAs(sql`long_exposure - short_exposure`),
    realizedPnl: exactDecimal("realized_pnl").notNull().default("0"),
    unrealizedPnl: exactDecimal("unrealized_pnl").notNull().default("0"),
    marginUsed: exactDecimal("margin_used").notNull().default("0"),
    /** Percent of the available margin in use, 0 to 100. */
    marginUsedPercentage: numeric("margin_used_percentage"),
    /** Percent of gross exposure in the largest position, 0 to 100. */
    largestPositionPercentage: numeric("largest_position_percentage"),
    openPositions: integer("open_positions").notNull().default(0),

    /** Highest equity up to and including this snapshot, deposits included; kept by trigger. */
    peakEquity: exactDecimal("peak_equity"),
    drawdown: exactDecimal("drawdown").generatedAlwaysAs(sql`peak_equity - equity`),
    /** Percent of the peak, 0 to 100; 100 where equity is gone or below; NULL while the peak is not positive. */
    drawdownPercentage: numeric("drawdown_percentage").generatedAlwaysAs(
      sql`case when peak_equity > 0 then least(100, round((peak_equity - equity) * 100 / peak_equity, 6)) end`,
    ),

    // Risk figures as the risk engine gave them; positive numbers are losses.
    valueAtRisk95: exactDecimal("value_at_risk_95"),
    valueAtRisk99: exactDecimal("value_at_risk_99"),
    expectedShortfall95: exactDecimal("expected_shortfall_95"),
    /** Annualised, as a percentage of equity. */
    volatilityPercentage: numeric("volatility_percentage"),
    /** {exchange, symbol, quantity, exposure, ...} per open position, where the caller keeps it. */
    holdings: jsonb("holdings"),
    source: text("source").notNull(),
    retainUntil: retainUntil(),
  },
  (table) => [
    primaryKey({ name: "portfolio_snapshots_pkey", columns: [table.id, table.takenAt] }),
    idHoldsTime("portfolio_snapshots_id_holds_taken_at", table.id, table.takenAt),
    check(
      "portfolio_snapshots_codes_form",
      sql`${isCode(table.account, 100)} and ${isCurrency(table.currency)} and ${isCode(table.source, 200)}`,
    ),
    exactDecimals("portfolio_snapshots_amounts_exact", [
      [table.equity, "any"],
      [table.cash, "any"],
      [table.realizedPnl, "any"],
      [table.unrealizedPnl, "any"],
      [table.longExposure, "not-negative"],
      [table.shortExposure, "not-negative"],
      [table.marginUsed, "not-negative"],
    ]),
    exactDecimals("portfolio_snapshots_risk_exact", [
      [table.valueAtRisk95, "not-negative"],
      [table.valueAtRisk99, "not-negative"],
      [table.expectedShortfall95, "not-negative"],
    ]),
    check(
      "portfolio_snapshots_value_at_risk_in_order",
      sql`${table.valueAtRisk99} >= ${table.valueAtRisk95}`,
    ),
    check(
      "portfolio_snapshots_percentages_range",
      sql`${table.marginUsedPercentage} between 0 and 100 and ${table.largestPositionPercentage} between 0 and 100`,
    ),
    check(
      "portfolio_snapshots_volatility_range",
      sql`${table.volatilityPercentage} >= 0 and ${table.volatilityPercentage} < 1e6`,
    ),
    check("portfolio_snapshots_open_positions_not_negative", sql`${table.openPositions} >= 0`),
    check("portfolio_snapshots_peak_not_below_equity", sql`${table.peakEquity} >= ${table.equity}`),
    check("portfolio_snapshots_holdings_is_array", sql`jsonb_typeof(${table.holdings}) = 'array'`),
    check("portfolio_snapshots_retain_until_lengthens", lengthensRetention(table.retainUntil, table.takenAt)),

    // Query portfolio_snapshots.equity_curve; the running peak reads it too.
    uniqueIndex("portfolio_snapshots_curve_key").on(
      table.account,
      table.strategyId,
      table.currency,
      table.takenAt,
      table.id,
    ),
    // Query portfolio_snapshots.list_by_strategy.
    index("portfolio_snapshots_strategy_idx").on(table.strategyId, table.takenAt),
    // Query portfolio_snapshots.list_deep_drawdowns.
    index("portfolio_snapshots_deep_drawdown_idx")
      .on(table.account, table.takenAt)
      .where(sql`${table.drawdownPercentage} >= 20`),
    // Query portfolio_snapshots.list_margin_pressure.
    index("portfolio_snapshots_margin_pressure_idx")
      .on(table.account, table.takenAt)
      .where(sql`${table.marginUsedPercentage} >= 80`),
  ],
);
