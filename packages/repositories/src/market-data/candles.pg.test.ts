// Candles from a real server, of each edition's own source (bars, or roll-ups with the live tail), against the plainest roll-up of
// the same bars. As every edition is held to the same candles, they are the same on all.
import { createDatabase, NotFoundError, parseConnection } from "@app/database";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { btcSample } from "../fixtures/btc-sample.ts";
import { type BarBatch, sliceBars } from "./bar-columns.ts";
import { type BucketOptions, createBucketGrid } from "./candle-buckets.ts";
import { type CandleColumns, candleRows } from "./candle-roll-up.ts";
import { createRollUpKnowledge } from "./candles.ts";
import { createMarketDatabase, type MarketDatabase, refreshRollUps } from "./testing/market-database.ts";

const instant = (text: string): Temporal.Instant => Temporal.Instant.from(text);
const series = { exchange: "test", symbol: "BTC", timeframe: "1m" } as const;
const newYork = { timeZone: "America/New_York", open: "09:30" };

/** 18 days; the roll-ups are refreshed after the first 14 of them, so the rest is live tail. */
const TAIL = 59 + 14 * 1_440;

const whole = sliceBars(btcSample(), 0, 26_000);
const counted: BarBatch = {
  ...whole,
  tradeCount: Int32Array.from({ length: whole.length }, (_, index) => (index % 5 === 0 ? -1 : index % 13)),
};

function partOf(start: number, end: number): BarBatch {
  const tradeCount = counted.tradeCount?.subarray(start, end) ?? new Int32Array(0);
  return { ...sliceBars(counted, start, end), tradeCount };
}

let market: MarketDatabase;
beforeAll(async () => {
  market = await createMarketDatabase();
  const options = { source: "sample", indicators: false };
  async function* first() {
    // With a hole of an hour and a half in it.
    yield partOf(0, 10_000);
    yield partOf(10_090, TAIL);
  }
  await market.marketData.importBars(series, first(), options);
  await refreshRollUps(market);
  await market.marketData.copyIn(series, partOf(TAIL, whole.length), options);
});
afterAll(async () => {
  await market[Symbol.asyncDispose]();
});

const isThere = (index: number): boolean => index < 10_000 || index >= 10_090;

interface Plain {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly vwap: number;
  readonly tradeCount: number;
  readonly barCount: number;
}

function expected(options: BucketOptions, from: number, to: number): Plain[] {
  const grid = createBucketGrid(options);
  const groups = new Map<number, number[]>();
  for (const [index, time] of whole.time.entries()) {
    if (!isThere(index)) continue;
    const { start, end } = grid.at(time);
    if (start < from || start >= to || time < start || time >= end) continue;
    const group = groups.get(start);
    if (group === undefined) groups.set(start, [index]);
    else group.push(index);
  }
  const pick = (indexes: readonly number[], column: ArrayLike<number>): number[] =>
    indexes.map((index) => column[index] ?? 0);
  const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);
  return [...groups].map(([time, indexes]) => {
    const [highs, lows, closes, volumes] = [whole.high, whole.low, whole.close, whole.volume].map((column) =>
      pick(indexes, column),
    ) as [number[], number[], number[], number[]];
    const turnover = sum(
      volumes.map((volume, at) => (volume * ((highs[at] ?? 0) + (lows[at] ?? 0) + (closes[at] ?? 0))) / 3),
    );
    return {
      time,
      open: pick(indexes, whole.open)[0] ?? 0,
      high: Math.max(...highs),
      low: Math.min(...lows),
      close: closes.at(-1) ?? 0,
      volume: sum(volumes),
      vwap: turnover / sum(volumes),
      tradeCount: sum(pick(indexes, counted.tradeCount ?? []).map((count) => Math.max(0, count))),
      barCount: indexes.length,
    };
  });
}

/** Sums may differ in their last digits, by the order in which they were added up. */
function expectSame(candles: CandleColumns, plain: readonly Plain[]): void {
  expect(candles.length).toBe(plain.length);
  const exact = ["time", "open", "high", "low", "close", "tradeCount", "barCount"] as const;
  for (const name of exact) expect([...candles[name]], name).toEqual(plain.map((candle) => candle[name]));
  for (const name of ["volume", "vwap"] as const) {
    for (const [index, candle] of plain.entries()) {
      expect((candles[name][index] ?? 0) / candle[name]).toBeCloseTo(1, 11);
    }
  }
}

const microseconds = (text: string): number => instant(text).epochMilliseconds * 1_000;

