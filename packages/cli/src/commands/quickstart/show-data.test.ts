// The look of quickstart's page at the widths of real terminals, over made-up series.
import { stripVTControlCharacters } from "node:util";
import type { Bar, BarColumns, Candle, MarketData, SeriesSummary } from "@app/repositories";
import { expect, it } from "vitest";
import { showData } from "./show-data.ts";

const SERIES = { exchange: "sample", symbol: "BTC-PERP", timeframe: "1m" } as const;
const last = Temporal.Instant.from("2022-02-01T05:31:00Z");
const bar: Bar = { time: last, open: 38_450, high: 38_500.5, low: 38_400, close: 38_481.5, volume: 1 };
const summary = (symbol: string): SeriesSummary => ({
  ...SERIES,
  symbol,
  firstTime: last.subtract({ hours: 24 * 31 }),
  lastTime: last,
  barCount: 45_031,
  latest: bar,
});
const candles: readonly Candle[] = Array.from({ length: 24 }, (_, index) => ({
  ...bar,
  time: last.subtract({ hours: 24 - index }),
  volume: 123_456_789,
  bars: 60,
}));
const closes = Float64Array.from({ length: 1_440 }, (_, index) => 38_000 + index);
const bars: BarColumns = {
  length: 1_440,
  time: closes.map((_, index) => (last.epochMilliseconds - (1_439 - index) * 60_000) * 1_000),
  open: closes,
  high: closes,
  low: closes,
  close: closes,
  volume: closes,
};

async function show(width: number, symbols: readonly string[], hasMore = false): Promise<readonly string[]> {
  const series = symbols.map(summary);
  const marketData: Pick<MarketData, "findSeries" | "getSeries" | "listSeries" | "listCandles" | "lastBars"> =
    {
      findSeries: async () => summary(SERIES.symbol),
      getSeries: async () => summary(SERIES.symbol),
      listSeries: async () => ({ series, next: hasMore ? series.at(-1) : undefined }),
      listCandles: async () => candles,
      lastBars: async () => bars,
    };
  // The page calls nothing else of the repository.
  const page = await showData(marketData as MarketData, SERIES, width);
  return stripVTControlCharacters(page).split("\n");
}

it.each([60, 80, 100])("no line is longer than a terminal of %i columns", async (width) => {
  const lines = await show(width, ["BTC-PERP"]);
  expect(lines.filter((line) => line.length > width)).toEqual([]);
  expect(lines.filter((line) => /\d{2}:31 .* %/.test(line))).toHaveLength(24);
});

it("what there is no room for goes: the year first, then open, volume and bars", async () => {
  const head = async (width: number): Promise<string | undefined> =>
    (await show(width, ["BTC-PERP"])).find((line) => line.includes("hour (UTC)"));
  expect(await head(100)).toMatch(/hour \(UTC\) {2,}open +high +low +close +change +volume +bars$/);
  expect(await head(80)).toMatch(/hour \(UTC\) {2,}open +high +low +close +change +volume +bars$/);
  expect(await head(60)).toMatch(/hour \(UTC\) {2,}high +low +close +change$/);
});

it("says when there are more series than it shows, and only then", async () => {
  expect(await show(80, ["A", "B"], true)).toContain("  and more: these are the first 20 by name");
  expect((await show(80, ["A", "B"])).join("\n")).not.toContain("and more");
});
