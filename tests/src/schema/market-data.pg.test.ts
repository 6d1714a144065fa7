// Market data on a real server: which bars are refused and by which rule, candles against an independent
// computation over real bars, and the overview. The series catalogue has a file of its own.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { beforeEach, describe, expect, it } from "vitest";
import { candleTimeframes } from "@app/schema";
import { timeframeSeconds } from "@app/schema/vocabulary";
import { openClient, refusedBy } from "../fixtures/client.ts";
import { insertRow, insertRows, type Row } from "../fixtures/insert.ts";
import { barRow } from "../fixtures/rows.ts";
import { useDatabase } from "../fixtures/use-database.ts";

const db = useDatabase();

beforeEach(async () => {
  await db.client.query("truncate market_data");
});

const insertBar = (overrides: Row) => refusedBy(insertRow(db.client, "market_data", barRow(overrides)));

describe("a bar", () => {
  it.each([
    ["a high below the open", { open: 103 }, "market_data_high_is_highest"],
    ["a high below the close", { close: 103 }, "market_data_high_is_highest"],
    ["a low above the open", { open: 98 }, "market_data_low_is_lowest"],
    ["a low above the close", { close: 98 }, "market_data_low_is_lowest"],
    ["a high below the low", { low: 103 }, "market_data_high_is_highest"],
    ["a price of zero", { low: 0 }, "market_data_prices_positive"],
    ["a negative price", { low: -1 }, "market_data_prices_positive"],
    ["a negative volume", { volume: -1e-9 }, "market_data_volume_not_negative"],
    ["a negative count of trades", { trade_count: -1 }, "market_data_trade_count_not_negative"],
    ["a quality score below 0", { quality_score: -0.5 }, "market_data_quality_score_range"],
    ["a quality score above 100", { quality_score: 100.5 }, "market_data_quality_score_range"],
    ["an RSI above 100", { rsi_14: 101 }, "market_data_rsi_14_range"],
    ["an RSI below 0", { rsi_14: -1 }, "market_data_rsi_14_range"],
    ["a negative true range", { atr_14: -1 }, "market_data_atr_14_not_negative"],
    [
      "Bollinger bands out of order",
      { bollinger_lower: 3, bollinger_middle: 2, bollinger_upper: 4 },
      "market_data_bollinger_bands_in_order",
    ],
    ["a time of infinity", { time: "infinity" }, "market_data_times_finite"],
    ["no source", { source: "" }, "market_data_source_form"],
    ["a padded exchange", { exchange: " XTEST" }, "market_series_codes_form"],
    ["an empty symbol", { symbol: "" }, "market_series_codes_form"],
    ["a symbol with a control character", { symbol: "BTC\nUSD" }, "market_series_codes_form"],
    ["an unknown timeframe", { timeframe: "7m" }, "22P02"],
  ])("is refused with %s", async (_, overrides, constraint) => {
    expect(await insertBar(overrides)).toBe(constraint);
    expect(await db.rows("select from market_data")).toEqual([]);
    expect(await db.rows("select from market_series")).toEqual([]);
  });

  it("is refused with NaN or an infinity in any floating-point column, singly and in every price at once", async () => {
    const columns = await db.rows(
      "select attname from pg_attribute where attrelid = 'market_data'::regclass and atttypid in ('real'::regtype, 'float8'::regtype)",
    );
    const floats = columns.map((column) => String(column["attname"]));
    expect(floats.length).toBe(20);
    const accepted: string[] = [];
    for (const value of ["NaN", "Infinity", "-Infinity"]) {
      const candidates = [
        ...floats.map((column) => ({ [column]: value })),
        { open: value, high: value, low: value, close: value },
        { high: value, open: value },
        { low: value, close: value },
      ];
      for (const overrides of candidates) {
        const constraint = await insertBar(overrides);
        if (!constraint?.startsWith("market_data_"))
          accepted.push(`${JSON.stringify(overrides)} ${constraint}`);
      }
    }
    expect(accepted).toEqual([]);
  });

  it("may be one price throughout, without volume, indicators or quality", async () => {
    await insertRow(db.client, "market_data", barRow({ open: 7, high: 7, low: 7, close: 7, volume: 0 }));
    expect(await db.rows("select quality_score, sma_20, raw_payload from market_data")).toEqual([
      { quality_score: null, sma_20: null, raw_payload: null },
    ]);
  });

  it("stays in its place: exchange, symbol, timeframe and time cannot be changed", async () => {
    await insertRow(db.client, "market_data", barRow());
    for (const change of [
      "exchange = 'X'",
      "symbol = 'X'",
      "timeframe = '1h'",
      "time = time + interval '1 us'",
    ]) {
      expect(await refusedBy(db.client.query(`update market_data set ${change}`)), change).toBe(
        "market_data_immutable",
      );
    }
  });

  it("is one per series and time", async () => {
    await insertRow(db.client, "market_data", barRow());
    expect(await insertBar({})).toBe("market_data_pkey");
  });

  it("keeps the microseconds of its time, whatever the session's time zone and date style", async () => {
    const session = await openClient(db.database.url);
    await session.query("set timezone = 'Asia/Kathmandu'; set datestyle = 'SQL, DMY'");
    await insertRow(session, "market_data", barRow({ time: "2026-03-02T09:00:00.123456Z" }));
    await session.end();
    expect(
      await db.rows(
        `select (extract(epoch from time) * 1000000)::bigint as us, (extract(epoch from last_time) * 1000000)::bigint as last
         from market_data join market_series using (exchange, symbol, timeframe)`,
      ),
    ).toEqual([{ us: "1772442000123456", last: "1772442000123456" }]);
  });
});