describe("candles", () => {
  const [from, to] = ["2022-01-01T00:00:00Z", "2022-01-18T00:00:00Z"];

  it.each([
    { bucket: "5m" },
    { bucket: "7 minutes" },
    { bucket: "15m" },
    { bucket: "30m" },
    { bucket: "1h" },
    { bucket: "1h", origin: "2022-01-01T00:20:00Z" },
    { bucket: "4h" },
    { bucket: "1d" },
    { bucket: "3d" },
    { bucket: "1w" },
    { bucket: "1 month" },
    { bucket: "1h", session: newYork },
    { bucket: "30m", session: { ...newYork, close: "16:00" } },
    { bucket: "1d", session: newYork },
    { bucket: "1d", session: { ...newYork, close: "16:00" } },
    { bucket: "1w", session: { timeZone: "Asia/Kolkata", open: "09:15" } },
  ])("of %o are what the bars in them make, roll-ups and live tail alike", async (options) => {
    const plain = expected(options, microseconds(from), microseconds(to));
    expect(plain.length).toBeGreaterThan(0);
    expectSame(
      await market.marketData.listCandles({ exchange: "test", symbol: "BTC" }, { from, to, ...options }),
      plain,
    );
    expectSame(await market.marketData.listCandles(series, { from, to, ...options }), plain);
  });

  it("open in the range and are whole, whatever of them lies behind its end", async () => {
    const range = { from: "2022-01-03T00:30:00Z", to: "2022-01-03T05:30:00Z" };
    for (const bucket of ["1h", "20 minutes"]) {
      const candles = await market.marketData.listCandles(series, { ...range, bucket });
      expectSame(candles, expected({ bucket }, microseconds(range.from), microseconds(range.to)));
    }
    const { barCount } = await market.marketData.listCandles(series, { ...range, bucket: "1h" });
    expect([...barCount]).toEqual([60, 60, 60, 60, 60]);
  });

  it("come as many as the limit allows, and the next ones from there", async () => {
    const options = { bucket: "7 minutes" };
    const plain = expected(options, microseconds(from), microseconds(to));
    const found: number[] = [];
    let next: string | Temporal.Instant = from;
    while (found.length < 2_000) {
      const page: CandleColumns = await market.marketData.listCandles(series, {
        from: next,
        to,
        ...options,
        limit: 777,
      });
      found.push(...page.time);
      next = Temporal.Instant.fromEpochMilliseconds((page.time.at(-1) ?? 0) / 1_000).add({ microseconds: 1 });
    }
    expect(found.slice(0, 2_000)).toEqual(plain.slice(0, 2_000).map(({ time }) => time));
  });

  it("more than 10,000 without a limit are refused, and with one they are not", async () => {
    const range = { from, to, bucket: "1m" };
    await expect(market.marketData.listCandles(series, range)).rejects.toMatchObject({ field: "to" });
    expect((await market.marketData.listCandles(series, { ...range, limit: 10_000 })).length).toBe(10_000);
  });
});

it("hold a corrected bar at once where roll-ups are not used, and where they are once they were refreshed", async () => {
  const corrected = { ...series, symbol: "CORRECTED" };
  const options = { source: "sample", indicators: false };
  await market.marketData.copyIn(corrected, sliceBars(whole, 0, 500), options);
  await refreshRollUps(market);
  const high = 1_000_000;
  const time = Temporal.Instant.fromEpochMilliseconds((whole.time[100] ?? 0) / 1_000);
  await market.marketData.upsert(corrected, [{ time, open: 5, high, low: 1, close: 5 }], options);
  const range = { from: "2021-12-31T00:00:00Z", to: "2022-01-02T00:00:00Z", bucket: "1h" };
  const highest = async (rollUps?: boolean): Promise<number> =>
    Math.max(...(await market.marketData.listCandles(corrected, { ...range, rollUps })).high);
  expect(await highest(false)).toBe(high);
  await refreshRollUps(market);
  expect(await highest()).toBe(high);
});

it.each([
  ["elsewhere", true],
  ["pg_catalog", false],
])("are looked up where the session looks for its tables: %s", async (schema, found) => {
  await market.connection.query("create schema if not exists elsewhere");
  await market.connection.query("create table if not exists elsewhere.candles_5m_rollup ()");
  const url = new URL(market.url);
  url.searchParams.set("options", `-csearch_path=${schema}`);
  const database = createDatabase(parseConnection(url.href));
  try {
    expect(await createRollUpKnowledge(database).hasRollUps()).toBe(found);
  } finally {
    await database.close();
  }
});

