// Measures a strategy over a range: one row from the roll-up, and from the equity curve and a benchmark where they are asked
// for. The arithmetic of amounts is the database's or exact; ratios are made of floats.
import type { Decimal } from "@app/database";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { drawdownRatio, largestDrawdown, longestDrawdown } from "../performance/drawdown.ts";
import { mean } from "../performance/statistics.ts";
import { streaksOf } from "../performance/streaks.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import type { Scope } from "../statements/scope.ts";
import { decimalOf, exact, ZERO } from "../trades/exact-decimal.ts";
import { benchmarkReturns } from "./benchmark-returns.ts";
import { type CurveFigures, readCurve } from "./curve-capital.ts";
import { cumulate, type Periods, periodsOf, returnsBetween } from "./equity-path.ts";
import { findStrategy, requiredStrategy } from "./find-strategy.ts";
import type { DrawdownFigures, StrategyPerformance } from "./performance.ts";
import {
  type CheckedOptions,
  checkPerformanceOptions,
  dayOf,
  type PerformanceOptions,
} from "./performance-options.ts";
import { activityOf, fillFiguresOf, type PerformanceRow, pnlOf } from "./performance-row.ts";
import { benchmarkFigures, returnFigures } from "./return-figures.ts";

/** Equity at the ends of periods, the equity before the first in front. */
interface EquityPath {
  readonly levels: Float64Array;
  /** Last day of each, the day before the first period in front. */
  readonly days: readonly Temporal.PlainDate[];
  /** The exact fall from one place to another. */
  readonly fall: (peak: number, trough: number) => Decimal;
  /** Exact equity at a place; undefined without capital. */
  readonly equityAt: (place: number) => Decimal | undefined;
}

/**
 * Measures a strategy over a range.
 * @throws {InvalidInputError} naming the field
 * @throws {NotFoundError} no such strategy
 */
export async function measurePerformance(
  scope: Scope,
  strategyId: string,
  options: PerformanceOptions,
): Promise<StrategyPerformance> {
  const of = timeOrderedId("strategyId", strategyId);
  const checked = checkPerformanceOptions(options);
  const row = await readRow(scope, of, checked);
  const isEmpty = row.dayOffsets.length === 0 && row.otherCurrencies.length === 0;
  // A strategy without fills is told from one that is not there.
  if (isEmpty) requiredStrategy(await findStrategy(scope, of), strategyId);

  const periods = periodsOf({ firstDay: checked.firstDay, values: dailyNet(row, checked) }, checked.calendar);
  const curve =
    checked.capital !== undefined && "account" in checked.capital
      ? await readCurve(scope, of, checked.capital.account, checked, periods.lastDays)
      : undefined;
  const path = curve === undefined ? pathOfPnl(row, periods, checked) : pathOfCurve(curve);
  const hasCapital = checked.capital !== undefined;
  const fallen = largestDrawdown(path.levels, hasCapital ? "ratio" : "amount");
  const ratio = fallen === null || !hasCapital ? null : drawdownRatio(path.levels, fallen);
  const returns = hasCapital ? returnsBetween(path.levels) : undefined;
  const start = path.equityAt(0);
  const end = path.equityAt(path.levels.length - 1);
  return {
    strategyId: of,
    currency: checked.currency,
    account: checked.account,
    from: checked.from,
    to: checked.to,
    calendar: checked.calendar,
    pnl: pnlOf(row),
    fills: fillFiguresOf(row),
    streaks: streaksOf(periods.values),
    activity: activityOf(row, {
      days: daysOf(checked),
      meanEquity: hasCapital ? mean(path.levels) : null,
      years: periods.values.length / checked.periodsPerYear,
      timeInMarket: curve?.timeInMarket ?? null,
      averageLeverage: curve?.averageLeverage ?? null,
    }),
    returns:
      returns === undefined || start === undefined || end === undefined
        ? null
        : { ...returnFigures(returns, checked, ratio), startEquity: start, endEquity: end },
    drawdown: fallen === null ? null : drawdownFigures(path, fallen, ratio),
    benchmark:
      returns === undefined || checked.benchmark === undefined
        ? null
        : benchmarkFigures(returns, await benchmarkReturns(scope, checked.benchmark, path.days), checked),
  };
}

