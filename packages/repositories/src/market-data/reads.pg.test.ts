// Every reading of bars against a real server: exactly what was stored, in bounded pieces, and bad input refused by its field.
import { NotFoundError } from "@app/database";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { batchesOf, btcSample } from "../fixtures/btc-sample.ts";
import type { Page } from "../paging/page.ts";
import { poolScope, transactionScope } from "../statements/scope.ts";
import { indicatorNames, storedIndicators } from "@app/schema/vocabulary";
import { barAt, type BarBatch, type BarColumns, sliceBars } from "./bar-columns.ts";
import { createMarketDataIn, createMarketDataReads } from "./market-data.ts";
import type { SeriesKey } from "./series-key.ts";
import { createMarketDatabase, type MarketDatabase, putInColumns } from "./testing/market-database.ts";
import { barOpenAt } from "./timeframe.ts";

const sample: BarBatch = sliceBars(btcSample(), 0, 8_000);
const seriesOf = (symbol: string): SeriesKey => ({ exchange: "test", symbol, timeframe: "1m" });
const btc = seriesOf("BTC");
const instant = (text: string): Temporal.Instant => Temporal.Instant.from(text);
const DAY = { from: instant("2022-01-03T00:00Z"), to: instant("2022-01-04T00:00Z") };
const EVER = { from: instant("1970-01-01T00:00Z"), to: instant("2200-01-01T00:00Z") };

let market: MarketDatabase;
beforeAll(async () => {
  market = await createMarketDatabase();
  await market.marketData.importBars(btc, batchesOf(sample, 3_000), { source: "sample" });
  // Half in columns and half in rows, where there are columns.
  await putInColumns(market);
  await market.marketData.copyIn(seriesOf("PLAIN"), sample, { source: "sample", indicators: false });
});
afterAll(async () => {
  await market[Symbol.asyncDispose]();
});

const store = (symbol: string, bars: BarBatch): Promise<unknown> =>
  market.marketData.copyIn(seriesOf(symbol), bars, { source: "sample", indicators: false });

/** A list read to its end, one row a page. */
async function allPages<Item>(
  read: (page: { readonly limit: number; readonly cursor: string | undefined }) => Promise<Page<Item>>,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({ limit: 1, cursor });
    expect(page.items.length).toBeLessThanOrEqual(1);
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return items;
}

/** What a reading of those bars gives. */
function stored(start: number, end: number): BarColumns {
  const { time, open, high, low, close, volume } = sliceBars(sample, start, end);
  return { length: end - start, time, open, high, low, close, volume };
}

describe("the last bars", () => {
  it.each([1, 500, 2_000, 2_001, 8_000])(
    "%i of them come oldest first, exactly as they were",
    async (count) => {
      expect(await market.marketData.lastBars(btc, count)).toEqual(stored(8_000 - count, 8_000));
      expect(await market.marketData.lastBars(seriesOf("PLAIN"), count)).toEqual(
        stored(8_000 - count, 8_000),
      );
    },
  );

  it("are all there are where more were asked for, and those before a moment where one is given", async () => {
    expect(await market.marketData.lastBars(btc, 100_000)).toEqual(stored(0, 8_000));
    const before = barAt(sample, 5_000).time;
    expect(await market.marketData.lastBars(btc, 10, { before })).toEqual(stored(4_990, 5_000));
    expect((await market.marketData.lastBars(btc, 10, { before: "1990-01-01T00:00:00Z" })).length).toBe(0);
  });

  it("are found behind weeks without any", async () => {
    const late = sliceBars(sample, 0, 3);
    await store("RESUMED", late);
    await store("RESUMED", { ...late, time: late.time.map((time) => time + 90 * 86_400_000_000) });
    const { close } = await market.marketData.lastBars(seriesOf("RESUMED"), 5);
    expect([...close]).toEqual([...late.close.subarray(1), ...late.close]);
  });

  it("hold one that was stored a moment ago", async () => {
    await store("GROWING", sliceBars(sample, 0, 10));
    await store("GROWING", sliceBars(sample, 10, 11));
    const { close } = await market.marketData.lastBars(seriesOf("GROWING"), 1);
    expect([...close]).toEqual([sample.close[10]]);
  });
});

