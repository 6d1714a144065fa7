// Trades as callers give and get them: an execution (fill) to record, and a recorded one with what the accounting made of it.
// Amounts are exact decimal text; what was executed never changes.
import type { Decimal } from "@app/database";
import type { Liquidity, OrderSide, TradingCapacity } from "@app/schema/vocabulary";
import type { Moment } from "../input/instant-field.ts";

/** What a venue knows a fill by; one that was corrected is counted up. */
export interface FillKey {
  /** Where it was executed. */
  readonly exchange: string;
  readonly account: string;
  readonly symbol: string;
  /** FIX tag 54 (Side). */
  readonly side: OrderSide;
  /** FIX tag 1003 (TradeID). */
  readonly exchangeTradeId: string;
  /** When the venue executed it, to the microsecond. FIX tag 60 (TransactTime). */
  readonly executedAt: Moment;
}

/** What a fill says beside its key, and what a correction may say otherwise. */
export interface FillTerms {
  /** Executed, in contracts or units; above 0. FIX tag 32 (LastQty). */
  readonly quantity: string;
  /** For one unit, in settlement currency; above 0. FIX tag 31 (LastPx). */
  readonly price: string;
  /** Units of the underlying in one contract. FIX tag 231. @defaultValue "1" */
  readonly contractMultiplier?: string | undefined;
  /** Currency of price, notional and P&L. FIX tag 120 (SettlCurrency). */
  readonly settlementCurrency: string;
  /** Negative for a rebate. @defaultValue "0" */
  readonly fee?: string | undefined;
  /** @defaultValue the settlement currency */
  readonly feeCurrency?: string | undefined;
  /** FIX tag 851 (LastLiquidityInd). */
  readonly liquidity?: Liquidity | null | undefined;
  /** Whose fill it is; one of no strategy belongs to a position of its own. */
  readonly strategyId?: string | null | undefined;
  /** The order it fills, where it is one of ours. */
  readonly orderId?: string | null | undefined;
  /** Where the report came from: feed, file, drop copy. */
  readonly source: string;
  /** What the source sent, as JSON. */
  readonly rawPayload?: unknown;
  /** ISO 10383. */
  readonly venueMic?: string | null | undefined;
  /** ISO 6166. */
  readonly instrumentIsin?: string | null | undefined;
  /** TVTIC of RTS 22 (EU 2017/590) Annex I. */
  readonly venueTransactionId?: string | null | undefined;
  /** RTS 22 (EU 2017/590): on own account, matched principal, or any other. */
  readonly tradingCapacity?: TradingCapacity | null | undefined;
  /** The algorithm that decided to trade. */
  readonly investmentDecisionAlgorithmId?: string | null | undefined;
  /** The algorithm that decided where and when. */
  readonly executionAlgorithmId?: string | null | undefined;
  /** The person who decided or answers for it. */
  readonly decisionMakerId?: string | null | undefined;
}

/** A fill to record. */
export interface NewFill extends FillKey, FillTerms {
  /**
   * A UUIDv7 of `executedAt`. Among fills of one microsecond the order of ids is the order of accounting: where it matters,
   * give ids made in the venue's order.
   * @defaultValue derived from the key, so that the same fill gets the same id wherever it is recorded
   */
  readonly id?: string | undefined;
  /** 0 as first reported, n for what stands in place of correction n - 1, which must be busted. @defaultValue 0 */
  readonly correction?: number | undefined;
}

/** A recorded fill. */
export interface Trade {
  /** UUIDv7 that holds `executedAt`. */
  readonly id: string;
  /** By the venue's clock. FIX tag 60 (TransactTime). */
  readonly executedAt: Temporal.Instant;
  readonly account: string;
  /** null for a fill of no strategy. */
  readonly strategyId: string | null;
  /** The order it fills; null where it is none of ours. */
  readonly orderId: string | null;
  readonly exchange: string;
  readonly symbol: string;
  /** FIX tag 1003 (TradeID). */
  readonly exchangeTradeId: string;
  /** 0 as first reported, n for the n-th correction. */
  readonly correction: number;
  readonly side: OrderSide;
  /** In contracts or units; above 0. */
  readonly quantity: Decimal;
  /** For one unit, in settlement currency. */
  readonly price: Decimal;
  /** Units of the underlying in one contract. */
  readonly contractMultiplier: Decimal;
  /** quantity × price × multiplier, in settlement currency. */
  readonly notional: Decimal;
  /** Currency of price, notional and P&L. */
  readonly settlementCurrency: string;
  /** In `feeCurrency`; negative for a rebate. */
  readonly fee: Decimal;
  readonly feeCurrency: string;
  readonly liquidity: Liquidity | null;
  /** Realised by this fill, by average cost, before fees, in settlement currency; 0 where it only opened, or is busted. */
  readonly realizedPnl: Decimal;
  /** Position after this fill: positive long, negative short. */
  readonly positionQuantity: Decimal;
  /** What the open position cost, in quantity × price without the multiplier. */
  readonly positionCostBasis: Decimal;
  /** When the venue took it back; null while it counts. */
  readonly bustedAt: Temporal.Instant | null;
  readonly bustReason: string | null;
  /** Where the report came from. */
  readonly source: string;
  /** What the source sent; null where it was not kept. */
  readonly rawPayload: unknown;
  /** When the database recorded it. */
  readonly recordedAt: Temporal.Instant;
  readonly venueMic: string | null;
  readonly instrumentIsin: string | null;
  readonly venueTransactionId: string | null;
  readonly tradingCapacity: TradingCapacity | null;
  readonly investmentDecisionAlgorithmId: string | null;
  readonly executionAlgorithmId: string | null;
  readonly decisionMakerId: string | null;
  /** Kept at least until this UTC day; null where the seven years of the table are enough. */
  readonly retainUntil: Temporal.PlainDate | null;
}