describe("gaps", () => {
  const hole = { from: "2022-01-07T21:30:00Z", to: "2022-01-08T00:00:00Z", bucket: "15m" };

  it("are left out unless they are to be filled, and filled with the close before them", async () => {
    const open = await market.marketData.listCandles(series, hole);
    const filled = await market.marketData.listCandles(series, { ...hole, gapFill: "previous-close" });
    expect(filled.length).toBe(10);
    const missing = candleRows(filled).filter(({ barCount }) => barCount === 0);
    expect(missing.length).toBe(filled.length - open.length);
    expect(missing.length).toBeGreaterThan(3);
    const before = [...candleRows(filled)].findIndex(({ barCount }) => barCount === 0) - 1;
    const close = filled.close[before];
    for (const candle of missing) {
      expect(candle).toMatchObject({
        open: close,
        high: close,
        low: close,
        close,
        volume: 0,
        tradeCount: 0,
        vwap: null,
      });
    }
  });

  it("at the beginning of the range are filled from the bar before it, at its end to the end", async () => {
    const inside = { from: "2022-01-07T22:30:00Z", to: "2022-01-07T23:00:00Z", bucket: "5m" } as const;
    expect((await market.marketData.listCandles(series, inside)).length).toBe(0);
    const filled = await market.marketData.listCandles(series, { ...inside, gapFill: "previous-close" });
    expect(filled.length).toBe(6);
    expect(new Set(filled.close)).toEqual(new Set([whole.close[9_999]]));
    const ahead = { from: "2022-02-01T00:00:00Z", to: "2022-03-01T00:00:00Z", bucket: "1d" };
    const future = await market.marketData.listCandles(series, { ...ahead, gapFill: "previous-close" });
    expect([future.length, new Set(future.close)]).toEqual([28, new Set([whole.close.at(-1)])]);
  });

  it("before the first bar there ever was stay empty", async () => {
    const early = { from: "1990-01-01T00:00:00Z", to: "2022-01-01T00:00:00Z", bucket: "1h" };
    const filled = await market.marketData.listCandles(series, { ...early, gapFill: "previous-close" });
    expect(candleRows(filled).map(({ time, barCount }) => [time.toString(), barCount])).toEqual([
      ["2021-12-31T23:00:00Z", 59],
    ]);
  });
});

describe("the source of candles", () => {
  it("is the shortest stored timeframe that divides the bucket", async () => {
    const instrument = { exchange: "test", symbol: "LONGER" };
    const bar = { open: 1, high: 1, low: 1, close: 1, volume: 1 };
    const store = (timeframe: "15m" | "1h", close: number): Promise<unknown> =>
      market.marketData.upsert(
        { ...instrument, timeframe },
        [{ ...bar, time: "2022-01-01T00:00:00Z", high: close, close }],
        { source: "x", indicators: false },
      );
    await store("1h", 60);
    const range = { from: "2022-01-01T00:00:00Z", to: "2022-01-02T00:00:00Z" };
    const closeOf = async (bucket: string): Promise<number | undefined> =>
      (await market.marketData.listCandles(instrument, { ...range, bucket })).close[0];
    await expect(closeOf("30m")).rejects.toThrow("Candles of 30m cannot be made of 1h bars.");
    expect(await closeOf("4h")).toBe(60);
    await store("15m", 15);
    expect([await closeOf("30m"), await closeOf("4h")]).toEqual([15, 15]);
    const given = await market.marketData.listCandles(
      { ...instrument, timeframe: "1h" },
      { ...range, bucket: "4h" },
    );
    expect(given.close[0]).toBe(60);
  });

  it("without any bars is told from one without bars in the range, which gives no candles", async () => {
    const range = { from: "2022-01-01T00:00:00Z", to: "2022-01-02T00:00:00Z", bucket: "1h" };
    for (const gapFill of ["none", "previous-close"] as const) {
      for (const source of [
        { exchange: "test", symbol: "NONE" },
        { ...series, symbol: "NONE" },
      ]) {
        await expect(market.marketData.listCandles(source, { ...range, gapFill })).rejects.toThrow(
          NotFoundError,
        );
      }
    }
    const early = { from: "1990-01-01T00:00:00Z", to: "1990-01-02T00:00:00Z", bucket: "1h" };
    expect((await market.marketData.listCandles(series, early)).length).toBe(0);
  });
});

it.each([
  [{ bucket: "1h", limit: 0 }, "limit"],
  [{ bucket: "1h", limit: 10_001 }, "limit"],
  [{ bucket: "1h", gapFill: "linear" }, "gapFill"],
  [{ bucket: "1h", knownAt: "soon" }, "knownAt"],
  [{ bucket: "1h", from: "2023-01-01T00:00:00Z" }, "to"],
])("%o is refused for its %s", async (options, field) => {
  const range = { from: "2022-01-01T00:00:00Z", to: "2022-01-02T00:00:00Z", ...options };
  // Words of no choice are what is tried.
  await expect(market.marketData.listCandles(series, range as never)).rejects.toMatchObject({
    kind: "invalid-input",
    field,
  });
});
