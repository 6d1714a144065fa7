// What fills earned over time, per currency: by day, week or month out of the daily roll-up, or fill by fill. Exact decimals.
// Amounts of different currencies are never added up; each currency is a series of its own.
import type { Decimal, Queryable } from "@app/database";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { choice } from "../input/choice-field.ts";
import { type DayRange, dayRange } from "../input/day-field.ts";
import { rangeFields, timeRange, type TimeRange } from "../input/instant-field.ts";
import { type FieldNames, knownOptions } from "../input/known-fields.ts";
import { MOST_ROWS } from "../input/number-field.ts";
import { type CheckedOwner, onlyOneOf } from "../input/owner-field.ts";
import { namedCode } from "../input/text-field.ts";
import { LOWEST_ID } from "../paging/cursor.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { type Amount, decimalOf, exact, ZERO } from "../amounts/exact-decimal.ts";
import { readOldestFirst } from "../paging/forward-window.ts";

/** Whose P&L: a strategy's or an account's. Exactly one of them. */
export type PnlOwner = { readonly strategyId: string } | { readonly account: string };

/** Lengths of a period: UTC days, ISO weeks (from Monday), calendar months. */
export const pnlResolutions = ["day", "week", "month"] as const;

/** Length of a period. */
export type PnlResolution = (typeof pnlResolutions)[number];

/** Over which days, and how finely. */
export interface RealizedPnlOptions extends DayRange {
  readonly resolution: PnlResolution;
}

const optionFields: FieldNames<RealizedPnlOptions> = { firstDay: true, lastDay: true, resolution: true };

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

function ownerOf(owner: PnlOwner): CheckedOwner<"strategy" | "account"> {
  const word = onlyOneOf("owner", owner, [["strategyId"], ["account"]]);
  const name: unknown = Reflect.get(owner, word);
  return word === "account"
    ? { by: "account", values: { account: namedCode("account", name) } }
    : { by: "strategy", values: { strategyId: timeOrderedId("strategyId", name) } };
}

/**
 * Realised P&L by period, oldest first; periods without fills are left out.
 * @throws {InvalidInputError} naming the field
 */
export async function realizedPnl(
  database: Queryable,
  owner: PnlOwner,
  options: RealizedPnlOptions,
): Promise<readonly PnlPeriod[]> {
  const { by, values } = ownerOf(owner);
  const resolution = choice(
    "resolution",
    knownOptions("options", options, optionFields).resolution,
    pnlResolutions,
  );
  const { firstDay: fromDay, lastDay: toDay } = dayRange(options);
  const { rows } = await database.query<PnlPeriod>(
    catalogued(`strategy_daily_performance.series_by_${by}`, { ...values, fromDay, toDay, resolution }),
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
  owner: PnlOwner,
  range: TimeRange,
): AsyncGenerator<PnlPoint, void, undefined> {
  const { by, values } = ownerOf(owner);
  const { from, to } = timeRange(knownOptions("range", range, rangeFields));
  const cumulative = new Map<string, Amount>();
  const fills = readOldestFirst<PnlFill>(
    async (after, end, limit) => {
      const place = { from: after.time, cursorId: after.id, to: end, limit };
      return (await database.query<PnlFill>(catalogued(`trades.pnl_by_${by}`, { ...values, ...place }))).rows;
    },
    { after: { time: from, id: LOWEST_ID }, to, limit: MOST_ROWS },
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
