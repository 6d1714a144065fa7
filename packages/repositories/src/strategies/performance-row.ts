// What the database answers a question for performance with, a row for each currency: sums, what follows from them, and the days as lists.
import { type Decimal, parseDecimal } from "@app/database";
import type { Activity, FillFigures, ProfitAndLoss, RollUpFigures } from "./performance.ts";

/** As the catalogued query strategies.performance gives it: lists with commas between, and a digit for each row. */
export interface SentPerformanceRow extends RollUpFigures {
  readonly currency: string;
  readonly dayOffsets: string;
  readonly netPnlOfDays: string;
  readonly hasFills: string;
}

/** The row of the currency of the figures with its lists taken apart, and what there is in other currencies. */
export interface PerformanceRow extends RollUpFigures {
  readonly tradingDays: number;
  /** Days, counted from the first of the range, once for each row of the roll-up, and the net P&L of each row. */
  readonly dayOffsets: readonly number[];
  readonly netPnlOfDays: readonly Decimal[];
  readonly otherCurrencies: ProfitAndLoss["otherCurrencies"];
}

const nothing = parseDecimal("0");

/** What is said of a currency the strategy has nothing in. */
const NO_FIGURES = {
  fillCount: 0,
  buyCount: 0,
  winningTrades: 0,
  losingTrades: 0,
  longWinningTrades: 0,
  longLosingTrades: 0,
  grossProfit: nothing,
  grossLoss: nothing,
  grossPnl: nothing,
  fees: nothing,
  netPnl: nothing,
  averageWin: null,
  averageLoss: null,
  expectancy: null,
  largestWin: null,
  largestLoss: null,
  winRate: null,
  longWinRate: null,
  shortWinRate: null,
  profitFactor: null,
  payoffRatio: null,
  pnlDeviation: null,
  buyNotional: nothing,
  sellNotional: nothing,
  dayOffsets: "",
  netPnlOfDays: "",
  hasFills: "",
} as const;

/** Takes the lists of a currency's row apart; without a row there is nothing in it. */
export function performanceRowOf(rows: readonly SentPerformanceRow[], currency: string): PerformanceRow {
  const sent = rows.find((row) => row.currency === currency);
  const { dayOffsets, netPnlOfDays, hasFills, ...figures } = sent ?? { currency, ...NO_FIGURES };
  const days = listOf(dayOffsets).map(Number);
  return {
    ...figures,
    tradingDays: new Set(days.filter((_, place) => hasFills[place] === "1")).size,
    dayOffsets: days,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each is the text of a numeric
    netPnlOfDays: listOf(netPnlOfDays) as readonly Decimal[],
    otherCurrencies: rows
      .filter((row) => row !== sent)
      .toSorted((one, other) => (one.currency < other.currency ? -1 : 1))
      .map((row) => ({
        currency: row.currency,
        fillCount: row.fillCount,
        grossPnl: row.grossPnl,
        fees: row.fees,
      })),
  };
}

const listOf = (text: string): readonly string[] => (text === "" ? [] : text.split(","));

/** The P&L of a row. */
export function pnlOf(row: PerformanceRow): ProfitAndLoss {
  return {
    gross: row.grossPnl,
    fees: row.fees,
    net: row.netPnl,
    grossProfit: row.grossProfit,
    grossLoss: row.grossLoss,
    otherCurrencies: row.otherCurrencies,
  };
}

/** The figures of single fills of a row. */
export function fillFiguresOf(row: PerformanceRow): FillFigures {
  return {
    fills: row.fillCount,
    buys: row.buyCount,
    winning: row.winningTrades,
    losing: row.losingTrades,
    winRate: row.winRate,
    long: { winning: row.longWinningTrades, losing: row.longLosingTrades, winRate: row.longWinRate },
    short: {
      winning: row.winningTrades - row.longWinningTrades,
      losing: row.losingTrades - row.longLosingTrades,
      winRate: row.shortWinRate,
    },
    profitFactor: row.profitFactor,
    expectancy: row.expectancy,
    averageWin: row.averageWin,
    averageLoss: row.averageLoss,
    payoffRatio: row.payoffRatio,
    largestWin: row.largestWin,
    largestLoss: row.largestLoss,
    pnlDeviation: row.pnlDeviation,
  };
}

/** What equity and snapshots add to the activity of a row. */
export interface ActivityContext {
  readonly days: number;
  readonly meanEquity: number | null;
  readonly years: number;
  readonly timeInMarket: number | null;
  readonly averageLeverage: number | null;
}

/** What was traded. */
export function activityOf(row: PerformanceRow, context: ActivityContext): Activity {
  const { days, meanEquity, years, timeInMarket, averageLeverage } = context;
  const notional = Number(row.buyNotional) + Number(row.sellNotional);
  const turnover = meanEquity !== null && meanEquity > 0 ? notional / 2 / meanEquity : null;
  return {
    days,
    tradingDays: row.tradingDays,
    tradingDayRatio: days === 0 ? null : row.tradingDays / days,
    buyNotional: row.buyNotional,
    sellNotional: row.sellNotional,
    turnover,
    annualTurnover: turnover === null || years === 0 ? null : turnover / years,
    feeRate: notional === 0 ? null : Number(row.fees) / notional,
    timeInMarket,
    averageLeverage,
  };
}
