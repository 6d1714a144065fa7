// What quickstart shows of the data: series, latest price, an hourly candle table and a chart, each query timed twice.
// Reads through the repositories only, as a backend would.
import pc from "picocolors";
import type { MarketData, Page, SeriesKey, SeriesSummary } from "@app/repositories";
import { fittedTable } from "../../terminal/fitted-table.ts";
import type { Column } from "../../terminal/fitted-table.ts";
import {
  formatCompact,
  formatCount,
  formatDuration,
  formatMinute,
  formatPrice,
} from "../../terminal/number-format.ts";
import { closeChart } from "./close-chart.ts";

const HOUR = 3_600_000;
const SERIES_SHOWN = 20;
const DATE_CHARACTERS = "2022-01-31".length;
const YEAR_CHARACTERS = "2022-".length;

/** One query and how long it took. */
interface Timing {
  readonly name: string;
  readonly rows: number;
  readonly first: number;
  readonly again: number;
}

const left = <Row>(head: string, cell: (row: Row) => string): Column<Row> => ({ head, align: "left", cell });
const right = <Row>(head: string, cell: (row: Row) => string): Column<Row> => ({
  head,
  align: "right",
  cell,
});

type Candles = Awaited<ReturnType<MarketData["listCandles"]>>;

function seriesTable({ items, next }: Page<SeriesSummary>, width: number): string {
  const names = [
    left<SeriesSummary>("exchange", (one) => one.exchange),
    left<SeriesSummary>("symbol", (one) => one.symbol),
    left<SeriesSummary>("bar", (one) => one.timeframe),
  ];
  const extent = [
    right<SeriesSummary>("bars", (one) => formatCount(one.barCount)),
    right<SeriesSummary>("close", (one) => formatPrice(one.lastClose)),
  ];
  const first = (length?: number): Column<SeriesSummary> =>
    left("first (UTC)", (one) => formatMinute(one.firstTime).slice(0, length));
  const last = (length?: number): Column<SeriesSummary> =>
    left("last (UTC)", (one) => formatMinute(one.lastTime).slice(0, length));
  const choices = [
    [...names, first(), last(), ...extent],
    [...names, first(DATE_CHARACTERS), last(DATE_CHARACTERS), ...extent],
    [...names, last(DATE_CHARACTERS), ...extent],
  ];
  const more = next === undefined ? "" : `  and more: these are the first ${SERIES_SHOWN} by name\n`;
  return `${fittedTable(items, choices, width)}${more}`;
}

function changeOf(open: number, close: number): string {
  const change = (close / open - 1) * 100;
  const text = `${change >= 0 ? "+" : ""}${change.toFixed(2)} %`;
  return change >= 0 ? pc.green(text) : pc.red(text);
}

/** A row is the place of a candle in its columns. */
function candleTable(candles: Candles, width: number): string {
  const at = (column: Float64Array, row: number): number => column[row] ?? Number.NaN;
  const minute = (row: number): string =>
    formatMinute(Temporal.Instant.fromEpochMilliseconds(at(candles.time, row) / 1_000));
  const price = (head: string, column: Float64Array): Column<number> =>
    right(head, (row) => formatPrice(at(column, row)));
  const hour = left<number>("hour (UTC)", minute);
  const shortHour = left<number>("hour (UTC)", (row) => minute(row).slice(YEAR_CHARACTERS));
  const open = price("open", candles.open);
  const rest = [
    price("high", candles.high),
    price("low", candles.low),
    price("close", candles.close),
    right<number>("change", (row) => changeOf(at(candles.open, row), at(candles.close, row))),
  ];
  const bars = right<number>("bars", (row) => String(at(candles.barCount, row)));
  const volume = (format: (value: number) => string): Column<number> =>
    right("volume", (row) => format(at(candles.volume, row)));
  const choices = [
    [hour, open, ...rest, volume(formatCount), bars],
    [shortHour, open, ...rest, volume(formatCompact), bars],
    [shortHour, ...rest],
  ];
  return fittedTable([...candles.time.keys()], choices, width);
}

function timingTable(timings: readonly Timing[], width: number): string {
  const columns = [
    left<Timing>("query", ({ name }) => name),
    right<Timing>("rows", ({ rows }) => formatCount(rows)),
    right<Timing>("first", ({ first }) => formatDuration(first)),
    right<Timing>("again", ({ again }) => formatDuration(again)),
  ];
  return fittedTable(timings, [columns], width);
}

/** @returns the last day of a series and what else quickstart shows, as text for a terminal of `width` columns */
export async function showData(marketData: MarketData, series: SeriesKey, width: number): Promise<string> {
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
  const page = await timed(
    "series in the database",
    (found) => found.items.length,
    () => marketData.listSeries({ limit: SERIES_SHOWN }),
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
    "24 hourly candles",
    (found) => found.length,
    () => marketData.listCandles(series, { from, to, bucket: "1h" }),
  );
  const bars = await timed(
    "last 1,440 bars as columns",
    (found) => found.length,
    () => marketData.lastBars(series, 1_440),
  );

  const chart = closeChart(bars, width);
  return [
    pc.bold("Series in the database"),
    seriesTable(page, width),
    `${pc.bold("Latest price")}  ${series.symbol} ${formatPrice(summary.lastClose)} at ${formatMinute(summary.lastTime)} UTC\n`,
    pc.bold("Last 24 hours of the data, by hour"),
    candleTable(candles, width),
    pc.bold(chart.title),
    chart.text,
    pc.bold("How long each query took"),
    timingTable(timings, width),
  ].join("\n");
}