describe("a range of bars", () => {
  it.each([100, 2_500])(
    "gives what opens from its beginning up to before its end, in pages of %i",
    async (limit) => {
      const first = sample.time.indexOf(DAY.from.epochMilliseconds * 1_000);
      const found: number[] = [];
      let from = DAY.from;
      for (;;) {
        const page = await market.marketData.listBars(btc, { from, to: DAY.to, limit });
        found.push(...page.time);
        if (page.length < limit) break;
        from = barAt(page, page.length - 1).time.add({ microseconds: 1 });
      }
      expect(found).toEqual([...sample.time.subarray(first, first + 1_440)]);
    },
  );

  it("that is far longer than the series gives all of it, or its first bars", async () => {
    expect(await market.marketData.listBars(btc, { ...EVER, limit: 100_000 })).toEqual(stored(0, 8_000));
    expect(await market.marketData.listBars(btc, { ...EVER, limit: 7 })).toEqual(stored(0, 7));
    const far = { from: "-200000-01-01T00:00:00Z", to: "+200000-01-01T00:00:00Z", limit: 7 };
    await expect(market.marketData.listBars(btc, far)).rejects.toMatchObject({ field: "from" });
  });

  it("crosses weeks without bars", async () => {
    const few = sliceBars(sample, 0, 40);
    const days = Float64Array.from(few.time, (time, index) => time + index * 5 * 86_400_000_000);
    await store("SPARSE", { ...few, time: days });
    const { time } = await market.marketData.listBars(seriesOf("SPARSE"), { ...EVER, limit: 30 });
    expect([...time]).toEqual([...days.subarray(0, 30)]);
  });

  it("keeps times to the microsecond, before 1970 too", async () => {
    // Nobody may store them so any more; whoever did reads them as they are.
    const times = ["1969-12-31T23:59:59.999999Z", "2022-01-01T00:00:00.000001Z"];
    await market.connection.query(
      `insert into market_data (exchange, symbol, timeframe, time, open, high, low, close, source)
       select 'test', 'ODD', '1m', t, 10, 10, 10, 10, 'x' from unnest($1::timestamptz[]) t`,
      [times],
    );
    const bars = await market.marketData.listBars(seriesOf("ODD"), {
      ...EVER,
      from: "1969-01-01T00:00:00Z",
      limit: 9,
    });
    expect([...bars.time]).toEqual([-1, 1_640_995_200_000_001]);
    expect([0, 1].map((index) => barAt(bars, index).time.toString())).toEqual(times);
  });
});

describe("stored indicators", () => {
  it.each([1_000, 8_000])("come where they are asked for, and only those: %i bars", async (count) => {
    const wanted = ["obv", "sma20", "macdSignal"] as const;
    const bars = await market.marketData.lastBars(btc, count, { indicators: wanted });
    expect(Object.keys(bars).toSorted()).toEqual(
      ["length", "time", "open", "high", "low", "close", "volume", ...wanted].toSorted(),
    );
    const all = await market.marketData.lastBars(btc, count, { indicators: indicatorNames });
    const { rows } = await market.connection.query<Record<string, number | null>>(
      `select ${storedIndicators.map(({ column }) => column).join(", ")} from market_data where symbol = 'BTC' order by time desc limit $1`,
      [count],
    );
    const column = (name: string): number[] =>
      rows.map((row) => Math.fround(row[name] ?? Number.NaN)).toReversed();
    const values = new Set<string>();
    for (const { name, column: storedAs } of storedIndicators) {
      expect([...all[name]].map(Math.fround), name).toEqual(column(storedAs));
      values.add(column(storedAs).join(" "));
    }
    // Else one could stand in another's place: all differ, but that the middle Bollinger band is the SMA of 20.
    expect(values.size).toBe(13);
    for (const name of wanted) expect(bars[name]).toEqual(all[name]);
  });

  it("are NaN where a bar has none", async () => {
    const range = { ...EVER, limit: 20, indicators: ["sma20", "rsi14"] as const };
    const first = await market.marketData.listBars(btc, range);
    expect([...first.sma20].filter((value) => !Number.isNaN(value))).toHaveLength(1);
    const none = await market.marketData.listBars(seriesOf("PLAIN"), range);
    expect(none.rsi14.every((value) => Number.isNaN(value))).toBe(true);
    // A series that is there, where it has no bars.
    const empty = {
      from: "1990-01-01T00:00Z",
      to: "1990-01-02T00:00Z",
      limit: 10,
      indicators: ["sma20"] as const,
    };
    const nothing = await market.marketData.listBars(btc, empty);
    expect([nothing.length, nothing.sma20.length]).toEqual([0, 0]);
  });
});

