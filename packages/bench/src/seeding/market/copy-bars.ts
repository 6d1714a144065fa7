// Bars on their way into market_data, with every column an importer fills, and their row in the catalogue of series, which the
// table's triggers would write: they are off while a database is seeded.
import { type CopyColumn, type DirectConnection, microsecondsToInstant } from "@app/database";
import type { IndicatorName } from "@app/repositories";
import type { BarSeries } from "./bar-series.ts";

/** Column of each indicator, in the order of the table. */
const indicatorColumns: readonly (readonly [IndicatorName, string])[] = [
  ["sma20", "sma_20"],
  ["sma50", "sma_50"],
  ["ema12", "ema_12"],
  ["ema26", "ema_26"],
  ["rsi14", "rsi_14"],
  ["macd", "macd"],
  ["macdSignal", "macd_signal"],
  ["macdHistogram", "macd_histogram"],
  ["bollingerUpper", "bollinger_upper"],
  ["bollingerMiddle", "bollinger_middle"],
  ["bollingerLower", "bollinger_lower"],
  ["atr14", "atr_14"],
  ["obv", "obv"],
  ["vwap", "vwap"],
];

const float8 = (name: string): CopyColumn => ({ name, type: "float8", nanAsNull: true });

const plainColumns: readonly CopyColumn[] = [
  { name: "exchange", type: "text" },
  { name: "symbol", type: "text" },
  { name: "timeframe", type: "text" },
  { name: "source", type: "text" },
  { name: "time", type: "timestamptz" },
  { name: "ingested_at", type: "timestamptz" },
  ...["open", "high", "low", "close", "volume"].map(float8),
  { name: "trade_count", type: "int4" },
  { name: "quality_score", type: "float4", nanAsNull: true },
];

const withIndicators: readonly CopyColumn[] = [
  ...plainColumns,
  ...indicatorColumns.map(([name, column]): CopyColumn =>
    name === "obv" ? float8(column) : { name: column, type: "float4", nanAsNull: true },
  ),
];

const instantOf = (microseconds: number): Temporal.Instant => microsecondsToInstant(BigInt(microseconds));

/** One bar in so many was found doubtful. */
const DOUBTFUL = 4_001;

/** Copies all bars of a series and enters it into the catalogue. @returns how many bars there are */
export async function copyBars(
  connection: DirectConnection,
  { exchange, symbol }: { readonly exchange: string; readonly symbol: string },
  series: BarSeries,
): Promise<number> {
  const { bars, tradeCount, indicators, microseconds, timeframe } = series;
  const { time, open, high, low, close, volume } = bars;
  const numbers = indicators === undefined ? [] : indicatorColumns.map(([name]) => indicators[name]);
  const columns = indicators === undefined ? plainColumns : withIndicators;
  const row: unknown[] = [exchange, symbol, timeframe, "seed"];
  await connection.copyIn({ table: { name: "market_data" }, columns }, async (copy) => {
    for (let index = 0; index < bars.length; index += 1) {
      const opensAt = time[index] ?? 0;
      row[4] = BigInt(opensAt);
      row[5] = BigInt(opensAt + microseconds);
      row[6] = open[index];
      row[7] = high[index];
      row[8] = low[index];
      row[9] = close[index];
      row[10] = volume[index];
      row[11] = tradeCount[index];
      row[12] = index % DOUBTFUL === 7 ? 60 : undefined;
      for (let column = 0; column < numbers.length; column += 1) row[13 + column] = numbers[column]?.[index];
      const wait = copy.writeRow(row);
      if (wait !== undefined) await wait;
    }
  });
  const last = bars.length - 1;
  await connection.query(
    `insert into market_series (exchange, symbol, timeframe, first_time, last_time, bar_count, last_open, last_high, last_low, last_close, last_volume, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      exchange,
      symbol,
      timeframe,
      instantOf(time[0] ?? 0),
      instantOf(time[last] ?? 0),
      bars.length,
      open[last],
      high[last],
      low[last],
      close[last],
      volume[last],
      instantOf((time[last] ?? 0) + microseconds),
    ],
  );
  return bars.length;
}
