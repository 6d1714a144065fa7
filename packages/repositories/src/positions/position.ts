// A position as callers get it: what is open of one instrument, by average cost, as the accounting of fills left it.
import type { Decimal } from "@app/database";

/** What is open, per strategy, account and instrument. */
export interface Position {
  readonly id: string;
  /** null for fills of no strategy. */
  readonly strategyId: string | null;
  readonly account: string;
  readonly exchange: string;
  readonly symbol: string;
  /** Currency of cost, price and P&L. */
  readonly settlementCurrency: string;
  /** Units of the underlying in one contract. */
  readonly contractMultiplier: Decimal;
  /** Positive long, negative short, zero flat. */
  readonly quantity: Decimal;
  /** What the open quantity cost, in quantity × price without the multiplier; never negative. */
  readonly costBasis: Decimal;
  /** Cost basis ÷ quantity, cut at 18 decimal places; null when flat. */
  readonly averageEntryPrice: Decimal | null;
  /** Since the first fill, before fees, in settlement currency. */
  readonly realizedPnl: Decimal;
  /** Fills that count, busted ones left out. */
  readonly fillCount: number;
  readonly firstFillAt: Temporal.Instant | null;
  /** Time of the last fill in the order of accounting. */
  readonly lastFillAt: Temporal.Instant | null;
  /** Newest fill that left the database after its years; null while all are there. */
  readonly purgedThrough: Temporal.Instant | null;
  readonly updatedAt: Temporal.Instant;
}
