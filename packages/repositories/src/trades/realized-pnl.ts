// What fills earned over time, per currency: by day, week or month out of the daily roll-up, or fill by fill. Exact decimals.
// Amounts of different currencies are never added up; each currency is a series of its own.
import type { Decimal, Queryable } from "@app/database";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { choice } from "../input/choice-field.ts";
import { timeRange, type TimeRange } from "../input/instant-field.ts";
import { MOST_ROWS } from "../input/number-field.ts";
import { refusal, refusalBecause } from "../input/refuse.ts";
import { namedCode } from "../input/text-field.ts";
import { catalogued, type QueryValues } from "../statements/catalogued-statement.ts";
import { type Amount, decimalOf, exact, ZERO } from "../amounts/exact-decimal.ts";
import { LOWEST_ID, readOldestFirst } from "../paging/forward-window.ts";

/** Whose P&L. */
export type PnlScope = { readonly strategyId: string } | { readonly account: string };

/** Lengths of a period: UTC days, ISO weeks (from Monday), calendar months. */
export const pnlResolutions = ["day", "week", "month"] as const;

/** Length of a period. */
export type PnlResolution = (typeof pnlResolutions)[number];

/** UTC days, both included; as a PlainDate or "2026-01-31". */
export interface DayRange {
  readonly fromDay: Temporal.PlainDate | string;
  readonly toDay: Temporal.PlainDate | string;
}

/** What fills that settled or were charged in one currency earned in one period. */
export interface PnlPeriod {
  /** First day of the period; of the first and last one only the days within the range count. */
  readonly period: Temporal.PlainDate;
  readonly currency: string;
  /** Fills settled in this currency; busted ones do not count. */
  readonly tradeCount: number;
  readonly grossProfit: Decimal;
  /** Positive number: the size of the losses. */
  readonly grossLoss: Decimal;
  /** Gross profit less gross loss, before fees. */
  readonly realizedPnl: Decimal;
  /** Charged in this currency; negative where rebates outweigh them. */
  readonly fees: Decimal;
  /** Realised P&L less fees. */
  readonly netPnl: Decimal;
  /** Sum of `netPnl` since the beginning of the range. */
  readonly cumulativeNetPnl: Decimal;
}

/** What one fill earned in one currency; a fee in another currency than that of settlement is a point of its own. */
export interface PnlPoint {
  readonly tradeId: string;
  readonly executedAt: Temporal.Instant;
  readonly currency: string;
  readonly realizedPnl: Decimal;
  readonly fee: Decimal;
  /** Realised P&L less fee. */
  readonly netPnl: Decimal;
  /** Sum of `netPnl` since the beginning of the range. */
  readonly cumulativeNetPnl: Decimal;
}

/** Longest range by period, in days: a hundred years and some. */
const MOST_DAYS = 40_000;

function checkScope(scope: PnlScope): {
  readonly kind: "strategy" | "account";
  readonly values: QueryValues;
} {
  if (typeof scope !== "object" || scope === null) throw refusal("scope", scope, "an object");
  const strategyId: unknown = Reflect.get(scope, "strategyId");
  const account: unknown = Reflect.get(scope, "account");
  if ((strategyId === undefined) === (account === undefined)) {
    throw refusalBecause("scope", "name one of strategyId, account.");
  }
  return strategyId === undefined
    ? { kind: "account", values: { account: namedCode("account", account) } }
    : { kind: "strategy", values: { strategyId: timeOrderedId("strategyId", strategyId) } };
}

function day(field: string, value: unknown): Temporal.PlainDate {
  if (value instanceof Temporal.PlainDate) return value.withCalendar("iso8601");
  // Text with a time or an offset would leave open which day it means.
  if (typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/u.test(value)) {
    try {
      return Temporal.PlainDate.from(value);
    } catch {
      throw refusal(field, value, "a day such as 2026-01-31");
    }
  }
  throw refusal(field, value, "a Temporal.PlainDate or a day such as 2026-01-31");
}

/**
 * Realised P&L by period, oldest first; periods without fills are left out.
 * @throws {InvalidInputError} naming the field
 */
export async function listRealizedPnl(
  database: Queryable,
  scope: PnlScope,
  range: DayRange & { readonly resolution: PnlResolution },
): Promise<readonly PnlPeriod[]> {
  const { kind, values } = checkScope(scope);
  const resolution = choice("resolution", range.resolution, pnlResolutions);
  const fromDay = day("fromDay", range.fromDay);
  const toDay = day("toDay", range.toDay);
  const length = fromDay.until(toDay).days;
  if (length < 0)
    throw refusalBecause(
      "toDay",
      `the range ends on ${toDay.toString()}, before it begins on ${fromDay.toString()}.`,
    );
  if (length > MOST_DAYS) throw refusalBecause("toDay", `the range has more than ${MOST_DAYS} days.`);
  const { rows } = await database.query<PnlPeriod>(
    catalogued(`strategy_daily_performance.series_by_${kind}`, { ...values, fromDay, toDay, resolution }),
  );
  return rows;
}

interface PnlFill {
  readonly id: string;
  readonly executedAt: Temporal.Instant;
  readonly settlementCurrency: string;
  readonly realizedPnl: Decimal;
  readonly fee: Decimal;
  readonly feeCurrency: string;
}

/**
 * Realised P&L fill by fill over [from, to), oldest first, in bounded memory. Fills that arrive meanwhile behind what was read
 * are not seen.
 * @throws {InvalidInputError} naming the field
 */
export async function* streamRealizedPnl(
  database: Queryable,
  scope: PnlScope,
  range: TimeRange,
): AsyncGenerator<PnlPoint, void, undefined> {
  const { kind, values } = checkScope(scope);
  const { from, to } = timeRange(range);
  const cumulative = new Map<string, Amount>();
  const fills = readOldestFirst<PnlFill>(
    async (after, until, limit) => {
      const place = { from: after.time, cursorId: after.id, to: until, limit };
      return (await database.query<PnlFill>(catalogued(`trades.pnl_by_${kind}`, { ...values, ...place })))
        .rows;
    },
    { after: { time: from, id: LOWEST_ID }, until: to, limit: MOST_ROWS },
  );
  for await (const fill of fills) yield* pointsOf(fill, cumulative);
}

function* pointsOf(fill: PnlFill, cumulative: Map<string, Amount>): Generator<PnlPoint, void, undefined> {
  const { id: tradeId, executedAt, settlementCurrency, feeCurrency, fee } = fill;
  const isOneCurrency = settlementCurrency === feeCurrency;
  const parts = [
    {
      currency: settlementCurrency,
      realizedPnl: exact(fill.realizedPnl),
      fee: isOneCurrency ? exact(fee) : ZERO,
    },
    ...(isOneCurrency || exact(fee).eq(0)
      ? []
      : [{ currency: feeCurrency, realizedPnl: ZERO, fee: exact(fee) }]),
  ];
  for (const part of parts) {
    const net = part.realizedPnl.minus(part.fee);
    const sum = (cumulative.get(part.currency) ?? ZERO).plus(net);
    cumulative.set(part.currency, sum);
    yield {
      tradeId,
      executedAt,
      currency: part.currency,
      realizedPnl: decimalOf(part.realizedPnl),
      fee: decimalOf(part.fee),
      netPnl: decimalOf(net),
      cumulativeNetPnl: decimalOf(sum),
    };
  }
}