describe("a stream", () => {
  it("gives every bar once, in pages, whatever their size", async () => {
    for (const pageBars of [333, 3_000, 20_000]) {
      const pages: BarColumns[] = [];
      for await (const page of market.marketData.streamBars(btc, { ...EVER, pageBars })) pages.push(page);
      expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(pageBars);
      expect(pages.flatMap(({ close }) => [...close])).toEqual([...sample.close]);
    }
  });

  it("can be left early, again and again", async () => {
    for (let time = 0; time < 30; time += 1) {
      for await (const page of market.marketData.streamBars(btc, { ...EVER, pageBars: 100 })) {
        expect(page.length).toBe(100);
        break;
      }
    }
    expect(await market.marketData.getSeries(btc)).toMatchObject({ symbol: btc.symbol });
  });

  it("fails where its turn comes, and works in a transaction", async () => {
    const bad = market.marketData.streamBars(btc, { ...EVER, pageBars: 0 });
    await expect(bad[Symbol.asyncIterator]().next()).rejects.toMatchObject({ field: "pageBars" });
    await market.database.transaction(async (transaction) => {
      const inside = createMarketDataIn(transactionScope(transaction));
      await inside.copyIn(seriesOf("INSIDE"), sliceBars(sample, 0, 50), { source: "x", indicators: false });
      let bars = 0;
      for await (const page of inside.streamBars(seriesOf("INSIDE"), { ...EVER, pageBars: 20 }))
        bars += page.length;
      expect(bars).toBe(50);
      expect(await market.marketData.findSeries(seriesOf("INSIDE"))).toBeUndefined();
    });
    expect(await market.marketData.getSeries(seriesOf("INSIDE"))).toMatchObject({ barCount: 50 });
  });
});

