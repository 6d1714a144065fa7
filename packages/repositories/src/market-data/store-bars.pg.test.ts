// Storing single batches: idempotent, all or none, last revision wins, at once by many, and bad bars refused by their field.
import { transactionScope } from "../statements/scope.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { btcSample } from "../fixtures/btc-sample.ts";
import { type BarBatch, sliceBars } from "./bar-columns.ts";
import type { BarInput } from "./bar-input.ts";
import { createMarketDataIn } from "./market-data.ts";
import type { SeriesKey } from "./series-key.ts";
import { createMarketDatabase, type MarketDatabase, putInColumns } from "./testing/market-database.ts";

const sample: BarBatch = sliceBars(btcSample(), 0, 3_000);
const seriesOf = (symbol: string): SeriesKey => ({ exchange: "test", symbol, timeframe: "1m" });
const options = { source: "feed", indicators: false };
const bar = (minute: number, close = 10): BarInput => ({
  time: Temporal.Instant.from("2024-01-01T00:00:00Z").add({ minutes: minute }),
  open: close,
  high: close,
  low: close,
  close,
  volume: 1,
});

let market: MarketDatabase;
beforeAll(async () => {
  market = await createMarketDatabase();
});
afterAll(async () => {
  await market[Symbol.asyncDispose]();
});

