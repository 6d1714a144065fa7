// What a strategy's performance is asked over, checked: the range and its whole UTC days, the calendar of periods, the capital and
// the benchmark. Nothing is read here.
import { refuseUnknownFields } from "../input/known-fields.ts";
import { dayField } from "../input/day-field.ts";
import { type TimeRange, timeRange } from "../input/instant-field.ts";
import { amount } from "../input/decimal-field.ts";
import { choice } from "../input/choice-field.ts";
import { finiteNumber } from "../input/number-field.ts";
import { objectField } from "../input/object-field.ts";
import { onlyOneOf } from "../input/owner-field.ts";
import { refusal, refusalBecause } from "../input/refuse.ts";
import { currency as currencyField, namedCode } from "../input/text-field.ts";

/** Which days are periods: all (markets that never close), or Monday to Friday, a weekend's P&L counted to the Monday after. */
export const performanceCalendars = ["all", "weekdays"] as const;

/** Which days are periods. */
export type PerformanceCalendar = (typeof performanceCalendars)[number];

/** What returns are of: exactly one of these. */
export type CapitalSource =
  /** Equity at the start of the range, as decimal text; from there on it changes by net P&L alone. */
  | { readonly initialCapital: string }
  /**
   * The equity curve of the strategy in this account, from portfolio snapshots: the last of each UTC day. Then only the fills of
   * this account are measured, too.
   */
  | { readonly account: string };

/** What a benchmark stood at. */
export interface BenchmarkLevel {
  /** As a PlainDate or "2026-01-31". */
  readonly day: Temporal.PlainDate | string;
  /** At the end of the day, above 0. */
  readonly level: number;
}

/** What returns are compared with: exactly one of these. */
export type Benchmark =
  /** Levels (closing prices, an index) by UTC day, ascending; the last one before a day without counts for it. */
  | { readonly levels: readonly BenchmarkLevel[] }
  /** The closes of stored daily bars. */
  | { readonly exchange: string; readonly symbol: string };

/** Over what, and by which conventions, performance is measured. */
export interface PerformanceOptions extends TimeRange {
  /** Only fills settled, and fees charged, in this currency are measured; others are named beside. */
  readonly currency: string;
  /** Only fills of this account. @defaultValue the account of `capital` where it names one, else all accounts */
  readonly account?: string | undefined;
  /** Without it there are no returns, and drawdowns have amounts only. */
  readonly capital?: CapitalSource | undefined;
  readonly benchmark?: Benchmark | undefined;
  /** Effective annual rate, 0.04 for four per cent. @defaultValue 0 */
  readonly riskFreeRate?: number | undefined;
  /** Effective annual rate that Sortino and Omega measure against. @defaultValue the risk-free rate */
  readonly targetRate?: number | undefined;
  /** Annualised Sharpe ratio the probabilistic one asks about. @defaultValue 0 */
  readonly referenceSharpe?: number | undefined;
  /** @defaultValue "all" */
  readonly calendar?: PerformanceCalendar | undefined;
  /** @defaultValue 365 for all days, 252 for weekdays */
  readonly periodsPerYear?: number | undefined;
}

/** A benchmark that was checked. */
export type CheckedBenchmark =
  | { readonly levels: readonly { readonly day: Temporal.PlainDate; readonly level: number }[] }
  | { readonly exchange: string; readonly symbol: string };

/** Options that were checked. */
export interface CheckedOptions {
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
  /** The whole UTC days of the range, [wholeFrom, wholeTo); equal where it has none. */
  readonly wholeFrom: Temporal.Instant;
  readonly wholeTo: Temporal.Instant;
  readonly firstDay: Temporal.PlainDate;
  readonly currency: string;
  readonly account: string | null;
  readonly capital: CapitalSource | undefined;
  readonly benchmark: CheckedBenchmark | undefined;
  readonly riskFreeRate: number;
  readonly targetRate: number;
  readonly referenceSharpe: number;
  readonly calendar: PerformanceCalendar;
  readonly periodsPerYear: number;
}

const PERIODS_PER_YEAR = { all: 365, weekdays: 252 } as const;

/** Longest range: a century of days. */
const MOST_DAYS = 36_525;

const MOST_LEVELS = 40_000;

const optionFields: Readonly<Record<keyof PerformanceOptions, true>> = {
  from: true,
  to: true,
  currency: true,
  account: true,
  capital: true,
  benchmark: true,
  riskFreeRate: true,
  targetRate: true,
  referenceSharpe: true,
  calendar: true,
  periodsPerYear: true,
};