describe("the catalogue", () => {
  beforeAll(async () => {
    for (const symbol of ["A1", "A2", "A3"]) {
      const bars = sliceBars(sample, 0, 5);
      const options = { source: "x", indicators: false };
      await market.marketData.copyIn({ exchange: "a", symbol, timeframe: "1m" }, bars, options);
      await market.marketData.copyIn(
        { exchange: "a", symbol, timeframe: "1d" },
        { ...sliceBars(bars, 0, 1), time: Float64Array.of(barOpenAt("1d", bars.time[0] ?? 0)) },
        options,
      );
    }
  });

  it("lists series page by page, those of an instrument, of a symbol, and those that went stale", async () => {
    const first = await market.marketData.listSeries({ limit: 3 });
    expect(first.items.map(({ symbol, timeframe }) => `${symbol} ${timeframe}`)).toEqual([
      "A1 1m",
      "A1 1d",
      "A2 1m",
    ]);
    const second = await market.marketData.listSeries({ limit: 1_000, cursor: first.next });
    expect(second.items[0]).toMatchObject({ exchange: "a", symbol: "A2", timeframe: "1d", barCount: 1 });
    expect(second.next).toBeUndefined();
    const instrument = { exchange: "a", symbol: "A2" };
    const ofInstrument = await allPages((page) => market.marketData.listSeriesByInstrument(instrument, page));
    expect(ofInstrument.map(({ timeframe }) => timeframe)).toEqual(["1m", "1d"]);
    expect(await allPages((page) => market.marketData.listSeriesBySymbol("A2", page))).toEqual(ofInstrument);
    const stale = await allPages((page) =>
      market.marketData.listStaleSeries({ timeframe: "1d", before: "2022-01-01T00:00:00Z", ...page }),
    );
    expect(stale.map(({ symbol }) => symbol)).toEqual(["A1", "A2", "A3"]);
  });

  it("knows the latest bar of a series, of given symbols and of all, without reading a bar", async () => {
    const expected = { ...barAt(sample, 7_999), ...btc };
    expect(await market.marketData.latestBar(btc)).toEqual(expected);
    expect(await market.marketData.latestBar(seriesOf("NONE"))).toBeUndefined();
    const of = { exchange: "a", timeframe: "1m" } as const;
    const given = await market.marketData.listLatestBars(of, { symbols: ["A3", "A1", "none"] });
    expect(given.items.map(({ symbol, close }) => [symbol, close])).toEqual([
      ["A1", sample.close[4]],
      ["A3", sample.close[4]],
    ]);
    const first = await market.marketData.listLatestBars(of, { limit: 2 });
    const rest = await market.marketData.listLatestBars(of, { cursor: first.next });
    expect([...first.items, ...rest.items].map(({ symbol }) => symbol)).toEqual(["A1", "A2", "A3"]);
    expect(rest.next).toBeUndefined();
  });

  it("of a series without bars says so", async () => {
    const none = seriesOf("NONE");
    const unknown = { kind: "not-found", field: "symbol" };
    await expect(market.marketData.lastBars(none, 10)).rejects.toMatchObject(unknown);
    await expect(market.marketData.listBars(none, { ...EVER, limit: 10 })).rejects.toMatchObject(unknown);
    await expect(market.marketData.listMissingRanges(none, DAY)).rejects.toMatchObject(unknown);
    const streamed = Array.fromAsync(market.marketData.streamBars(none, EVER));
    await expect(streamed).rejects.toMatchObject(unknown);
    // As known at a moment, a series that is gone by now may have been there.
    expect((await market.marketData.lastBars(none, 10, { knownAt: DAY.from })).length).toBe(0);
    expect(await market.marketData.listRevisions(none, DAY)).toEqual({ items: [], next: undefined });
    expect(await market.marketData.findSeries(none)).toBeUndefined();
    await expect(market.marketData.getSeries(none)).rejects.toThrow(NotFoundError);
    expect(await market.marketData.findOverview(none)).toBeUndefined();
    await expect(market.marketData.getOverview(none)).rejects.toThrow(NotFoundError);
  });

  it("overviews each instrument as of the last refresh, page by page", async () => {
    await market.connection.query("refresh materialized view market_overview");
    expect(await market.marketData.getOverview({ exchange: "a", symbol: "A1" })).toMatchObject({
      timeframe: "1m",
      lastPrice: sample.close[4],
      open24h: sample.open[0],
      high24h: Math.max(...sample.high.subarray(0, 5)),
      barCount: 5,
    });
    const first = await market.marketData.listOverviews({ limit: 2 });
    expect(first.items.map(({ symbol }) => symbol)).toEqual(["A1", "A2"]);
    const rest = await market.marketData.listOverviews({ cursor: first.next });
    expect(rest.items[0]?.symbol).toBe("A3");
  });
});