interface Bar {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** The first bars of the sample, with some minutes taken out, so that buckets are uneven. */
function realBars(): Bar[] {
  const sample = new URL("../../../packages/cli/sample/btc-perp-1m.csv.gz", import.meta.url);
  const lines = gunzipSync(readFileSync(sample)).toString("utf8").split("\n").slice(1, 3_001);
  return lines
    .map((line) => {
      const [time = "", ...numbers] = line.split(",");
      const [open = 0, high = 0, low = 0, close = 0, volume = 0] = numbers.map(Number);
      return { time: Date.parse(`${time.replace(" ", "T").slice(0, 19)}Z`), open, high, low, close, volume };
    })
    .filter((_, index) => index % 7 !== 3 && !(index > 500 && index < 900));
}

/** The candles of one length, computed a bar at a time. */
function candlesOf(bars: readonly Bar[], seconds: number): Row[] {
  const candles = new Map<number, Bar & { weighted: number; count: number }>();
  for (const bar of bars) {
    const start = Math.floor(bar.time / (seconds * 1000)) * seconds * 1000;
    const typical = ((bar.high + bar.low + bar.close) / 3) * bar.volume;
    const candle = candles.get(start);
    candles.set(
      start,
      candle === undefined
        ? { ...bar, time: start, weighted: typical, count: 1 }
        : {
            time: start,
            open: candle.open,
            high: Math.max(candle.high, bar.high),
            low: Math.min(candle.low, bar.low),
            close: bar.close,
            volume: candle.volume + bar.volume,
            weighted: candle.weighted + typical,
            count: candle.count + 1,
          },
    );
  }
  return [...candles.values()].map(({ weighted, count, volume, time, ...prices }) => ({
    ...prices,
    time: new Date(time),
    volume: expect.closeTo(volume, 3),
    vwap: expect.closeTo(weighted / volume, 6),
    bar_count: String(count),
  }));
}

async function insertBars(bars: readonly Bar[]): Promise<void> {
  for (let start = 0; start < bars.length; start += 1000) {
    const rows = bars
      .slice(start, start + 1000)
      .map((bar) => barRow({ ...bar, time: new Date(bar.time).toISOString() }));
    await insertRows(db.client, "market_data", rows);
  }
}

describe("the candle views", () => {
  it.each(Object.keys(candleTimeframes) as (keyof typeof candleTimeframes)[])(
    "roll real 1-minute bars up to %s as an independent computation does, in any session's time zone",
    async (timeframe) => {
      const bars = realBars();
      await insertBars(bars);
      const expected = candlesOf(bars, timeframeSeconds[timeframe]);
      const sql = `select time, open, high, low, close, volume, vwap, bar_count from candles_${timeframe} order by time`;
      await db.client.query("set timezone = 'America/St_Johns'");
      expect(await db.rows(sql)).toEqual(expected);
      await db.client.query("reset timezone");
      expect(await db.rows(sql)).toEqual(expected);
    },
  );

  it("read 1-minute bars alone, and give no VWAP where nothing was traded", async () => {
    await insertRows(db.client, "market_data", [
      barRow({ volume: 0 }),
      barRow({ volume: 0, timeframe: "5m", high: 500 }),
    ]);
    expect(await db.rows("select high, volume, vwap, trade_count, bar_count from candles_1h")).toEqual([
      { high: 102, volume: 0, vwap: null, trade_count: null, bar_count: "1" },
    ]);
  });
});

describe("market_overview", () => {
  it("shows each instrument's finest series over its last 24 hours", async () => {
    await insertRows(db.client, "market_data", [
      barRow({ open: 50, low: 49, high: 500, volume: 1000 }),
      barRow({ open: 100, volume: 3 }, 24 * 60),
      barRow({ open: 101, close: 125, high: 130, volume: 4 }, 48 * 60 - 1),
      barRow({ timeframe: "1h", close: 90, low: 80 }, 72 * 60),
    ]);
    await db.client.query("refresh materialized view concurrently market_overview");
    expect(await db.rows("select * from market_overview")).toEqual([
      {
        exchange: "XTEST",
        symbol: "BTC-USD",
        timeframe: "1m",
        last_time: new Date("2026-03-04T08:59:00Z"),
        last_price: 125,
        open_24h: 100,
        high_24h: 130,
        low_24h: 99,
        volume_24h: 7,
        change_percentage_24h: 25,
        bar_count: "3",
      },
    ]);
  });

  it("is refreshed while somebody reads it", async () => {
    await insertRow(db.client, "market_data", barRow());
    const reader = await openClient(db.database.url);
    await reader.query("begin");
    await reader.query("select * from market_overview");
    await db.client.query("set lock_timeout = '2s'");
    await db.client.query("refresh materialized view concurrently market_overview");
    await db.client.query("reset lock_timeout");
    expect((await reader.query("select last_price from market_overview")).rows).toEqual([
      { last_price: 101 },
    ]);
    await reader.query("commit");
    await reader.end();
  });
});