/** @throws {InvalidInputError} naming the field */
export function checkPerformanceOptions(options: PerformanceOptions): CheckedOptions {
  if (typeof options !== "object" || options === null) throw refusal("options", options, "an object");
  refuseUnknownFields("the options of performance", options, optionFields);
  const range = checkRange(options);
  const calendar = choice("calendar", options.calendar ?? "all", performanceCalendars);
  const riskFreeRate = rate("riskFreeRate", options.riskFreeRate ?? 0);
  const account = options.account === undefined ? null : namedCode("account", options.account);
  const capital = checkCapital(options.capital);
  if (capital !== undefined && "account" in capital && account !== null && account !== capital.account) {
    throw refusalBecause("capital.account", `fills of ${account} are no part of that curve.`);
  }
  return {
    ...range,
    currency: currencyField("currency", options.currency),
    account: account ?? (capital !== undefined && "account" in capital ? capital.account : null),
    capital,
    benchmark: checkBenchmark(options.benchmark),
    riskFreeRate,
    targetRate: rate("targetRate", options.targetRate ?? riskFreeRate),
    referenceSharpe: finiteNumber("referenceSharpe", options.referenceSharpe ?? 0, -1_000, 1_000),
    calendar,
    periodsPerYear: finiteNumber(
      "periodsPerYear",
      options.periodsPerYear ?? PERIODS_PER_YEAR[calendar],
      1,
      1_000,
    ),
  };
}

const rate = (field: string, value: unknown): number => finiteNumber(field, value, -0.99, 10);

function checkRange(
  options: PerformanceOptions,
): Pick<CheckedOptions, "from" | "to" | "wholeFrom" | "wholeTo" | "firstDay"> {
  const { from, to } = timeRange(options, { mostDays: MOST_DAYS });
  if (from.equals(to)) throw refusalBecause("to", `the range ends where it begins, at ${to.toString()}.`);
  const firstDay = dayOf(from);
  const first = startOf(firstDay);
  const wholeFrom = Temporal.Instant.compare(first, from) < 0 ? startOf(firstDay.add({ days: 1 })) : first;
  const last = startOf(dayOf(to));
  // A range within one day is one piece, read from the fills.
  if (Temporal.Instant.compare(wholeFrom, last) > 0)
    return { from, to, wholeFrom: to, wholeTo: to, firstDay };
  return { from, to, wholeFrom, wholeTo: last, firstDay };
}

/** The UTC day of a moment. */
export function dayOf(instant: Temporal.Instant): Temporal.PlainDate {
  return instant.toZonedDateTimeISO("UTC").toPlainDate();
}

/** The first moment of a UTC day. */
export function startOf(day: Temporal.PlainDate): Temporal.Instant {
  return day.toZonedDateTime("UTC").toInstant();
}

function checkCapital(capital: CapitalSource | undefined): CapitalSource | undefined {
  if (capital === undefined) return undefined;
  const word = onlyOneOf("capital", capital, [["initialCapital"], ["account"]], "capital.");
  const given: unknown = Reflect.get(capital, word);
  return word === "account"
    ? { account: namedCode("account", given, "capital.") }
    : { initialCapital: amount("capital.initialCapital", given, "positive") };
}

function checkBenchmark(benchmark: Benchmark | undefined): CheckedBenchmark | undefined {
  if (benchmark === undefined) return undefined;
  const word = onlyOneOf("benchmark", benchmark, [["levels"], ["exchange", "symbol"]], "benchmark.");
  if (word === "exchange" || !("levels" in benchmark)) {
    return {
      exchange: namedCode("exchange", Reflect.get(benchmark, "exchange"), "benchmark."),
      symbol: namedCode("symbol", Reflect.get(benchmark, "symbol"), "benchmark."),
    };
  }
  const { levels } = benchmark;
  if (!Array.isArray(levels)) throw refusal("benchmark.levels", levels, "an array");
  if (levels.length > MOST_LEVELS)
    throw refusalBecause("benchmark.levels", `there are more than ${MOST_LEVELS}.`);
  let before: Temporal.PlainDate | undefined;
  const checked = levels.map((given: BenchmarkLevel, place) => {
    const field = `benchmark.levels[${place}]`;
    const day = dayField(`${field}.day`, objectField(field, given).day);
    if (before !== undefined && Temporal.PlainDate.compare(day, before) <= 0) {
      throw refusalBecause(`${field}.day`, `${day.toString()} does not come after ${before.toString()}.`);
    }
    before = day;
    return { day, level: finiteNumber(`${field}.level`, given.level, Number.MIN_VALUE, Number.MAX_VALUE) };
  });
  return { levels: checked };
}
