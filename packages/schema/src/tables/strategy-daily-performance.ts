// Strategy daily performance: sums of fills per strategy, UTC day, account and currency, kept exact by trigger.
// Every column is a plain sum but the two extremes, so days, accounts and strategies can be added up (of extremes, the
// greatest taken); currencies never are. A fill settled in one currency with its fee in another adds to two rows.
import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  date,
  foreignKey,
  index,
  numeric,
  pgTable,
  primaryKey,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import { strategies } from "./strategies.ts";

export const strategyDailyPerformance = pgTable(
  "strategy_daily_performance",
  {
    strategyId: uuid("strategy_id").notNull(),
    /** UTC day of execution. */
    tradingDay: date("trading_day", { mode: "string" }).notNull(),
    account: text("account").notNull(),
    currency: text("currency").notNull(),
    /** Fills settled in this currency, busted ones left out. */
    tradeCount: bigint("trade_count", { mode: "number" }).notNull().default(0),
    buyCount: bigint("buy_count", { mode: "number" }).notNull().default(0),
    winningTrades: bigint("winning_trades", { mode: "number" }).notNull().default(0),
    losingTrades: bigint("losing_trades", { mode: "number" }).notNull().default(0),
    /** Of the winning ones those that closed a long position (sells); the others closed a short one. */
    longWinningTrades: bigint("long_winning_trades", { mode: "number" }).notNull().default(0),
    longLosingTrades: bigint("long_losing_trades", { mode: "number" }).notNull().default(0),
    grossProfit: numeric("gross_profit").notNull().default("0"),
    /** Positive number: the size of the losses. */
    grossLoss: numeric("gross_loss").notNull().default("0"),
    realizedPnl: numeric("realized_pnl")
      .notNull()
      .generatedAlwaysAs(sql`gross_profit - gross_loss`),
    /** Greatest P&L of one fill; 0 where none won. An extreme is no sum: see `restateExtremes`. */
    largestWin: numeric("largest_win").notNull().default("0"),
    /** Positive number: the size of the greatest loss of one fill; 0 where none lost. */
    largestLoss: numeric("largest_loss").notNull().default("0"),
    /**
     * The two extremes among the fills that left the database after their years, written as they leave: after a bust the day is
     * read again, and they are not there any more.
     */
    purgedLargestWin: numeric("purged_largest_win").notNull().default("0"),
    purgedLargestLoss: numeric("purged_largest_loss").notNull().default("0"),
    /** Sum of squared realised P&L, for deviations over any range of days. */
    realizedPnlSquared: numeric("realized_pnl_squared").notNull().default("0"),
    buyNotional: numeric("buy_notional").notNull().default("0"),
    sellNotional: numeric("sell_notional").notNull().default("0"),
    /** Fees charged in this currency; negative where rebates outweigh them. */
    fees: numeric("fees").notNull().default("0"),
  },
  (table) => [
    primaryKey({
      name: "strategy_daily_performance_pkey",
      columns: [table.strategyId, table.tradingDay, table.account, table.currency],
    }),
    foreignKey({
      name: "strategy_daily_performance_strategy_id_fkey",
      columns: [table.strategyId],
      foreignColumns: [strategies.id],
    }).onDelete("cascade"),
    check(
      "strategy_daily_performance_counts_consistent",
      sql`${table.winningTrades} >= 0 and ${table.losingTrades} >= 0 and ${table.winningTrades} + ${table.losingTrades} <= ${table.tradeCount} and ${table.buyCount} between 0 and ${table.tradeCount} and ${table.longWinningTrades} between 0 and ${table.winningTrades} and ${table.longLosingTrades} between 0 and ${table.losingTrades}`,
    ),
    check(
      "strategy_daily_performance_amounts_not_negative",
      sql`${table.grossProfit} >= 0 and ${table.grossLoss} >= 0 and ${table.largestWin} >= 0 and ${table.largestLoss} >= 0 and ${table.purgedLargestWin} >= 0 and ${table.purgedLargestLoss} >= 0 and ${table.realizedPnlSquared} >= 0 and ${table.buyNotional} >= 0 and ${table.sellNotional} >= 0`,
    ),

    // Query strategy_daily_performance.leaderboard: every strategy over some days.
    index("strategy_daily_performance_day_idx").on(table.tradingDay, table.strategyId),
    // Query strategy_daily_performance.series_by_account.
    index("strategy_daily_performance_account_idx").on(table.account, table.tradingDay),
  ],
);
