// Bars as they were known at a moment: whatever changed a bar, an earlier look sees what stood then, and where it came from.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { barAt, type BarColumns } from "./bar-columns.ts";
import type { BarInput } from "./bar-input.ts";
import type { SeriesKey } from "./series-key.ts";
import { createMarketDatabase, type MarketDatabase, putInColumns } from "./testing/market-database.ts";

let market: MarketDatabase;
beforeAll(async () => {
  market = await createMarketDatabase();
});
afterAll(async () => {
  await market[Symbol.asyncDispose]();
});

const START = Temporal.Instant.from("2024-03-01T09:00:00Z");
const RANGE = { from: START, to: START.add({ hours: 24 }) };
const seriesOf = (symbol: string): SeriesKey => ({ exchange: "test", symbol, timeframe: "1m" });

const bar = (minute: number, close: number): BarInput => ({
  time: START.add({ minutes: minute }),
  open: close,
  high: close + 1,
  low: close - 1,
  close,
  volume: 1,
});

/** The server's clock, between two transactions. */
async function now(): Promise<Temporal.Instant> {
  const { rows } = await market.connection.query<{ now: Temporal.Instant }>(
    "select clock_timestamp() as now",
  );
  const [row] = rows;
  if (row === undefined) throw new Error("The server told no time.");
  return row.now;
}

async function upsert(symbol: string, bars: readonly BarInput[], source = "feed"): Promise<void> {
  await market.marketData.upsert(seriesOf(symbol), bars, { source, indicators: false });
}

const closes = (bars: BarColumns): readonly (readonly [number, number])[] =>
  Array.from({ length: bars.length }, (_, index) => {
    const { time, close } = barAt(bars, index);
    return [START.until(time).total("minutes"), close];
  });

async function known(
  symbol: string,
  knownAt: Temporal.Instant,
): Promise<readonly (readonly [number, number])[]> {
  const listed = await market.marketData.listBars(seriesOf(symbol), { ...RANGE, limit: 3_000, knownAt });
  const few = await market.marketData.listBars(seriesOf(symbol), { ...RANGE, limit: 1_000, knownAt });
  expect(closes(few)).toEqual(closes(listed).slice(0, 1_000));
  return closes(listed);
}

/** Runs SQL as the owner of the tables, who may change bars by hand. */
async function byHand(text: string): Promise<void> {
  await market.connection.query(text);
}

it("a bar that came later is absent, a corrected one is as it was, by upsert and by import", async () => {
  const before = await now();
  await upsert("CORRECTED", [bar(0, 10), bar(1, 11)]);
  const first = await now();
  await upsert("CORRECTED", [bar(1, 21), bar(2, 22)], "vendor");
  const second = await now();
  async function* batches() {
    const time = Float64Array.of(START.epochMilliseconds * 1_000 + 60_000_000);
    const price = Float64Array.of(31);
    yield { length: 1, time, open: price, high: price, low: price, close: price, volume: price };
  }
  await market.marketData.importBars(seriesOf("CORRECTED"), batches(), { source: "file" });
  const third = await now();
  expect(await known("CORRECTED", before)).toEqual([]);
  expect(await known("CORRECTED", first)).toEqual([
    [0, 10],
    [1, 11],
  ]);
  expect(await known("CORRECTED", second)).toEqual([
    [0, 10],
    [1, 21],
    [2, 22],
  ]);
  expect(await known("CORRECTED", third)).toEqual([
    [0, 10],
    [1, 31],
    [2, 22],
  ]);

  const { items, next } = await market.marketData.listRevisions(seriesOf("CORRECTED"), RANGE);
  expect(next).toBeUndefined();
  expect(items.map(({ close, source, wasDeleted }) => ({ close, source, wasDeleted }))).toEqual([
    { close: 11, source: "feed", wasDeleted: false },
    { close: 21, source: "vendor", wasDeleted: false },
  ]);
  const [one, two] = items;
  expect(one?.knownUntil).toEqual(two?.knownFrom);
  const order = [before, one?.knownFrom, first, one?.knownUntil, second, two?.knownUntil, third].map(String);
  expect(order).toEqual(order.toSorted());
});

it("a bar revised to the values it has already, and indicators computed anew, leave no revision", async () => {
  await upsert("SAME", [bar(0, 10), bar(1, 11)]);
  const first = await now();
  await upsert("SAME", [bar(0, 10), bar(1, 11)], "another source");
  await market.marketData.refreshIndicators(seriesOf("SAME"), { from: START });
  await market.marketData.upsert(seriesOf("SAME"), [bar(1, 11)], { source: "feed" });
  expect(await market.marketData.listRevisions(seriesOf("SAME"), RANGE)).toEqual({
    items: [],
    next: undefined,
  });
  expect(await known("SAME", first)).toEqual([
    [0, 10],
    [1, 11],
  ]);
});

it("an UPDATE by hand that leaves ingested_at alone is a revision all the same", async () => {
  await upsert("BY HAND", [bar(0, 10)]);
  const first = await now();
  await byHand("update market_data set close = 9.5 where symbol = 'BY HAND'");
  expect(await known("BY HAND", first)).toEqual([[0, 10]]);
  expect(await known("BY HAND", await now())).toEqual([[0, 9.5]]);
});

