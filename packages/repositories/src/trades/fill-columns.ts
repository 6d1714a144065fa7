// The columns a recorded fill is written to, for statements and for COPY alike. Not what the database computes.
import type { CopyType } from "@app/database";
import type { CheckedFill } from "./checked-fill.ts";

/** One column, the field it holds, its SQL type, its type in a binary COPY, and whether another value is another fill. */
export interface FillColumn {
  readonly name: string;
  readonly property: keyof CheckedFill;
  readonly type: string;
  readonly copyType: CopyType;
  /**
   * - key: what tells one fill from another
   * - content: what a fill says; another value under the same key is a conflict
   * - provenance: how the report came; the first one is kept
   */
  readonly role: "id" | "key" | "content" | "provenance";
}

const column = (
  name: string,
  property: keyof CheckedFill,
  type: string,
  role: FillColumn["role"],
  copyType: CopyType = "text",
): FillColumn => ({ name, property, type, copyType, role });

/** Every column a caller's fill fills. */
export const FILL_COLUMNS: readonly FillColumn[] = [
  column("id", "id", "uuid", "id", "uuid"),
  column("executed_at", "executedAt", "timestamptz", "key", "timestamptz"),
  column("account", "account", "text", "key"),
  column("strategy_id", "strategyId", "uuid", "content", "uuid"),
  column("order_id", "orderId", "uuid", "content", "uuid"),
  column("exchange", "exchange", "text", "key"),
  column("symbol", "symbol", "text", "key"),
  column("exchange_trade_id", "exchangeTradeId", "text", "key"),
  column("correction", "correction", "smallint", "key", "int2"),
  column("side", "side", "order_side", "key"),
  column("quantity", "quantity", "numeric", "content", "numeric"),
  column("price", "price", "numeric", "content", "numeric"),
  column("contract_multiplier", "contractMultiplier", "numeric", "content", "numeric"),
  column("settlement_currency", "settlementCurrency", "text", "content"),
  column("fee", "fee", "numeric", "content", "numeric"),
  column("fee_currency", "feeCurrency", "text", "content"),
  column("liquidity", "liquidity", "liquidity", "content"),
  column("source", "source", "text", "provenance"),
  column("raw_payload", "rawPayload", "jsonb", "provenance", "jsonb"),
  column("venue_mic", "venueMic", "text", "content"),
  column("instrument_isin", "instrumentIsin", "text", "content"),
  column("venue_transaction_id", "venueTransactionId", "text", "content"),
  column("trading_capacity", "tradingCapacity", "trading_capacity", "content"),
  column("investment_decision_algorithm_id", "investmentDecisionAlgorithmId", "text", "content"),
  column("execution_algorithm_id", "executionAlgorithmId", "text", "content"),
  column("decision_maker_id", "decisionMakerId", "text", "content"),
];

/** Columns of what a fill says. */
export const CONTENT_COLUMNS: readonly FillColumn[] = FILL_COLUMNS.filter(({ role }) => role === "content");

/** Columns of what tells one fill from another. */
export const KEY_COLUMNS: readonly FillColumn[] = FILL_COLUMNS.filter(({ role }) => role === "key");