it("missing ranges are found between bars, with how many are missing, page by page", async () => {
  await store("HOLES", sliceBars(sample, 0, 10));
  await store("HOLES", sliceBars(sample, 11, 100));
  await store("HOLES", sliceBars(sample, 160, 200));
  const range = { from: instant("2021-12-31T00:00Z"), to: instant("2022-01-02T00:00Z") };
  const holes = [
    { from: instant("2021-12-31T23:11Z"), to: instant("2021-12-31T23:12Z"), missingBars: 1 },
    { from: instant("2022-01-01T00:41Z"), to: instant("2022-01-01T01:41Z"), missingBars: 60 },
  ];
  const series = seriesOf("HOLES");
  expect(await market.marketData.listMissingRanges(series, range)).toEqual({ items: holes, next: undefined });
  const first = await market.marketData.listMissingRanges(series, { ...range, limit: 1 });
  expect(first.items).toEqual([holes[0]]);
  const rest = await market.marketData.listMissingRanges(series, { ...range, limit: 1, cursor: first.next });
  expect(rest).toEqual({ items: [holes[1]], next: undefined });
  expect(await market.marketData.listMissingRanges(btc, range)).toMatchObject({ items: [] });
});

it("doubtful bars are listed newest first", async () => {
  await store("DOUBT", sliceBars(sample, 0, 5));
  await market.connection.query(
    "update market_data set quality_score = 40 where symbol = 'DOUBT' and time in ('2021-12-31 23:02Z', '2021-12-31 23:04Z')",
  );
  const instrument = { exchange: "test", symbol: "DOUBT" };
  const found = await allPages((page) =>
    market.marketData.listDoubtfulBars(instrument, { ...EVER, ...page }),
  );
  expect(found.map(({ time, qualityScore }) => [time.toString(), qualityScore])).toEqual([
    ["2021-12-31T23:04:00Z", 40],
    ["2021-12-31T23:02:00Z", 40],
  ]);
});

const reversed = { from: DAY.to, to: DAY.from };
it.each<[string, (reads: ReturnType<typeof createMarketDataReads>) => Promise<unknown>]>([
  ["count", (reads) => reads.lastBars(btc, 0)],
  ["count", (reads) => reads.lastBars(btc, 1.5)],
  ["count", (reads) => reads.lastBars(btc, Number.NaN)],
  ["count", (reads) => reads.lastBars(btc, 100_001)],
  ["limit", (reads) => reads.listBars(btc, { ...DAY, limit: 1_000_000_000 })],
  ["to", (reads) => reads.listBars(btc, { ...reversed, limit: 1 })],
  ["from", (reads) => reads.listBars(btc, { from: "yesterday", to: DAY.to, limit: 1 })],
  ["before", (reads) => reads.lastBars(btc, 1, { before: 0 as unknown as string })],
  ["knownAt", (reads) => reads.listBars(btc, { ...DAY, limit: 1, knownAt: new Date(Number.NaN) })],
  ["indicators", (reads) => reads.listBars(btc, { ...DAY, limit: 1, indicators: ["sma21" as "sma20"] })],
  ["symbol", (reads) => reads.listBars({ ...btc, symbol: "" }, { ...DAY, limit: 1 })],
  ["symbol", (reads) => reads.latestBar({ ...btc, symbol: "\uD800" })],
  ["exchange", (reads) => reads.latestBar({ ...btc, exchange: "x".repeat(51) })],
  ["timeframe", (reads) => reads.findSeries({ ...btc, timeframe: "7m" as "1m" })],
  ["limit", (reads) => reads.listSeries({ limit: 1_001 })],
  ["cursor", (reads) => reads.listSeries({ cursor: "x" })],
  ["symbols", (reads) => reads.listLatestBars({ exchange: "a", timeframe: "1m" }, { symbols: [] })],
  ["to", (reads) => reads.listMissingRanges(btc, reversed)],
  ["cursor", (reads) => reads.listMissingRanges(btc, { ...DAY, cursor: "x" })],
  ["limit", (reads) => reads.listDoubtfulBars(btc, { ...DAY, limit: 0 })],
])("bad input is refused by its field before a statement is sent: %s", async (field, call) => {
  const unreachable = createMarketDataReads({
    query: () => Promise.reject(new Error("A statement was sent.")),
  });
  await expect(call(unreachable)).rejects.toMatchObject({ kind: "invalid-input", field });
  await expect(call(createMarketDataReads(poolScope(market.database)))).rejects.toMatchObject({ field });
});
