// Bars imported into a real server: counts, revisions, and indicators after every kind of detour.
import { connectDirect, InvalidInputError, parseConnection } from "@app/database";
import type { DirectConnection } from "@app/database";
import { createTestDatabase } from "@app/local-server/testing";
import type { TestDatabase } from "@app/local-server/testing";
import { migratedTemplate } from "@app/migrator/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "../connect.ts";
import type { TradingData } from "../trading-data.ts";
import { batchesOf, btcSample } from "../fixtures/btc-sample.ts";
import { barAt, sliceBars } from "./bar-columns.ts";
import type { BarBatch } from "./bar-columns.ts";
import type { ImportResult } from "./bar-import.ts";
import type { SeriesKey } from "./series-key.ts";

/** Nine days: three blocks of indicators, and days enough for VWAP to begin anew. */
const sample: BarBatch = sliceBars(btcSample(), 0, 13_000);
const seriesOf = (symbol: string): SeriesKey => ({ exchange: "test", symbol, timeframe: "1m" });
const instant = (text: string): Temporal.Instant => Temporal.Instant.from(text);

let database: TestDatabase;
let connection: DirectConnection;
let data: TradingData;

beforeAll(async () => {
  database = await createTestDatabase({ template: migratedTemplate });
  connection = await connectDirect(parseConnection(database.url));
  data = connect({ database: database.url });
  await importAll("BTC", batchesOf(sample, 5_000));
});

afterAll(async () => {
  await data.close();
  await connection.close();
  await database.drop();
});

function importAll(
  symbol: string,
  batches: AsyncIterable<BarBatch>,
  options: { readonly source?: string; readonly indicators?: boolean } = {},
): Promise<ImportResult> {
  return data.marketData.importBars(seriesOf(symbol), batches, { source: "sample", ...options });
}

/** A hash over every bar of a symbol with all its indicators, and what market_series says of it. */
async function fingerprint(symbol: string): Promise<string> {
  const { rows } = await connection.query<{ text: string }>(
    `select count(*) || ' ' || md5(string_agg((to_jsonb(m) - '{symbol,source,ingested_at}'::text[])::text, ',' order by time))
       || (select to_jsonb(s) - '{symbol,updated_at,created_at}'::text[] from market_series s where symbol = $1)::text as text
     from market_data m where symbol = $1`,
    [symbol],
  );
  return rows[0]?.text ?? "none";
}

async function* inOrder(...batches: readonly BarBatch[]): AsyncGenerator<BarBatch> {
  yield* batches;
}

/** Bars with another close, within their high and low. */
function revised(bars: BarBatch): BarBatch {
  return { ...bars, close: bars.close.map((_, index) => bars.low[index] ?? 0) };
}

