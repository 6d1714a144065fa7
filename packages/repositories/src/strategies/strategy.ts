// What a strategy is to a caller: the row as stored. Not its performance; see performance.ts.
import type { Decimal } from "@app/database";
import type { StrategyStatus } from "@app/schema/vocabulary";
import type { JsonObject } from "../input/json-field.ts";

/** Limits a strategy is held to, in its base currency; null is no limit of that kind. */
export interface RiskLimits {
  /** Worth of one order. */
  readonly maxOrderNotional: Decimal | null;
  /** Worth of one position, long or short. */
  readonly maxPositionNotional: Decimal | null;
  /** A loss, as a positive amount. */
  readonly maxDailyLoss: Decimal | null;
  /** Percent of the running peak of equity, above 0 up to 100. */
  readonly maxDrawdownPercentage: Decimal | null;
  /** Gross exposure over equity, above 0 up to 1,000. */
  readonly maxLeverage: Decimal | null;
  /** Orders that work at the same time. */
  readonly maxOpenOrders: number | null;
}

/** A strategy as stored. */
export interface Strategy extends RiskLimits {
  /** UUIDv7 that holds `createdAt`. */
  readonly id: string;
  readonly createdAt: Temporal.Instant;
  /** When anything of it last changed. */
  readonly updatedAt: Temporal.Instant;
  /** 1, and one more with each change of anything but the totals. */
  readonly version: number;
  /** No other strategy has it. */
  readonly name: string;
  readonly description: string | null;
  /** What sort of strategy it is, in the caller's words. */
  readonly kind: string;
  /** Where it is in its life; see `strategyTransitions`. */
  readonly status: StrategyStatus;
  /** When it last went from draft or stopped to active. */
  readonly activatedAt: Temporal.Instant | null;
  /** When it was stopped; null while it runs or pauses. */
  readonly stoppedAt: Temporal.Instant | null;
  /** Currency of the limits and of the totals. */
  readonly baseCurrency: string;
  /** The caller's own; any JSON object. */
  readonly configuration: JsonObject;
  /** What it trades, in the caller's words; each once. */
  readonly symbols: readonly string[];
  readonly tags: readonly string[];
  /** RTS 6 Annex II: the algorithm that decides, the one that executes, the person who answers for it. */
  readonly investmentDecisionAlgorithmId: string | null;
  readonly executionAlgorithmId: string | null;
  readonly decisionMakerId: string | null;

  // Totals over fills settled in base currency, busted ones left out; kept by the database.
  /** Number of fills. */
  readonly totalTrades: number;
  readonly winningTrades: number;
  readonly losingTrades: number;
  readonly grossProfit: Decimal;
  /** The size of the losses, positive. */
  readonly grossLoss: Decimal;
  /** Before fees. */
  readonly totalRealizedPnl: Decimal;
  /** Charged in base currency. */
  readonly totalFees: Decimal;
}

/** Limits as a caller gives them: amounts as decimal text, null for no limit. */
export interface RiskLimitsInput {
  readonly maxOrderNotional?: string | null | undefined;
  readonly maxPositionNotional?: string | null | undefined;
  readonly maxDailyLoss?: string | null | undefined;
  readonly maxDrawdownPercentage?: string | null | undefined;
  readonly maxLeverage?: string | null | undefined;
  readonly maxOpenOrders?: number | null | undefined;
}

/** What may be changed of a strategy; what is left out stays. */
export interface StrategyChanges extends RiskLimitsInput {
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly kind?: string | undefined;
  /** Totals are restated in the new currency from the daily roll-up. */
  readonly baseCurrency?: string | undefined;
  /** Replaces the whole configuration. */
  readonly configuration?: JsonObject | undefined;
  readonly symbols?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly investmentDecisionAlgorithmId?: string | null | undefined;
  readonly executionAlgorithmId?: string | null | undefined;
  readonly decisionMakerId?: string | null | undefined;
}
