// One read of bars, bounded in time and in number: one statement, columns out. Which windows are read is decided in
// bar-windows.ts. Few bars come as binary rows, many packed into one row of a value per column, which spares the server a
// message per bar. Measured (docs/market-data.md has the figures): rows win up to about 1,000 bars, packed ones up to some tens of
// thousands, and beyond that growing the packed values costs more than the messages.
import type { ColumnarType, Queryable } from "@app/database";
import type { QueryName } from "@app/schema/queries";
import { catalogued } from "../statements/catalogued-statement.ts";
import { type BarColumns, INDICATOR_NAMES, type IndicatorName } from "./bar-columns.ts";
import { toInstant } from "./bar-time.ts";
import type { SeriesKey } from "./series-key.ts";

/** Up to this many bars come row by row, up to the other packed, and beyond it row by row again. */
const MOST_IN_ROWS = 1_000;
const MOST_PACKED = 30_000;

/** Columns that were read: prices always, the rest where it was asked for. */
export type BarPage = BarColumns & {
  readonly [Name in IndicatorName | "tradeCount"]?: Float64Array;
};

/** What is read. */
export interface PageRequest {
  /** First microsecond that counts. */
  readonly from: number;
  /** First microsecond that no longer counts. */
  readonly to: number;
  readonly limit: number;
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
  INDICATOR_NAMES.map((name) => [name, name === "obv" ? "float8" : "float4"]),
);

function queryName({ keep, indicators, knownAt, limit }: PageRequest): QueryName {
  const isPacked = limit > MOST_IN_ROWS && limit <= MOST_PACKED;
  if (knownAt !== undefined) {
    if (keep === "first")
      return isPacked ? "market_data.list_bars_known_packed" : "market_data.list_bars_known";
    return isPacked ? "market_data.last_bars_known_packed" : "market_data.last_bars_known";
  }
  if (indicators !== undefined && indicators.length > 0) {
    if (keep === "first") {
      return isPacked ? "market_data.list_bars_indicators_packed" : "market_data.list_bars_indicators";
    }
    return isPacked ? "market_data.last_bars_indicators_packed" : "market_data.last_bars_indicators";
  }
  if (keep === "first") return isPacked ? "market_data.list_bars_packed" : "market_data.list_bars";
  return isPacked ? "market_data.last_bars_packed" : "market_data.last_bars";
}

/** The parameter that says which indicators are sent; the bits are in the order of the names. */
function indicatorBits(wanted: readonly IndicatorName[]): number {
  return INDICATOR_NAMES.reduce((bits, name, index) => (wanted.includes(name) ? bits + 2 ** index : bits), 0);
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
  const page = await readColumns(scope, statement, columns);
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
    knownAt === undefined ? "market_data.list_trades_packed" : "market_data.list_trades_known_packed",
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
  const page = await readColumns(scope, statement, { ...PRICES, tradeCount: "int4" });
  const { tradeCount } = page;
  // Packed columns have no NULL; -1 stands in for it.
  tradeCount?.forEach((count, index) => {
    if (count < 0) tradeCount[index] = Number.NaN;
  });
  return page;
}

async function readColumns(
  scope: Queryable,
  statement: ReturnType<typeof catalogued>,
  columns: Readonly<Record<string, ColumnarType>>,
): Promise<BarPage> {
  const { rows } = await scope.query<BarPage>({ ...statement, columns });
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
  const extra = [...INDICATOR_NAMES, "tradeCount" as const].filter((name) => first[name] !== undefined);
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
