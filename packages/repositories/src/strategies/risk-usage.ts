// How much of a strategy's limits is used now: open orders, positions at cost, today's P&L, drawdown. It tells how
// much and judges nothing: whether a limit is exceeded says portfolio.riskBreaches, and who may trade the backend decides.
import type { Decimal, Queryable } from "@app/database";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { type Moment, momentUpTo } from "../input/instant-field.ts";
import { MOST_ROWS } from "../input/number-field.ts";
import { knownOptions } from "../input/known-fields.ts";
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
  /** Every open position of the strategy, by account, exchange and symbol. */
  readonly positions: readonly PositionNotional[];
}

type PositionRow = Omit<PositionNotional, "limitShare">;

interface UsageRow extends RiskLimits {
  readonly strategyId: string;
  readonly version: number;
  readonly currency: string;
  readonly openOrders: number;
  readonly netPnlToday: Decimal;
}

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
  options: RiskUsageOptions = {},
): Promise<RiskUsage> {
  const of = timeOrderedId("strategyId", strategyId);
  const { at } = knownOptions("options", options, { at: true });
  const now = at === undefined ? Temporal.Now.instant() : momentUpTo("at", at);
  const day = now.toZonedDateTimeISO("UTC").toPlainDate();
  const usage = await scope.query<UsageRow>(
    catalogued("strategies.risk_usage", { strategyId: of, fromDay: day }),
  );
  const positions = await readPositions(scope, of);
  const {
    openOrders,
    netPnlToday,
    version,
    currency,
    strategyId: id,
    ...limits
  } = requiredStrategy(usage.rows[0], strategyId);
  const loss = netPnlToday.startsWith("-") ? exact(netPnlToday).abs() : ZERO;
  const measured = positions.map((position) => ({
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

/** All of them, however many: limits that are held against a part would seem less used than they are. */
async function readPositions(scope: Queryable, strategyId: string): Promise<readonly PositionRow[]> {
  const positions: PositionRow[] = [];
  let behind = { cursorAccount: "", cursorExchange: "", cursorSymbol: "" };
  for (;;) {
    const { rows } = await scope.query<PositionRow>(
      catalogued("strategies.list_position_notionals", { strategyId, ...behind, limit: MOST_ROWS }),
    );
    positions.push(...rows);
    const last = rows.at(-1);
    if (last === undefined || rows.length < MOST_ROWS) return positions;
    behind = { cursorAccount: last.account, cursorExchange: last.exchange, cursorSymbol: last.symbol };
  }
}