it("a deleted bar is present while it was known, absent while it was gone, and back when it was inserted again", async () => {
  await upsert("DELETED", [bar(0, 10), bar(1, 11)]);
  const first = await now();
  await byHand("delete from market_data where symbol = 'DELETED'");
  const gone = await now();
  expect(await market.marketData.findSeries(seriesOf("DELETED"))).toBeUndefined();
  expect(await known("DELETED", first)).toEqual([
    [0, 10],
    [1, 11],
  ]);
  expect(await known("DELETED", gone)).toEqual([]);
  const last = await market.marketData.lastBars(seriesOf("DELETED"), 1, { knownAt: first });
  expect([...last.close]).toEqual([11]);

  await upsert("DELETED", [bar(1, 12)]);
  expect(await known("DELETED", await now())).toEqual([[1, 12]]);
  expect(await known("DELETED", gone)).toEqual([]);
  expect(await known("DELETED", first)).toEqual([
    [0, 10],
    [1, 11],
  ]);
  const { items } = await market.marketData.listRevisions(seriesOf("DELETED"), RANGE);
  expect(items.map(({ wasDeleted }) => wasDeleted)).toEqual([true, true]);
});

it("the last bars known at a moment are those that had opened by then", async () => {
  const opened = Temporal.Instant.fromEpochMilliseconds(Date.now() - (Date.now() % 60_000));
  const live = (minutes: number, close: number): BarInput => ({
    ...bar(0, close),
    time: opened.subtract({ minutes }),
  });
  await upsert("LIVE", [live(3, 7), live(2, 8), live(1, 9)]);
  const first = await now();
  await upsert("LIVE", [live(1, 9.5), live(0, 10), live(-600, 99)]);
  const read = async (count: number, knownAt?: Temporal.Instant): Promise<readonly number[]> => [
    ...(await market.marketData.lastBars(seriesOf("LIVE"), count, { knownAt })).close,
  ];
  expect(await read(2, first)).toEqual([8, 9]);
  expect(await read(100, first)).toEqual([7, 8, 9]);
  expect(await read(2, await now())).toEqual([9.5, 10]);
  expect(await read(2)).toEqual([10, 99]);
});

it("candles and streams of bars known at a moment see no later correction", async () => {
  await upsert("ROLLED", [bar(0, 10), bar(1, 11), bar(5, 12)]);
  const knownAt = await now();
  await upsert("ROLLED", [bar(1, 99), bar(2, 98)]);
  const { high, barCount } = await market.marketData.listCandles(seriesOf("ROLLED"), {
    ...RANGE,
    bucket: "5m",
    knownAt,
  });
  expect([[...high], [...barCount]]).toEqual([
    [12, 13],
    [2, 1],
  ]);
  const streamed: number[] = [];
  for await (const page of market.marketData.streamBars(seriesOf("ROLLED"), {
    ...RANGE,
    pageBars: 2,
    knownAt,
  })) {
    streamed.push(...page.close);
  }
  expect(streamed).toEqual([10, 11, 12]);
});

it("indicators are refused together with a moment, since they are stored as of now", async () => {
  await expect(
    market.marketData.listBars(seriesOf("ANY"), {
      ...RANGE,
      limit: 1,
      knownAt: START,
      indicators: ["sma20"],
    }),
  ).rejects.toMatchObject({ kind: "invalid-input", field: "indicators" });
});

it("revisions are listed page by page, each once", async () => {
  for (const close of [10, 11, 12]) await upsert("PAGES", [bar(0, close), bar(1, close), bar(2, close)]);
  const all = await market.marketData.listRevisions(seriesOf("PAGES"), RANGE);
  expect(all.items).toHaveLength(6);
  const paged: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await market.marketData.listRevisions(seriesOf("PAGES"), { ...RANGE, limit: 2, cursor });
    paged.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  expect(paged).toEqual(all.items);
  await expect(
    market.marketData.listRevisions(seriesOf("PAGES"), { ...RANGE, cursor: "elsewhere" }),
  ).rejects.toMatchObject({ field: "cursor" });
});

describe("in chunks that are in columns", () => {
  it("revisions, deletions and insertions are kept as anywhere else", async (context) => {
    context.skip(market.edition !== "timescale", "only the community edition has columns");
    const bars = Array.from({ length: 1_200 }, (_, minute) => bar(minute, 100 + (minute % 50)));
    await upsert("COLUMNS", bars);
    await putInColumns(market);
    const first = await now();
    await upsert("COLUMNS", [bar(3, 500), bar(1_300, 600)]);
    await byHand(
      `update market_data set close = low where symbol = 'COLUMNS' and time = '${START.add({ minutes: 4 }).toString()}'`,
    );
    await byHand(
      `delete from market_data where symbol = 'COLUMNS' and time = '${START.add({ minutes: 5 }).toString()}'`,
    );
    const second = await now();
    expect(await known("COLUMNS", first)).toEqual(bars.map(({ close }, minute) => [minute, close]));
    const expected = new Map(bars.map(({ close }, minute) => [minute, close]));
    expected.set(3, 500).set(4, 103).set(1_300, 600).delete(5);
    expect(await known("COLUMNS", second)).toEqual([...expected]);
    const { items } = await market.marketData.listRevisions(seriesOf("COLUMNS"), RANGE);
    expect(items.map(({ close, wasDeleted }) => [close, wasDeleted])).toEqual([
      [103, false],
      [104, false],
      [105, true],
    ]);
  });
});
