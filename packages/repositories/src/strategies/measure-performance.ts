// Measures a strategy over a range: one row from the roll-up, and from the equity curve and a benchmark where they are asked
// for. The arithmetic of amounts is the database's or exact; ratios are made of floats.
import { type Decimal, NotFoundError, type Queryable } from "@app/database";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { type Drawdown, drawdownRatio, largestDrawdown, longestDrawdown } from "../performance/drawdown.ts";
import { mean } from "../performance/statistics.ts";
import { streaksOf } from "../performance/streaks.ts";
import { curveStatement } from "../portfolio/curve-key.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { decimalOf, exact, sumOf, ZERO } from "../amounts/exact-decimal.ts";
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
import {
  activityOf,
  fillFiguresOf,
  performanceRowOf,
  type PerformanceRow,
  pnlOf,
  type SentPerformanceRow,
} from "./performance-row.ts";
import { benchmarkFigures, returnFigures } from "./return-figures.ts";

/** Before the first fill there can be, and after the last. */
const FIRST_DAY = Temporal.Instant.from("1900-01-01T00:00:00Z");
const LAST_DAY = Temporal.Instant.from("2200-01-01T00:00:00Z");

/** Equity at the ends of periods, the equity before the first in front. */
interface EquityPath {
  readonly levels: Float64Array;
  /** The last day of a place, the day before the range for the first; made one by one, years of them take milliseconds. */
  readonly dayAt: (place: number) => Temporal.PlainDate;
  /** The exact fall from one place to another. */
  readonly fall: (peak: number, trough: number) => Decimal;
  /** Exact equity before the first period and after the last; undefined without capital. */
  readonly startEquity: Decimal | undefined;
  readonly endEquity: Decimal | undefined;
}

/**
 * Measures a strategy over a range.
 * @throws {InvalidInputError} naming the field
 * @throws {NotFoundError} no such strategy; an account, given as its capital, in which it has neither a curve nor a fill; a
 * benchmark without daily bars
 */
export async function measurePerformance(
  scope: Queryable,
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
  if (curve !== undefined && curve.days.length === 0 && isEmpty) await requireAccount(scope, of, checked);
  const path = curve === undefined ? pathOfPnl(row, periods, checked) : pathOfCurve(curve, checked);
  const hasCapital = checked.capital !== undefined;
  const fallen = largestDrawdown(path.levels, hasCapital ? "ratio" : "amount");
  const ratio = fallen === null || !hasCapital ? null : drawdownRatio(path.levels, fallen);
  const returns = hasCapital ? returnsBetween(path.levels) : undefined;
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
      returns === undefined || path.startEquity === undefined || path.endEquity === undefined
        ? null
        : {
            ...returnFigures(returns, checked, ratio),
            startEquity: path.startEquity,
            endEquity: path.endEquity,
          },
    drawdown: fallen === null ? null : drawdownFigures(path, fallen, ratio),
    benchmark:
      returns === undefined || checked.benchmark === undefined
        ? null
        : benchmarkFigures(
            returns,
            await benchmarkReturns(scope, checked.benchmark, daysOfPath(path)),
            checked,
          ),
  };
}

/** Of an account without a mark of the strategy all figures would be empty, as of a mistyped one. */
async function requireAccount(scope: Queryable, strategyId: string, checked: CheckedOptions): Promise<void> {
  const account = checked.account ?? "";
  const { rows } = await scope.query(curveStatement("portfolio_curves.list", { account, strategyId }));
  if (rows.length > 0) return;
  // All whole days there are, so that only the roll-up is read.
  const ever = { from: FIRST_DAY, wholeFrom: FIRST_DAY, wholeTo: LAST_DAY, to: LAST_DAY };
  const row = await readRow(scope, strategyId, { ...checked, ...ever });
  if (row.dayOffsets.length > 0 || row.otherCurrencies.length > 0) return;
  throw new NotFoundError(
    `capital.account: strategy ${strategyId} has neither an equity curve nor fills in account ${account}.`,
    { field: "capital.account" },
  );
}

