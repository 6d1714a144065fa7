// What a strategy's performance says, group by group. Amounts are exact decimals in the currency asked for; rates and ratios
// are numbers, fractions where nothing else is said (0.1 is ten per cent). What is not defined is null.
import type { Decimal } from "@app/database";
import type { StrategyStatus } from "@app/schema/vocabulary";
import type { Streaks } from "../performance/streaks.ts";
import type { PerformanceCalendar } from "./performance-options.ts";

/** Profit and loss of the fills of the range, by average cost. Open positions are left out. */
export interface ProfitAndLoss {
  /** Realised, before fees. */
  readonly gross: Decimal;
  /** Charged in this currency; negative where rebates outweigh them. */
  readonly fees: Decimal;
  /** `gross` less `fees`. */
  readonly net: Decimal;
  readonly grossProfit: Decimal;
  /** The size of the losses, positive. */
  readonly grossLoss: Decimal;
  /** What the strategy did in other currencies, which no figure here holds. */
  readonly otherCurrencies: readonly {
    readonly currency: string;
    readonly fillCount: number;
    readonly grossPnl: Decimal;
    readonly fees: Decimal;
  }[];
}

/** Figures of single fills. A fill wins or loses where it realised P&L, before fees; one that only opened does neither. */
export interface FillFigures {
  readonly fills: number;
  readonly buys: number;
  readonly winning: number;
  readonly losing: number;
  /** Winning over winning and losing. */
  readonly winRate: number | null;
  /** Of fills that closed a long position (sells). */
  readonly long: { readonly winning: number; readonly losing: number; readonly winRate: number | null };
  /** Of fills that closed a short position (buys). */
  readonly short: { readonly winning: number; readonly losing: number; readonly winRate: number | null };
  /** Gross profit over gross loss; null without a loss. */
  readonly profitFactor: number | null;
  /** Mean P&L of winning and losing fills, rounded at 18 decimal places. */
  readonly expectancy: Decimal | null;
  readonly averageWin: Decimal | null;
  /** Positive. */
  readonly averageLoss: Decimal | null;
  /** Average win over average loss. */
  readonly payoffRatio: number | null;
  readonly largestWin: Decimal | null;
  /** Positive. */
  readonly largestLoss: Decimal | null;
  /** Sample standard deviation of the P&L of winning and losing fills. */
  readonly pnlDeviation: number | null;
}

/** What was traded, and how much of the time. */
export interface Activity {
  /** UTC days of the range, up to today. */
  readonly days: number;
  /** Of them those with a fill. */
  readonly tradingDays: number;
  readonly tradingDayRatio: number | null;
  readonly buyNotional: Decimal;
  readonly sellNotional: Decimal;
  /** Mean of bought and sold notional over mean equity of the periods; null without capital. */
  readonly turnover: number | null;
  /** `turnover` per year. */
  readonly annualTurnover: number | null;
  /** Fees over bought and sold notional. */
  readonly feeRate: number | null;
  /** Share of portfolio snapshots with an open position; null unless capital is an equity curve. */
  readonly timeInMarket: number | null;
  /** Mean gross exposure over equity of those snapshots. */
  readonly averageLeverage: number | null;
}

/** Figures of the returns of periods, after fees. Conventions: docs/performance-metrics.md. */
export interface ReturnFigures {
  readonly periods: number;
  readonly periodsPerYear: number;
  readonly startEquity: Decimal;
  readonly endEquity: Decimal;
  readonly totalReturn: number | null;
  readonly compoundAnnualGrowthRate: number | null;
  readonly meanReturn: number | null;
  readonly bestReturn: number | null;
  readonly worstReturn: number | null;
  readonly volatility: number | null;
  readonly downsideDeviation: number | null;
  readonly sharpe: number | null;
  readonly probabilisticSharpe: number | null;
  readonly sortino: number | null;
  readonly calmar: number | null;
  readonly omega: number | null;
  readonly skewness: number | null;
  readonly excessKurtosis: number | null;
  /** Losses of one period as positive fractions of equity. */
  readonly valueAtRisk95: number | null;
  readonly valueAtRisk99: number | null;
  readonly normalValueAtRisk95: number | null;
  readonly normalValueAtRisk99: number | null;
  readonly expectedShortfall95: number | null;
  readonly expectedShortfall99: number | null;
}

/** The largest fall of equity, or of cumulated net P&L where there is no capital, at the ends of periods. */
export interface DrawdownFigures {
  readonly amount: Decimal;
  /** Of the peak; null without capital. */
  readonly ratio: number | null;
  /** Last day of the period it fell from; the day before the range where that was its beginning. */
  readonly peakDay: Temporal.PlainDate;
  readonly troughDay: Temporal.PlainDate;
  /** Null while below the peak. */
  readonly recoveryDay: Temporal.PlainDate | null;
  readonly daysToTrough: number;
  readonly daysToRecovery: number | null;
  /** From peak to recovery, or to the end of the range. */
  readonly durationDays: number;
  /** Most periods any drawdown lasted. */
  readonly longestPeriods: number;
}

/** Figures against a benchmark, over the periods both have. Conventions and sources: docs/performance-metrics.md. */
export interface BenchmarkFigures {
  readonly periods: number;
  /** Of the benchmark. */
  readonly totalReturn: number | null;
  readonly alpha: number | null;
  readonly beta: number | null;
  readonly correlation: number | null;
  readonly trackingError: number | null;
  readonly informationRatio: number | null;
  readonly treynor: number | null;
}

/** The performance of one strategy over a range, in one currency. */
export interface StrategyPerformance {
  readonly strategyId: string;
  readonly currency: string;
  readonly account: string | null;
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
  readonly calendar: PerformanceCalendar;
  readonly pnl: ProfitAndLoss;
  readonly fills: FillFigures;
  /** In periods, by net P&L. */
  readonly streaks: Streaks;
  readonly activity: Activity;
  /** Null without capital, and where equity was not above zero at the beginning of some period. */
  readonly returns: ReturnFigures | null;
  /** Null where nothing ever fell. */
  readonly drawdown: DrawdownFigures | null;
  /** Null without returns or without a benchmark. */
  readonly benchmark: BenchmarkFigures | null;
}

/** Sums of the daily roll-up and what follows from them; defined as in {@link FillFigures} and {@link ProfitAndLoss}. */
export interface RollUpFigures {
  readonly fillCount: number;
  readonly buyCount: number;
  readonly winningTrades: number;
  readonly losingTrades: number;
  readonly longWinningTrades: number;
  readonly longLosingTrades: number;
  readonly grossProfit: Decimal;
  readonly grossLoss: Decimal;
  readonly grossPnl: Decimal;
  readonly fees: Decimal;
  readonly netPnl: Decimal;
  readonly averageWin: Decimal | null;
  readonly averageLoss: Decimal | null;
  readonly expectancy: Decimal | null;
  readonly largestWin: Decimal | null;
  readonly largestLoss: Decimal | null;
  readonly winRate: number | null;
  readonly longWinRate: number | null;
  readonly shortWinRate: number | null;
  readonly profitFactor: number | null;
  readonly payoffRatio: number | null;
  readonly pnlDeviation: number | null;
  readonly buyNotional: Decimal;
  readonly sellNotional: Decimal;
}

/** A strategy among others, over whole UTC days. */
export interface LeaderboardEntry extends RollUpFigures {
  readonly strategyId: string;
  readonly name: string;
  readonly status: StrategyStatus;
  /** Days with a fill or a fee. */
  readonly tradingDays: number;
}
