// The look of quickstart's page at the widths of real terminals, over made-up series.
import { stripVTControlCharacters } from "node:util";
import type { BarColumns, MarketData, SeriesSummary } from "@app/repositories";
import { expect, it } from "vitest";
import { showData } from "./show-data.ts";

const SERIES = { exchange: "sample", symbol: "BTC-PERP", timeframe: "1m" } as const;
const last = Temporal.Instant.from("2022-02-01T05:31:00Z");
const summary = (symbol: string): SeriesSummary => ({
  ...SERIES,
  symbol,
  firstTime: last.subtract({ hours: 24 * 31 }),
  lastTime: last,
  barCount: 45_031,
  lastOpen: 38_450,
  lastHigh: 38_500.5,
  lastLow: 38_400,
  lastClose: 38_481.5,
  lastVolume: 1,
  updatedAt: last,
});
const each = (value: number): Float64Array => new Float64Array(24).fill(value);
const candles: Awaited<ReturnType<MarketData["listCandles"]>> = {
  length: 24,
  time: each(0).map((_, index) => last.subtract({ hours: 24 - index }).epochMilliseconds * 1_000),
  open: each(38_450),
  high: each(38_500.5),
  low: each(38_400),
  close: each(38_481.5),
  volume: each(123_456_789),
  tradeCount: each(Number.NaN),
  vwap: each(38_450),
  barCount: each(60),
};
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
  const items = symbols.map(summary);
  const marketData = {
    findSeries: async () => summary(SERIES.symbol),
    getSeries: async () => summary(SERIES.symbol),
    listSeries: async () => ({ items, next: hasMore ? "next" : undefined }),
    listCandles: async () => candles,
    lastBars: async () => bars,
  };
  // The page calls nothing else of the repository.
  const page = await showData(marketData as unknown as MarketData, SERIES, width);
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