describe("importing", () => {
  it("counts what is new, what is already there and what was revised; the later import wins", async () => {
    const first = sliceBars(sample, 0, 1_000);
    expect(await importAll("COUNTS", inOrder(first))).toEqual({
      inserted: 1_000,
      updated: 0,
      unchanged: 0,
      refreshed: 0,
    });
    expect(await importAll("COUNTS", inOrder(first))).toMatchObject({
      inserted: 0,
      updated: 0,
      unchanged: 1_000,
    });
    const changed = revised(sliceBars(sample, 990, 1_010));
    const differing = [...changed.close.subarray(0, 10)].filter(
      (close, index) => close !== sample.close[990 + index],
    ).length;
    const result = await importAll("COUNTS", inOrder(changed));
    expect(result).toMatchObject({ inserted: 10 });
    expect(result.updated + result.unchanged).toBe(10);
    expect(result.updated).toBeGreaterThanOrEqual(differing);
    const stored = await data.marketData.lastBars(seriesOf("COUNTS"), 20);
    expect(stored.close).toEqual(changed.close);
    expect(await data.marketData.getSeries(seriesOf("COUNTS"))).toMatchObject({
      barCount: 1_010,
      lastTime: barAt(changed, 19).time,
      lastClose: barAt(changed, 19).close,
    });
  });

  it("counts no revision where only the source or the indicators differ, and keeps the source", async () => {
    const first = sliceBars(sample, 0, 50);
    await importAll("SOURCES", inOrder(first), { source: "one" });
    const written = async (): Promise<unknown> =>
      (
        await connection.query(
          "select time, source, ingested_at from market_data where symbol = 'SOURCES' and time <> '2021-12-31 23:11Z' order by time",
        )
      ).rows;
    const before = await written();
    expect(await importAll("SOURCES", inOrder(first), { source: "two" })).toEqual({
      inserted: 0,
      updated: 0,
      unchanged: 50,
      refreshed: 0,
    });
    expect(await written()).toEqual(before);

    await connection.query("delete from market_data where symbol = 'SOURCES' and time = '2021-12-31 23:11Z'");
    await data.marketData.refreshIndicators(seriesOf("SOURCES"), { from: instant("2021-12-31T23:00Z") });
    const whole = await importAll("SOURCES", inOrder(first), { source: "two" });
    expect(whole).toMatchObject({ inserted: 1, updated: 0, unchanged: 49 });
    expect(whole.refreshed).toBeGreaterThan(30);
    expect(await written()).toEqual(before);

    const revision = revised(sliceBars(sample, 10, 12));
    const { updated } = await importAll("SOURCES", inOrder(revision), { source: "three" });
    const { rows } = await connection.query<{ revised: number }>(
      "select count(*)::int as revised from market_data where symbol = 'SOURCES' and source = 'three'",
    );
    expect(updated).toBeGreaterThan(0);
    expect(rows).toEqual([{ revised: updated }]);
  });

  it("leaves volume and trade counts of bars it does not revise alone where the source has none, and computes with them", async () => {
    const counted = { ...sliceBars(sample, 0, 3_000), tradeCount: new Int32Array(3_000).fill(7) };
    await importAll("VOLUME", inOrder(counted));
    await importAll("VOLUME", inOrder(sliceBars(sample, 3_000, 4_000)));
    const before = await fingerprint("VOLUME");
    const silent = (bars: BarBatch): BarBatch => ({
      ...bars,
      volume: new Float64Array(bars.length),
      hasVolume: false,
    });
    const again = await importAll("VOLUME", batchesOfSilent(1_000, 4_000));
    expect(again).toMatchObject({ inserted: 0, updated: 0, unchanged: 3_000, refreshed: 0 });
    expect(await fingerprint("VOLUME")).toBe(before);

    // A revised bar is stated anew, and its volume is gone until the source that has one says so again.
    await importAll("VOLUME", inOrder(silent(revised(sliceBars(sample, 2_000, 2_010)))));
    expect(await fingerprint("VOLUME")).not.toBe(before);
    await importAll(
      "VOLUME",
      inOrder({ ...sliceBars(sample, 2_000, 2_010), tradeCount: new Int32Array(10).fill(7) }),
    );
    expect(await fingerprint("VOLUME")).toBe(before);

    expect(await importAll("VOLUME", inOrder(silent(sliceBars(sample, 4_000, 4_010))))).toMatchObject({
      inserted: 10,
    });
    const added = await data.marketData.lastBars(seriesOf("VOLUME"), 10);
    expect([...added.volume]).toEqual(Array.from({ length: 10 }, () => 0));

    async function* batchesOfSilent(start: number, end: number): AsyncGenerator<BarBatch> {
      for (let at = start; at < end; at += 700) yield silent(sliceBars(sample, at, Math.min(end, at + 700)));
    }
  });

  it("in batches of any size and on any number of connections gives the same rows", async () => {
    expect(await importAll("SIZES", batchesOf(sample, 1, 2_000, 37, 4_096))).toMatchObject({
      inserted: sample.length,
      refreshed: 0,
    });
    expect(await fingerprint("SIZES")).toBe(await fingerprint("BTC"));
    const series = seriesOf("CONNECTIONS");
    await data.marketData.importBars(series, batchesOf(sample, 1_500), { source: "sample", concurrency: 5 });
    expect(await fingerprint("CONNECTIONS")).toBe(await fingerprint("BTC"));
  });

  const middle = sliceBars(sample, 5_000, 8_000);
  const before = sliceBars(sample, 0, 5_000);
  const after = sliceBars(sample, 8_000, sample.length);
  it.each([
    [
      "in several runs",
      async (symbol: string) => {
        for (const part of [before, middle, after]) await importAll(symbol, inOrder(part));
      },
    ],
    ["backwards in one run", (symbol: string) => importAll(symbol, inOrder(after, middle, before))],
    [
      "with a hole that is filled later",
      async (symbol: string) => {
        await importAll(symbol, inOrder(before, after));
        await importAll(symbol, inOrder(middle));
      },
    ],
    [
      "with bars that are revised later",
      async (symbol: string) => {
        await importAll(symbol, inOrder(before, revised(middle), after));
        await importAll(symbol, inOrder(middle));
      },
    ],
    [
      "in the middle of which bars are stored already, revised ones among them",
      async (symbol: string) => {
        await importAll(symbol, inOrder(revised(middle)));
        await importAll(symbol, batchesOf(sample, 2_300));
      },
    ],
    [
      "without indicators first",
      async (symbol: string) => {
        await importAll(symbol, batchesOf(sample, 3_000), { indicators: false });
        await importAll(symbol, batchesOf(sample, 4_000));
      },
    ],
    [
      "without indicators, which are then computed from the stored bars",
      async (symbol: string) => {
        await importAll(symbol, batchesOf(sample, 3_000), { indicators: false });
        await data.marketData.refreshIndicators(seriesOf(symbol), { from: instant("2021-01-01T00:00Z") });
      },
    ],
    [
      "at once by two",
      async (symbol: string) => {
        const [one, two] = await Promise.all([
          importAll(symbol, batchesOf(sample, 1_200)),
          importAll(symbol, batchesOf(sample, 1_200)),
        ]);
        expect(one.inserted + two.inserted).toBe(sample.length);
      },
    ],
  ])(
    "%s ends in the same rows and indicators, bit for bit",
    async (way, run) => {
      await run(way);
      expect(await fingerprint(way)).toBe(await fingerprint("BTC"));
    },
    60_000,
  );

  it("refuses a batch that does not ascend and a series without a name, and stores nothing of them", async () => {
    const first = sliceBars(sample, 0, 3);
    const twice = { ...first, time: Float64Array.of(1, 2, 2).map((minute) => minute * 60_000_000) };
    await expect(importAll("ASCENDS", inOrder(twice))).rejects.toThrow(/do not ascend in time: bar 2/);
    await expect(importAll("", inOrder(first))).rejects.toThrow(InvalidInputError);
    expect(await data.marketData.findSeries(seriesOf("ASCENDS"))).toBeUndefined();
  });

  it("keeps the batches before one that cannot be bars", async () => {
    const bad = { ...sliceBars(sample, 1_000, 1_010), high: new Float64Array(10).fill(1) };
    await expect(importAll("REFUSED", inOrder(sliceBars(sample, 0, 1_000), bad))).rejects.toMatchObject({
      kind: "invalid-input",
      field: "bars[0].high",
    });
    expect(await data.marketData.getSeries(seriesOf("REFUSED"))).toMatchObject({ barCount: 1_000 });
  });
});