describe("an upsert", () => {
  it("sent twice happens once, in any order of the bars, and counts what became of them", async () => {
    const series = seriesOf("TWICE");
    const bars = [bar(2, 12), bar(0), bar(1, 11)];
    const first = await market.marketData.upsert(series, bars, options);
    expect(first).toEqual({ inserted: 3, updated: 0, unchanged: 0, refreshed: 0 });
    const again = await market.marketData.upsert(series, bars.toReversed(), { ...options, source: "other" });
    expect(again).toEqual({ inserted: 0, updated: 0, unchanged: 3, refreshed: 0 });
    const revised = await market.marketData.upsert(series, [bar(2, 13), bar(3)], options);
    expect(revised).toEqual({ inserted: 1, updated: 1, unchanged: 0, refreshed: 0 });
    expect([...(await market.marketData.lastBars(series, 9)).close]).toEqual([10, 11, 13, 10]);
    expect(await market.marketData.upsert(series, [], options)).toMatchObject({ inserted: 0 });
  });

  async function* once(batch: BarBatch): AsyncGenerator<BarBatch> {
    yield batch;
  }

  it.each(["upsert", "copyIn", "importBars"] as const)(
    "that revises a bar states it anew: what it leaves out is absent; by %s",
    async (method) => {
      const series = seriesOf(`ANEW-${method}`);
      const said = { ...sliceBars(sample, 0, 2), tradeCount: Int32Array.of(3, 4), rawPayload: ["1", "2"] };
      await market.marketData.copyIn(series, said, options);
      await market.connection.query("update market_data set quality_score = 40 where symbol = $1", [
        series.symbol,
      ]);
      const stored = async (): Promise<unknown> =>
        (
          await market.connection.query(
            `select volume, trade_count as count, raw_payload as payload, quality_score as score
             from market_data where symbol = $1 order by time`,
            [series.symbol],
          )
        ).rows;
      const [first, second] = said.volume;
      const before = [
        { volume: first, count: 3, payload: 1, score: 40 },
        { volume: second, count: 4, payload: 2, score: 40 },
      ];
      expect(await stored()).toEqual(before);
      // The second bar has another high, the first one says nothing that is not there already.
      const high = Float64Array.from(said.high, (value, index) => value + index);
      const silent = { ...sliceBars(sample, 0, 2), high, volume: new Float64Array(2), hasVolume: false };
      const send = async (batch: BarBatch): Promise<unknown> => {
        if (method === "importBars") return market.marketData.importBars(series, once(batch), options);
        if (method === "copyIn") return market.marketData.copyIn(series, batch, options);
        const bars = [0, 1].map((index) => ({
          time: Temporal.Instant.fromEpochMilliseconds((batch.time[index] ?? 0) / 1_000),
          open: batch.open[index] ?? 0,
          high: batch.high[index] ?? 0,
          low: batch.low[index] ?? 0,
          close: batch.close[index] ?? 0,
        }));
        return market.marketData.upsert(series, bars, options);
      };
      expect(await send(silent)).toMatchObject({ inserted: 0, updated: 1, unchanged: 1 });
      const anew = [before[0], { volume: 0, count: null, payload: null, score: null }];
      expect(await stored()).toEqual(anew);
      expect(await send(silent)).toMatchObject({ updated: 0, unchanged: 2 });
      expect(await stored()).toEqual(anew);
      const { rows } = await market.connection.query(
        `select volume, trade_count as count, raw_payload as payload, quality_score as score
         from market_data_revisions where symbol = $1 and quality_score is not null`,
        [series.symbol],
      );
      expect(rows).toEqual([before[1]]);
    },
  );

  it("means the same by a bar whatever bars it is sent with", async () => {
    const series = seriesOf("COMPANY");
    await market.marketData.upsert(series, [{ ...bar(0), tradeCount: 3 }, bar(1)], options);
    const counts = await market.marketData.upsert(series, [bar(0), { ...bar(1), tradeCount: 5 }], options);
    expect(counts).toMatchObject({ updated: 1, unchanged: 1 });
    const { rows } = await market.connection.query(
      "select trade_count from market_data where symbol = 'COMPANY' order by time",
    );
    expect(rows).toEqual([{ trade_count: 3 }, { trade_count: 5 }]);
  });

  it("with indicators gives the bars those of an uninterrupted import", async () => {
    async function* batches() {
      yield sample;
    }
    await market.marketData.importBars(seriesOf("IMPORTED"), batches(), { source: "x" });
    const series = seriesOf("FED");
    await market.marketData.copyIn(series, sliceBars(sample, 0, 2_990), { source: "x" });
    for (let index = 2_990; index < 3_000; index += 1) {
      await market.marketData.copyIn(series, sliceBars(sample, index, index + 1), { source: "x" });
    }
    const indicators = ["sma50", "ema26", "rsi14", "macdSignal", "atr14", "obv", "vwap"] as const;
    const fed = await market.marketData.lastBars(series, 3_000, { indicators });
    expect(fed).toEqual(await market.marketData.lastBars(seriesOf("IMPORTED"), 3_000, { indicators }));
    const { refreshed } = await market.marketData.copyIn(series, sliceBars(sample, 0, 1), { source: "x" });
    expect(refreshed).toBe(0);
  });

  it("from many sessions at once leaves each bar once, and every session done", async () => {
    const series = seriesOf("RACE");
    const bars = Array.from({ length: 50 }, (_, minute) => bar(minute));
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, session) =>
        market.marketData.upsert(series, session % 2 === 0 ? bars : bars.toReversed(), options),
      ),
    );
    expect(await market.marketData.getSeries(series)).toMatchObject({ barCount: 50 });
    expect(results.every(({ inserted, unchanged }) => inserted + unchanged === 50)).toBe(true);
    expect(
      (
        await market.marketData.listRevisions(series, {
          from: "2024-01-01T00:00:00Z",
          to: "2024-01-02T00:00:00Z",
        })
      ).items,
    ).toEqual([]);
  });

  it("into chunks in columns revises and adds like anywhere else", async () => {
    const series = seriesOf("OLD");
    await market.marketData.copyIn(series, sliceBars(sample, 0, 2_000), options);
    await putInColumns(market);
    const counts = await market.marketData.copyIn(
      series,
      { ...sliceBars(sample, 1_990, 2_010), close: sample.low.slice(1_990, 2_010) },
      options,
    );
    expect(counts.inserted).toBe(10);
    expect(counts.updated + counts.unchanged).toBe(10);
    const { close } = await market.marketData.lastBars(series, 20);
    expect(close).toEqual(sample.low.slice(1_990, 2_010));
  });
});

