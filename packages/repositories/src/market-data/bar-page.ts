// One read of bars, bounded in time and in number: one statement, binary rows straight into columns. Which windows are read is
// decided in bar-windows.ts. Measured against one row of packed columns (string_agg of float8send): that was as fast on a backend
// that had grown its heap before, and 1.5 to 2.5 times as slow on a fresh one, which maps the memory anew for each statement.
import type { ColumnarType, Queryable } from "@app/database";
import type { QueryName } from "@app/schema/queries";
import { type IndicatorName, indicatorNames, storedIndicators } from "@app/schema/vocabulary";
import { catalogued } from "../statements/catalogued-statement.ts";
import type { BarColumns } from "./bar-columns.ts";
import { toInstant } from "./bar-time.ts";
import type { SeriesKey } from "./series-key.ts";
import { timeframeMicroseconds } from "./timeframe.ts";

/** Columns that were read: prices always, the rest where it was asked for. */
export type BarPage = BarColumns & {
  readonly [Name in IndicatorName | "tradeCount"]?: Float64Array;
};

/** A stretch of time, and how many of its bars. */
interface StretchOfBars {
  /** First microsecond that counts. */
  readonly from: number;
  /** First microsecond that no longer counts. */
  readonly to: number;
  readonly limit: number;
}

/** What is read. */
export interface PageRequest extends StretchOfBars {
  /** Which end of the range is kept when it holds more; the bars come oldest first either way. */
  readonly keep: "first" | "last";
  /** @defaultValue prices and volume alone */
  readonly indicators?: readonly IndicatorName[] | undefined;
  /** Bars as they were known then. @defaultValue as they stand */
  readonly knownAt?: Temporal.Instant | undefined;
}

const PRICES = {
  time: "timestamptz",
  open: "float8",
  high: "float8",
  low: "float8",
  close: "float8",
  volume: "float8",
} as const satisfies Readonly<Record<string, ColumnarType>>;

const INDICATORS: Readonly<Record<string, ColumnarType>> = Object.fromEntries(
  storedIndicators.map(({ name, type }) => [name, type]),
);

function queryName({ keep, indicators, knownAt }: PageRequest): QueryName {
  const isFirst = keep === "first";
  if (knownAt !== undefined) return isFirst ? "market_data.list_bars_known" : "market_data.last_bars_known";
  if (indicators !== undefined && indicators.length > 0) {
    return isFirst ? "market_data.list_bars_indicators" : "market_data.last_bars_indicators";
  }
  return isFirst ? "market_data.list_bars" : "market_data.last_bars";
}

/** The parameter that says which indicators are sent; the bits are in the order of the names. */
function indicatorBits(wanted: readonly IndicatorName[]): number {
  return indicatorNames.reduce((bits, name, index) => (wanted.includes(name) ? bits + 2 ** index : bits), 0);
}

/** Reads bars of one series, oldest first. */
export async function readBarPage(
  scope: Queryable,
  series: SeriesKey,
  request: PageRequest,
): Promise<BarPage> {
  const { from, to, limit, keep, indicators = [], knownAt } = request;
  const statement = catalogued(queryName(request), {
    exchange: series.exchange,
    symbol: series.symbol,
    timeframe: series.timeframe,
    from: toInstant(from),
    to: toInstant(to),
    limit,
    indicators: indicatorBits(indicators),
    knownAt: knownAt ?? null,
  });
  const columns = indicators.length === 0 ? PRICES : { ...PRICES, ...INDICATORS };
  const page = await readColumns(scope, statement, columns, expectedBars(series, request));
  if (keep === "last") {
    for (const column of Object.values(page)) if (column instanceof Float64Array) column.reverse();
  }
  return page;
}

/** Reads bars with the number of trades in each (`tradeCount`, NaN where it is not known), oldest first. */
export async function readTradesPage(
  scope: Queryable,
  series: SeriesKey,
  { from, to, limit, knownAt }: Omit<PageRequest, "keep" | "indicators">,
): Promise<BarPage> {
  const statement = catalogued(
    knownAt === undefined ? "market_data.list_trades" : "market_data.list_trades_known",
    {
      exchange: series.exchange,
      symbol: series.symbol,
      timeframe: series.timeframe,
      from: toInstant(from),
      to: toInstant(to),
      limit,
      knownAt: knownAt ?? null,
    },
  );
  const expected = expectedBars(series, { from, to, limit });
  return await readColumns(scope, statement, { ...PRICES, tradeCount: "int4" }, expected);
}

/** As many as a market gives that never closes, and one that is still growing. */
function expectedBars({ timeframe }: SeriesKey, { from, to, limit }: StretchOfBars): number {
  return Math.min(limit, Math.ceil((to - from) / timeframeMicroseconds(timeframe)) + 1);
}

async function readColumns(
  scope: Queryable,
  statement: ReturnType<typeof catalogued>,
  columns: Readonly<Record<string, ColumnarType>>,
  expectedRows: number,
): Promise<BarPage> {
  const { rows } = await scope.query<BarPage>({ ...statement, columns, expectedRows });
  const [page] = rows;
  if (page === undefined) throw new TypeError("A columnar read gives one row of columns, always.");
  return page;
}

/** Joins pages that follow one another; all of them hold the same columns. */
export function joinPages(pages: readonly BarPage[]): BarPage {
  const [first, ...rest] = pages;
  if (first === undefined) return emptyPage();
  if (rest.length === 0) return first;
  const length = pages.reduce((sum, page) => sum + page.length, 0);
  const joined = (of: (page: BarPage) => Float64Array | undefined): Float64Array => {
    const values = new Float64Array(length);
    let at = 0;
    for (const page of pages) {
      const column = of(page);
      if (column !== undefined) values.set(column, at);
      at += page.length;
    }
    return values;
  };
  const extra = [...indicatorNames, "tradeCount" as const].filter((name) => first[name] !== undefined);
  return {
    length,
    time: joined((page) => page.time),
    open: joined((page) => page.open),
    high: joined((page) => page.high),
    low: joined((page) => page.low),
    close: joined((page) => page.close),
    volume: joined((page) => page.volume),
    ...Object.fromEntries(extra.map((name) => [name, joined((page) => page[name])])),
  };
}

function emptyPage(): BarPage {
  const none = new Float64Array(0);
  return { length: 0, time: none, open: none, high: none, low: none, close: none, volume: none };
}

/** The page with the wanted indicators and without the others; where there are no bars, with empty columns. */
export function pickIndicators(page: BarPage, wanted: readonly IndicatorName[]): BarPage {
  const { length, time, open, high, low, close, volume } = page;
  const picked = Object.fromEntries(wanted.map((name) => [name, page[name] ?? new Float64Array(length)]));
  return { length, time, open, high, low, close, volume, ...picked };
}
