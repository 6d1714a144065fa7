// Trades: executions (fills). What was done at the venue never changes; a fill the venue took back is marked
// busted. Realised P&L and the running position are computed here by average cost, in the order of (executed_at,
// id), whatever order the fills arrived in. See functions/fill-accounting.ts.
import { sql } from "drizzle-orm";
import {
  check,
  foreignKey,
  index,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { exactDecimal, exactDecimals } from "../columns/exact-decimal.ts";
import { finiteInstants, instant } from "../columns/instant.ts";
import { lengthensRetention, recordedAt, retainUntil } from "../columns/record-keeping.ts";
import { isCode, isCurrency, isIsin, isMic } from "../columns/text-code.ts";
import { idHoldsTime, timeOrderedId } from "../columns/time-ordered-id.ts";
import { liquidityEnum, orderSideEnum, tradingCapacityEnum } from "./enums.ts";
import { strategies } from "./strategies.ts";

export const trades = pgTable(
  "trades",
  {
    /** UUIDv7; among fills of one moment its order is the order of accounting. */
    id: timeOrderedId(),
    /** When the venue executed it. FIX tag 60 (TransactTime). */
    executedAt: instant("executed_at").notNull(),
    account: text("account").notNull(),
    strategyId: uuid("strategy_id"),
    /** The order it fills, where it is one of ours; checked by trigger at commit. */
    orderId: uuid("order_id"),
    exchange: text("exchange").notNull(),
    symbol: text("symbol").notNull(),
    /**
     * FIX tag 1003 (TradeID). One venue trade is two fills where both sides are ours, and some venues count per
     * symbol or start again each day: so a fill is unique by it together with exchange, account, symbol, side, time
     * and `correction`.
     */
    exchangeTradeId: text("exchange_trade_id").notNull(),
    /**
     * 0 as first reported, n for what stands in place of correction n - 1, which must be busted. FIX ExecType G (Trade
     * Correct). A late duplicate of what was corrected still meets its own key.
     */
    correction: smallint("correction").notNull().default(0),
    side: orderSideEnum("side").notNull(),
    /** FIX tag 32 (LastQty), in contracts or units. */
    quantity: exactDecimal("quantity").notNull(),
    /** FIX tag 31 (LastPx), in settlement currency for one unit. */
    price: exactDecimal("price").notNull(),
    /** FIX tag 231 (ContractMultiplier): units of the underlying in one contract. */
    contractMultiplier: exactDecimal("contract_multiplier").notNull().default("1"),
    /** quantity x price x multiplier, in settlement currency. */
    notional: numeric("notional")
      .notNull()
      .generatedAlwaysAs(sql`quantity * price * contract_multiplier`),
    /** Currency of price, notional and P&L. FIX tag 120 (SettlCurrency). */
    settlementCurrency: text("settlement_currency").notNull(),
    /** Negative for a rebate. */
    fee: exactDecimal("fee").notNull().default("0"),
    feeCurrency: text("fee_currency").notNull(),
    liquidity: liquidityEnum("liquidity"),

    // Kept by trigger; NULL only between the insert and the end of its statement.
    /** P&L this fill realised, before fees, in settlement currency; 0 where it only opened. */
    realizedPnl: numeric("realized_pnl"),
    /** Position after this fill: positive long, negative short. */
    positionQuantity: numeric("position_quantity"),
    /** What the open position cost, in quantity x price without the multiplier; never negative. */
    positionCostBasis: numeric("position_cost_basis"),

    /** When the venue took it back. FIX ExecType H (Trade Cancel). */
    bustedAt: instant("busted_at"),
    bustReason: text("bust_reason"),

    source: text("source").notNull(),
    rawPayload: jsonb("raw_payload"),
    recordedAt: recordedAt(),
    // Transaction record: RTS 22 (EU 2017/590) Annex I and RTS 6 Annex II.
    venueMic: text("venue_mic"),
    instrumentIsin: text("instrument_isin"),
    /** TVTIC: the venue's own identification code of the transaction. */
    venueTransactionId: text("venue_transaction_id"),
    tradingCapacity: tradingCapacityEnum("trading_capacity"),
    investmentDecisionAlgorithmId: text("investment_decision_algorithm_id"),
    executionAlgorithmId: text("execution_algorithm_id"),
    decisionMakerId: text("decision_maker_id"),
    retainUntil: retainUntil(),
  },
  (table) => [
    primaryKey({ name: "trades_pkey", columns: [table.id, table.executedAt] }),
    foreignKey({
      name: "trades_strategy_id_fkey",
      columns: [table.strategyId],
      foreignColumns: [strategies.id],
    }).onDelete("set null"),
    idHoldsTime("trades_id_holds_executed_at", table.id, table.executedAt),
    check(
      "trades_codes_form",
      sql`${isCode(table.account, 100)} and ${isCode(table.exchange, 50)} and ${isCode(table.symbol, 100)} and ${isCode(table.exchangeTradeId, 200)} and ${isCode(table.source, 200)}`,
    ),
    check(
      "trades_currencies_form",
      sql`${isCurrency(table.settlementCurrency)} and ${isCurrency(table.feeCurrency)}`,
    ),
    exactDecimals("trades_amounts_positive", [
      [table.quantity, "positive"],
      [table.price, "positive"],
      [table.contractMultiplier, "positive"],
    ]),
    exactDecimals("trades_fee_exact", [[table.fee, "any"]]),
    check(
      "trades_accounting_complete",
      sql`num_nulls(${table.realizedPnl}, ${table.positionQuantity}, ${table.positionCostBasis}) in (0, 3)`,
    ),
    check(
      "trades_busted_realizes_nothing",
      sql`${table.bustedAt} is null or ${table.realizedPnl} = 0 or ${table.realizedPnl} is null`,
    ),
    check(
      "trades_bust_reason_when_busted",
      sql`${table.bustReason} is null or ${table.bustedAt} is not null`,
    ),
    // A time in seconds read as milliseconds would make every fill after it a late one.
    check(
      "trades_not_from_the_future",
      sql`${table.executedAt} - ${table.recordedAt} <= interval '24 hours'`,
    ),
    check("trades_correction_not_negative", sql`${table.correction} >= 0`),
    check("trades_busted_after_execution", sql`${table.bustedAt} >= ${table.executedAt}`),
    finiteInstants("trades_times_finite", [table.bustedAt, table.recordedAt]),
    check("trades_venue_mic_form", isMic(table.venueMic)),
    check(
      "trades_decision_ids_form",
      sql`${isCode(table.investmentDecisionAlgorithmId, 100)} and ${isCode(table.executionAlgorithmId, 100)} and ${isCode(table.decisionMakerId, 100)} and ${isCode(table.venueTransactionId, 200)}`,
    ),
    check("trades_instrument_isin_form", isIsin(table.instrumentIsin)),
    check("trades_retain_until_lengthens", lengthensRetention(table.retainUntil, table.executedAt)),

    // Query trades.find_by_exchange_trade_id, and the rule that a fill is recorded once.
    uniqueIndex("trades_exchange_trade_id_key").on(
      table.exchange,
      table.account,
      table.symbol,
      table.side,
      table.exchangeTradeId,
      table.executedAt,
      table.correction,
    ),
    // Query trades.position_history: one position's fills in the order of accounting; the accounting itself reads it.
    index("trades_position_idx").on(
      table.strategyId,
      table.account,
      table.exchange,
      table.symbol,
      table.executedAt,
      table.id,
    ),
    // Queries trades.list_by_strategy, list_winners and list_losers. No partial indexes by sign of P&L: the
    // accounting updates it on every fill, and an index on it would make each such update touch every index
    // (measured: a fifth more time per fill).
    index("trades_strategy_executed_at_idx").on(table.strategyId, table.executedAt, table.id),
    // Query trades.list_by_account.
    index("trades_account_executed_at_idx").on(table.account, table.executedAt, table.id),
    // Query trades.list_by_symbol.
    index("trades_symbol_executed_at_idx").on(table.exchange, table.symbol, table.executedAt, table.id),
    // Query trades.list_by_order.
    index("trades_order_idx")
      .on(table.orderId, table.executedAt)
      .where(sql`${table.orderId} is not null`),
    // Query trades.list_busted.
    index("trades_busted_idx")
      .on(table.bustedAt)
      .where(sql`${table.bustedAt} is not null`),
  ],
);