async function readRow(scope: Scope, strategyId: string, checked: CheckedOptions): Promise<PerformanceRow> {
  const { rows } = await scope.query<PerformanceRow>(
    catalogued("strategies.performance", {
      strategyId,
      from: checked.from,
      wholeFrom: checked.wholeFrom,
      wholeTo: checked.wholeTo,
      to: checked.to,
      currency: checked.currency,
      onlyAccount: checked.account,
    }),
  );
  // An aggregate without GROUP BY always has its one row.
  return requiredStrategy(rows[0], strategyId);
}

/** UTC days of the range; those after today have not been, and count for nothing. */
function daysOf({ firstDay, to }: CheckedOptions): number {
  const last = dayOf(to.subtract({ microseconds: 1 }));
  const today = dayOf(Temporal.Now.instant());
  const end = Temporal.PlainDate.compare(last, today) > 0 ? today : last;
  return Math.max(0, firstDay.until(end, { largestUnit: "days" }).days + 1);
}

/** Net P&L of each day. A fill may be dated up to a day ahead of the clock: it counts to the last day there is. */
function dailyNet(row: PerformanceRow, checked: CheckedOptions): Float64Array {
  const values = new Float64Array(Math.max(daysOf(checked), (row.dayOffsets.at(-1) ?? -1) + 1));
  for (const [place, day] of row.dayOffsets.entries()) values[day] = Number(row.netPnlOfDays[place]);
  return values;
}

function pathOfPnl(row: PerformanceRow, { lastDays, values }: Periods, checked: CheckedOptions): EquityPath {
  const { capital, firstDay } = checked;
  const initial = capital !== undefined && "initialCapital" in capital ? capital.initialCapital : undefined;
  const sumBetween = (after: number, upTo: number) =>
    row.netPnlOfDays.reduce((sum, net, place) => {
      const day = row.dayOffsets[place] ?? -1;
      return day > after && day <= upTo ? sum.plus(net) : sum;
    }, ZERO);
  const dayAt = (place: number): number => (place === 0 ? -1 : (lastDays[place - 1] ?? -1));
  return {
    levels: cumulate(Number(initial ?? 0), values),
    days: [-1, ...lastDays].map((day) => firstDay.add({ days: day })),
    fall: (peak, trough) => decimalOf(sumBetween(dayAt(peak), dayAt(trough)).times(-1)),
    equityAt: (place) =>
      initial === undefined ? undefined : decimalOf(exact(initial).plus(sumBetween(-1, dayAt(place)))),
  };
}

function pathOfCurve({ days, equities }: CurveFigures): EquityPath {
  return {
    levels: Float64Array.from(equities, Number),
    days,
    fall: (peak, trough) => decimalOf(exact(equities[peak] ?? "0").minus(equities[trough] ?? "0")),
    equityAt: (place) => equities[place],
  };
}

function drawdownFigures(
  { levels, days, fall }: EquityPath,
  fallen: { readonly peak: number; readonly trough: number; readonly recovery: number | null },
  ratio: number | null,
): DrawdownFigures | null {
  const peakDay = days[fallen.peak];
  const troughDay = days[fallen.trough];
  const lastDay = days.at(-1);
  if (peakDay === undefined || troughDay === undefined || lastDay === undefined) return null;
  const recoveryDay = fallen.recovery === null ? null : (days[fallen.recovery] ?? null);
  const daysFrom = (one: Temporal.PlainDate, other: Temporal.PlainDate): number =>
    one.until(other, { largestUnit: "days" }).days;
  return {
    amount: fall(fallen.peak, fallen.trough),
    ratio,
    peakDay,
    troughDay,
    recoveryDay,
    daysToTrough: daysFrom(peakDay, troughDay),
    daysToRecovery: recoveryDay === null ? null : daysFrom(troughDay, recoveryDay),
    durationDays: daysFrom(peakDay, recoveryDay ?? lastDay),
    longestPeriods: longestDrawdown(levels),
  };
}