async function readRow(
  scope: Queryable,
  strategyId: string,
  checked: CheckedOptions,
): Promise<PerformanceRow> {
  const { from, wholeFrom, wholeTo, to, currency, account } = checked;
  const asked = { strategyId, from, wholeFrom, wholeTo, currency, onlyAccount: account };
  const { rows } = await scope.query<SentPerformanceRow>(
    from.equals(wholeFrom) && to.equals(wholeTo)
      ? catalogued("strategies.performance", asked)
      : catalogued("strategies.performance_with_ends", { ...asked, to }),
  );
  return performanceRowOf(rows, checked.currency);
}

/** UTC days of the range; those after today have not been, and count for nothing. */
function daysOf({ firstDay, to }: CheckedOptions): number {
  const last = dayOf(to.subtract({ microseconds: 1 }));
  const today = dayOf(Temporal.Now.instant());
  const end = Temporal.PlainDate.compare(last, today) > 0 ? today : last;
  return Math.max(0, firstDay.until(end, { largestUnit: "days" }).days + 1);
}

/** Net P&L of each day. A fill may be dated up to a day ahead of the clock: then there is that day too. */
function dailyNet(row: PerformanceRow, checked: CheckedOptions): Float64Array {
  const last = row.dayOffsets.reduce((most, day) => Math.max(most, day), -1);
  const values = new Float64Array(Math.max(daysOf(checked), last + 1));
  for (const [place, day] of row.dayOffsets.entries()) {
    values[day] = (values[day] ?? 0) + Number(row.netPnlOfDays[place]);
  }
  return values;
}

function pathOfPnl(row: PerformanceRow, { lastDays, values }: Periods, checked: CheckedOptions): EquityPath {
  const { capital, firstDay } = checked;
  const initial = capital !== undefined && "initialCapital" in capital ? capital.initialCapital : undefined;
  const offset = (place: number): number => (place === 0 ? -1 : (lastDays[place - 1] ?? -1));
  return {
    levels: cumulate(Number(initial ?? 0), values),
    dayAt: (place) => firstDay.add({ days: offset(place) }),
    fall: (peak, trough) => {
      const after = offset(peak);
      const last = offset(trough);
      const days = row.netPnlOfDays.filter((_, place) => {
        const day = row.dayOffsets[place] ?? -1;
        return day > after && day <= last;
      });
      return decimalOf(ZERO.minus(sumOf(days)));
    },
    startEquity: initial === undefined ? undefined : decimalOf(exact(initial)),
    // Every day of the range is in some period.
    endEquity: initial === undefined ? undefined : decimalOf(exact(initial).plus(row.netPnl)),
  };
}

function pathOfCurve({ days, equities }: CurveFigures, { firstDay }: CheckedOptions): EquityPath {
  return {
    levels: Float64Array.from(equities, Number),
    dayAt: (place) => days[place] ?? firstDay,
    fall: (peak, trough) => decimalOf(exact(equities[peak] ?? "0").minus(equities[trough] ?? "0")),
    startEquity: equities[0],
    endEquity: equities.at(-1),
  };
}

const daysOfPath = ({ levels, dayAt }: EquityPath): readonly Temporal.PlainDate[] =>
  Array.from(levels, (_, place) => dayAt(place));

function drawdownFigures(
  { levels, dayAt, fall }: EquityPath,
  { peak, trough, recovery }: Drawdown,
  ratio: number | null,
): DrawdownFigures {
  const daysFrom = (one: Temporal.PlainDate, other: Temporal.PlainDate): number =>
    one.until(other, { largestUnit: "days" }).days;
  const peakDay = dayAt(peak);
  const troughDay = dayAt(trough);
  const recoveryDay = recovery === null ? null : dayAt(recovery);
  return {
    amount: fall(peak, trough),
    ratio,
    peakDay,
    troughDay,
    recoveryDay,
    daysToTrough: daysFrom(peakDay, troughDay),
    daysToRecovery: recoveryDay === null ? null : daysFrom(troughDay, recoveryDay),
    durationDays: daysFrom(peakDay, recoveryDay ?? dayAt(levels.length - 1)),
    longestPeriods: longestDrawdown(levels),
  };
}
