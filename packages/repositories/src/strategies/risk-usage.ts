// How much of a strategy's limits is used now: open orders, positions at cost, today's P&L, drawdown. It tells how
// much and judges nothing: whether a limit is exceeded says portfolio.riskBreaches, and who may trade the backend decides.
import type { Decimal, Queryable } from "@app/database";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { type Moment, momentUpTo } from "../input/instant-field.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { requiredStrategy } from "./find-strategy.ts";
import { type Amount, exact, ZERO } from "../amounts/exact-decimal.ts";
import type { RiskLimits } from "./strategy.ts";

/** An open position of a strategy. */
export interface PositionNotional {
  readonly account: string;
  readonly exchange: string;
  readonly symbol: string;
  readonly currency: string;
  /** Negative for a short one. */
  readonly quantity: Decimal;
  /** What it cost, times the contract multiplier; at cost since no price is asked. */
  readonly costNotional: Decimal;
  /** Share of the limit for positions; null without one, and in another currency than the limits'. */
  readonly limitShare: number | null;
}

/** What of a strategy's limits is used. Shares are fractions of the limit: 1 is all of it, null where there is none. */
export interface RiskUsage {
  readonly strategyId: string;
  readonly version: number;
  readonly currency: string;
  readonly limits: RiskLimits;
  readonly openOrders: number;
  readonly openOrdersShare: number | null;
  /** Realised P&L less fees of this UTC day, in base currency, open positions left out. */
  readonly netPnlToday: Decimal;
  /** A loss over the limit; 0 on a day of profit. */
  readonly dailyLossShare: number | null;
  readonly positions: readonly PositionNotional[];
}

interface UsageRow extends RiskLimits {
  readonly strategyId: string;
  readonly version: number;
  readonly currency: string;
  readonly openOrders: number;
  readonly netPnlToday: Decimal;
}

const MOST_POSITIONS = 10_000;

const share = (used: Amount, limit: string | null): number | null =>
  limit === null ? null : Number(used.div(limit).toFixed());

/** As of when limits are held against what is. */
export interface RiskUsageOptions {
  /** Its UTC day is the day of the loss. @defaultValue now */
  readonly at?: Moment | undefined;
}

/**
 * What of a strategy's limits is used at a moment, now unless given.
 * @throws {NotFoundError} no such strategy
 */
export async function riskUsage(
  scope: Queryable,
  strategyId: string,
  { at }: RiskUsageOptions = {},
): Promise<RiskUsage> {
  const of = timeOrderedId("strategyId", strategyId);
  const now = at === undefined ? Temporal.Now.instant() : momentUpTo("at", at);
  const day = now.toZonedDateTimeISO("UTC").toPlainDate();
  const usage = await scope.query<UsageRow>(
    catalogued("strategies.risk_usage", { strategyId: of, fromDay: day }),
  );
  const positions = await scope.query<Omit<PositionNotional, "limitShare">>(
    catalogued("strategies.list_position_notionals", { strategyId: of, limit: MOST_POSITIONS }),
  );
  const {
    openOrders,
    netPnlToday,
    version,
    currency,
    strategyId: id,
    ...limits
  } = requiredStrategy(usage.rows[0], strategyId);
  const loss = netPnlToday.startsWith("-") ? exact(netPnlToday).abs() : ZERO;
  const measured = positions.rows.map((position) => ({
    ...position,
    limitShare:
      position.currency === currency ? share(exact(position.costNotional), limits.maxPositionNotional) : null,
  }));
  const dailyLossShare = share(loss, limits.maxDailyLoss);
  return {
    strategyId: id,
    version,
    currency,
    limits,
    openOrders,
    openOrdersShare: limits.maxOpenOrders === null ? null : openOrders / limits.maxOpenOrders,
    netPnlToday,
    dailyLossShare,
    positions: measured,
  };
}