describe("in a caller's transaction", () => {
  it("bars are kept with it or not at all, and the session's planner is as it was", async () => {
    const series = seriesOf("WHOLE");
    const attempt = market.database.transaction(async (transaction) => {
      const bars = createMarketDataIn(transactionScope(transaction));
      expect(await bars.upsert(series, [bar(0), bar(1)], options)).toMatchObject({ inserted: 2 });
      expect(await bars.upsert(series, [bar(1), bar(2)], options)).toMatchObject({
        inserted: 1,
        unchanged: 1,
      });
      expect((await bars.lastBars(series, 9)).length).toBe(3);
      const { rows } = await transaction.query("show enable_nestloop");
      expect(rows).toEqual([{ enable_nestloop: "on" }]);
      throw new Error("changed my mind");
    });
    await expect(attempt).rejects.toThrow("changed my mind");
    expect(await market.marketData.findSeries(series)).toBeUndefined();
  });
});

describe("bars that cannot be", () => {
  it.each<[string, Partial<Record<keyof BarInput, unknown>>]>([
    ["bars[1].time", { time: "soon" }],
    ["bars[1].time", { time: "2024-01-01T00:00:00Z" }],
    ["bars[1].time", { time: "2300-01-01T00:00:00Z" }],
    ["bars[1].open", { open: Number.NaN }],
    ["bars[1].open", { open: "10" }],
    ["bars[1].high", { high: 9 }],
    ["bars[1].high", { high: Number.POSITIVE_INFINITY }],
    ["bars[1].low", { low: 0 }],
    ["bars[1].open", { open: 9, low: 9.5 }],
    ["bars[1].volume", { volume: -1 }],
    ["bars[1].volume", { volume: undefined }],
    ["bars[1].tradeCount", { tradeCount: 1.5 }],
    ["bars[1].tradeCount", { tradeCount: 3_000_000_000 }],
  ])("are refused by %s: %o", async (field, change) => {
    // Values of wrong types are what is tried.
    const bad = { ...bar(1), ...change } as BarInput;
    await expect(market.marketData.upsert(seriesOf("BAD"), [bar(0), bad], options)).rejects.toMatchObject({
      kind: "invalid-input",
      field,
    });
  });

  it.each<[string, Partial<BarBatch>]>([
    ["bars[2].time", { time: Float64Array.of(0, 60e6, 60e6) }],
    ["bars[0].time", { time: Float64Array.of(0.5, 60e6, 120e6) }],
    ["bars[1].low", { low: Float64Array.of(1, Number.NaN, 1) }],
    ["bars.close", { close: Float64Array.of(1) }],
    ["bars.length", { length: -1 }],
    ["bars[1].rawPayload", { rawPayload: ["1", "{", "3"] }],
    ["bars[2].rawPayload", { rawPayload: ["1", "2", '"\uD800"'] }],
  ])("are refused as columns by %s", async (field, change) => {
    const bars = { ...sliceBars(sample, 0, 3), ...change };
    await expect(market.marketData.copyIn(seriesOf("BAD"), bars, options)).rejects.toMatchObject({
      kind: "invalid-input",
      field,
    });
    expect(await market.marketData.findSeries(seriesOf("BAD"))).toBeUndefined();
  });

  it("are refused with their source, their series or too many of them", async () => {
    const { marketData } = market;
    const bars = [bar(0)];
    await expect(marketData.upsert(seriesOf(" BAD"), bars, options)).rejects.toMatchObject({
      field: "symbol",
    });
    await expect(marketData.upsert(seriesOf("BAD"), bars, { source: "" })).rejects.toMatchObject({
      field: "source",
    });
    const many = Array.from({ length: 10_001 }, (_, minute) => bar(minute));
    await expect(marketData.upsert(seriesOf("BAD"), many, options)).rejects.toMatchObject({
      field: "bars.length",
    });
  });
});
