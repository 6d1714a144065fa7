// What quickstart shows of the data: series, latest price, an hourly candle table and a chart, each query timed twice.
// Reads through the repositories only, as a backend would.
import { plot } from "asciichart";
import Table from "cli-table3";
import pc from "picocolors";
import type { BarColumns, Candle, MarketData, SeriesKey, SeriesSummary } from "@app/repositories";
import { formatCount, formatDuration, formatMinute, formatPrice } from "../../terminal/number-format.ts";

const HOUR = 3_600_000;
const CHART_POINTS = 78;
const CHART_HEIGHT = 8;

/** One query and how long it took. */
interface Timing {
  readonly name: string;
  readonly rows: number;
  readonly first: number;
  readonly again: number;
}

function table(head: readonly string[], rows: readonly (readonly string[])[], rightFrom: number): string {
  // Without lines and with the library's own colours off: it reads the same in a log.
  const grid = new Table({
    head: head.map((text) => pc.dim(text)),
    colAligns: head.map((_, index) => (index >= rightFrom ? "right" : "left")),
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
    chars: Object.fromEntries(
      ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"]
        .concat(["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"])
        .map((name) => [name, ""]),
    ),
  });
  grid.push(...rows.map((row) => [...row]));
  return `${grid
    .toString()
    .split("\n")
    .map((line) => `  ${line}`.trimEnd())
    .join("\n")}\n`;
}

function seriesTable(series: readonly SeriesSummary[]): string {
  return table(
    ["exchange", "symbol", "bar", "first (UTC)", "last (UTC)", "bars", "last close"],
    series.map((one) => [
      one.exchange,
      one.symbol,
      one.timeframe,
      formatMinute(one.firstTime),
      formatMinute(one.lastTime),
      formatCount(one.barCount),
      formatPrice(one.latest.close),
    ]),
    5,
  );
}

function candleTable(candles: readonly Candle[]): string {
  return table(
    ["hour (UTC)", "open", "high", "low", "close", "change", "volume", "bars"],
    candles.map((candle) => {
      const change = (candle.close / candle.open - 1) * 100;
      const text = `${change >= 0 ? "+" : ""}${change.toFixed(2)} %`;
      return [
        formatMinute(candle.time),
        formatPrice(candle.open),
        formatPrice(candle.high),
        formatPrice(candle.low),
        formatPrice(candle.close),
        change >= 0 ? pc.green(text) : pc.red(text),
        formatCount(candle.volume),
        String(candle.bars),
      ];
    }),
    1,
  );
}

function chart(bars: BarColumns): string {
  const points = Math.min(CHART_POINTS, bars.length);
  const closes = Array.from({ length: points }, (_, index) => {
    const at = Math.round((index / Math.max(1, points - 1)) * (bars.length - 1));
    return bars.close[at] ?? 0;
  });
  const width = Math.max(...closes.map((close) => formatPrice(close).length)) + 2;
  return `${plot(closes, { height: CHART_HEIGHT, format: (value) => formatPrice(value).padStart(width) })}\n`;
}

function timingTable(timings: readonly Timing[]): string {
  return table(
    ["query", "rows", "first", "again"],
    timings.map(({ name, rows, first, again }) => [
      name,
      formatCount(rows),
      formatDuration(first),
      formatDuration(again),
    ]),
    1,
  );
}

/** @returns the last day of a series and what else quickstart shows, as text */
export async function showData(marketData: MarketData, series: SeriesKey): Promise<string> {
  const timings: Timing[] = [];

  async function timed<Result>(
    name: string,
    rowsOf: (result: Result) => number,
    read: () => Promise<Result>,
  ): Promise<Result> {
    const began = performance.now();
    const result = await read();
    const between = performance.now();
    await read();
    timings.push({ name, rows: rowsOf(result), first: between - began, again: performance.now() - between });
    return result;
  }

  // Logging in is not part of any query.
  await marketData.findSeries(series);
  const { series: all } = await timed(
    "series in the database",
    (page) => page.series.length,
    () => marketData.listSeries({ limit: 20 }),
  );
  const summary = await timed(
    "latest price",
    () => 1,
    () => marketData.getSeries(series),
  );
  const to = Temporal.Instant.fromEpochMilliseconds(
    (Math.floor(summary.lastTime.epochMilliseconds / HOUR) + 1) * HOUR,
  );
  const from = to.subtract({ hours: 24 });
  const candles = await timed(
    "24 hourly candles of 1-minute bars",
    (found) => found.length,
    () => marketData.listCandles(series, { from, to, timeframe: "1h" }),
  );
  const bars = await timed(
    "last 1,440 bars as columns",
    (found) => found.length,
    () => marketData.lastBars(series, 1_440),
  );

  const { latest } = summary;
  return [
    pc.bold("Series in the database"),
    seriesTable(all),
    `${pc.bold("Latest price")}  ${series.symbol} ${formatPrice(latest.close)} at ${formatMinute(latest.time)} UTC\n`,
    pc.bold("Last 24 hours of the data, by hour"),
    candleTable(candles),
    pc.bold("Close of each minute, last day"),
    chart(bars),
    pc.bold("How long each query took"),
    timingTable(timings),
  ].join("\n");
}
