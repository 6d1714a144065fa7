// The latest bar of one series and of many, from the series catalogue: by primary key, without touching a bar.
import type { Queryable } from "@app/database";
import { type Timeframe, timeframes } from "@app/schema/vocabulary";
import { choice } from "../input/choice-field.ts";
import { MOST_ROWS, pageLimit } from "../input/number-field.ts";
import { objectField } from "../input/object-field.ts";
import { refusalBecause } from "../input/refuse.ts";
import { namedCode } from "../input/text-field.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../paging/key-cursor.ts";
import { givenCursor, type Page, pageFields, type PageOptions, readPage } from "../paging/page.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import type { Bar } from "./bar-columns.ts";
import { checkSeries, type SeriesKey } from "./series-key.ts";

/** The latest bar of a series; it may still be growing. */
export interface LatestBar extends SeriesKey, Bar {}

/** @returns the latest bar, or undefined where the series has none */
export async function latestBar(scope: Queryable, series: SeriesKey): Promise<LatestBar | undefined> {
  checkSeries(series);
  const { rows } = await scope.query<LatestBar>(catalogued("market_series.latest", { ...series }));
  return rows[0];
}

/** Whose latest bars: those of an exchange's series of one timeframe. */
export interface LatestBarsScope {
  readonly exchange: string;
  readonly timeframe: Timeframe;
}

/** Which of them. */
export interface LatestBarsOptions extends PageOptions {
  /** Only these, 1 to 1,000; all that have bars come in one page. @defaultValue every symbol, page by page */
  readonly symbols?: readonly string[] | undefined;
}

const LIST = "market_series.list_latest";

/** The latest bars of an exchange's series of one timeframe, by symbol. */
export async function listLatestBars(
  scope: Queryable,
  of: LatestBarsScope,
  options: LatestBarsOptions = {},
): Promise<Page<LatestBar>> {
  const exchange = namedCode("exchange", objectField("scope", of).exchange);
  const timeframe = choice("timeframe", of.timeframe, timeframes);
  const cursor = givenCursor(options, { ...pageFields, symbols: true });
  const { symbols: wanted } = options;
  if (wanted !== undefined) {
    const symbols = checkedSymbols(wanted);
    pageLimit(options.limit);
    if (cursor !== undefined) {
      throw refusalBecause("cursor", "the bars of given symbols come in one page, which has no next one.");
    }
    const { rows } = await scope.query<LatestBar>(
      catalogued("market_series.list_latest_of_symbols", { exchange, timeframe, symbols, limit: MOST_ROWS }),
    );
    return { items: rows, next: undefined };
  }
  const list = { name: LIST, of: { exchange, timeframe } };
  const { symbol } = decodeKeyCursor(list, cursor, ["symbol"]);
  return readPage(
    options,
    async (limit) =>
      (await scope.query<LatestBar>(catalogued(LIST, { exchange, timeframe, symbol, limit }))).rows,
    (last) => encodeKeyCursor(list, { symbol: last.symbol }),
  );
}

function checkedSymbols(symbols: readonly string[]): readonly string[] {
  if (!Array.isArray(symbols) || symbols.length === 0 || symbols.length > MOST_ROWS) {
    throw refusalBecause("symbols", `give an array of 1 to ${MOST_ROWS} symbols.`);
  }
  return symbols.map((symbol: unknown) => namedCode("symbol", symbol));
}
