// What is found where a risk limit is held against what is: a breach, or that nobody can say.
// Not the judging itself (risk-breaches.ts).
import type { Decimal } from "@app/database";
import { type Amount, decimalOf } from "../amounts/exact-decimal.ts";

/** Limits a strategy may have. */
export type RiskLimit =
  | "maxOrderNotional"
  | "maxPositionNotional"
  | "maxDailyLoss"
  | "maxDrawdownPercentage"
  | "maxLeverage"
  | "maxOpenOrders";

/** Why a limit could not be judged. */
export type RiskUnknownReason =
  /** No mark for a position, or for an order without a price of its own. */
  | "no_price"
  /**
   * The order's instrument has no fill in its account and strategy yet, so neither contract multiplier nor currency is known;
   * at a multiplier of 1 it is within the limit. At 1 beyond it, it is a breach.
   */
  | "no_multiplier"
  /** The amount is in another currency than the limit. */
  | "other_currency"
  /** The curve has no snapshot, or none as young as asked for. */
  | "no_snapshot"
  /** Leverage has no meaning without equity, a drawdown none without a positive peak. */
  | "equity_not_positive";

interface Judged {
  readonly strategyId: string;
  readonly limit: RiskLimit;
  /** The limit: an amount in `currency`, a percentage, a ratio or a count. */
  readonly allowed: Decimal;
  /** Of `actual`; null where that is no amount. */
  readonly currency: string | null;
  /** What it was found at; null where it is of the strategy as a whole. */
  readonly account: string | null;
  readonly exchange: string | null;
  readonly symbol: string | null;
  readonly orderId: string | null;
  /** When the snapshot it rests on was taken; null where it is of now. */
  readonly asOf: Temporal.Instant | null;
}

/** A limit that is exceeded; one that is just reached is not. */
export interface RiskBreach extends Judged {
  readonly state: "breached";
  readonly actual: Decimal;
  readonly reason: null;
}

/** A limit that cannot be judged. */
export interface RiskUnknown extends Judged {
  readonly state: "unknown";
  readonly actual: null;
  readonly reason: RiskUnknownReason;
}

/** What was found at a limit. */
export type RiskFinding = RiskBreach | RiskUnknown;

/** Where something was found. */
export type FindingPlace = Partial<Omit<Judged, "strategyId" | "limit" | "allowed">>;

const NOWHERE = { currency: null, account: null, exchange: null, symbol: null, orderId: null, asOf: null };

/** A limit that is exceeded. */
export function breach(
  limits: { readonly id: string },
  limit: RiskLimit,
  allowed: Decimal,
  actual: Amount,
  place: FindingPlace,
): RiskBreach {
  const found = { state: "breached", actual: decimalOf(actual), reason: null } as const;
  return { strategyId: limits.id, limit, allowed, ...found, ...NOWHERE, ...place };
}

/** A limit that cannot be judged. */
export function unknown(
  limits: { readonly id: string },
  limit: RiskLimit,
  allowed: Decimal,
  reason: RiskUnknownReason,
  place: FindingPlace,
): RiskUnknown {
  const found = { state: "unknown", actual: null, reason } as const;
  return { strategyId: limits.id, limit, allowed, ...found, ...NOWHERE, ...place };
}
