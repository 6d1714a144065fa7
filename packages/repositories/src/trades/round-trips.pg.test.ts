// Round trips of real positions: paged, resumed after the history changed, and measured by bars.
import type { Database } from "@app/database";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PositionKey } from "../positions/position-key.ts";
import { at, buy, nextSerial, sell } from "./testing/fills.ts";
import { type FillsDatabase, openFillsDatabase, refusalOf } from "./testing/fills-database.ts";
import type { MeasuredRoundTrip, RoundTripFilter } from "./round-trips.ts";
import type { NewFill } from "./trade.ts";
import type { Trades } from "./trades.ts";

let opened: FillsDatabase;
let database: Database;
let trades: Trades;

beforeAll(async () => {
  opened = await openFillsDatabase();
  ({ database, trades } = opened);
});
afterAll(() => opened.close());

const keyOf = (symbol: string): PositionKey => ({
  strategyId: null,
  account: "main",
  exchange: "XTEST",
  symbol,
});

async function pagesOf(
  symbol: string,
  limit: number,
  filter: RoundTripFilter = {},
): Promise<MeasuredRoundTrip[]> {
  const trips: MeasuredRoundTrip[] = [];
  let cursor: string | undefined;
  do {
    const page = await trades.listRoundTrips(keyOf(symbol), { ...filter, cursor, limit });
    trips.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return trips;
}

/** One minute bars from the fixtures' beginning on, as [low, high]. */
async function addBars(
  symbol: string,
  bars: readonly (readonly [low: number, high: number])[],
): Promise<void> {
  for (const [minute, [low, high]] of bars.entries()) {
    await database.query(
      `insert into market_data (exchange, symbol, timeframe, time, open, high, low, close, source)
       values ('XTEST', $1, '1m', $2, $3, $4, $3, $3, 'test')`,
      [symbol, at(minute * 60), low, high],
    );
  }
}

describe("round trips", () => {
  it("come in the order they ended, whole on any size of page, and the same as a stream", async () => {
    const fills = Array.from({ length: 40 }, (_, index) =>
      (index % 4 < 2 ? buy : sell)("1", String(100 + index), {
        symbol: "TRIPS",
        executedAt: at(1_000 + index),
      }),
    );
    await trades.copyIn(fills.toReversed());
    const trips = await pagesOf("TRIPS", 3);
    expect(trips).toHaveLength(10);
    expect(trips[0]).toMatchObject({
      side: "long",
      openedAt: at(1_000),
      closedAt: at(1_003),
      quantity: "2",
      entryPrice: "100.5",
      exitPrice: "102.5",
      realizedPnl: "4",
      maximumAdverseExcursion: null,
      maximumFavorableExcursion: null,
    });
    expect(await Array.fromAsync(trades.streamRoundTrips(keyOf("TRIPS")))).toEqual(trips);
    for (const limit of [1, 7, 10, 1_000]) expect(await pagesOf("TRIPS", limit)).toEqual(trips);
    const some = await pagesOf("TRIPS", 2, { from: at(1_011), to: at(1_020) });
    expect(some).toEqual(trips.slice(2, 5));
  });

  it("are none of a position that was never traded, or never flat", async () => {
    expect(await trades.listRoundTrips(keyOf("NEVER"))).toEqual({ items: [], next: undefined });
    await trades.append(buy("1", "100", { symbol: "OPEN-ONLY" }));
    expect(await trades.listRoundTrips(keyOf("OPEN-ONLY"))).toEqual({ items: [], next: undefined });
  });

  it("leave out what the venue took back", async () => {
    const [, wrong] = await trades.appendMany([
      buy("1", "100", { symbol: "BUSTED-TRIP", executedAt: at(1) }),
      sell("1", "500", { symbol: "BUSTED-TRIP", executedAt: at(2) }),
      sell("1", "110", { symbol: "BUSTED-TRIP", executedAt: at(3) }),
    ]);
    await trades.bust(wrong?.id ?? "", { bustedAt: at(90) });
    expect(await pagesOf("BUSTED-TRIP", 1)).toMatchObject([
      { exitPrice: "110", closedAt: at(3), fillCount: 2 },
    ]);
  });

  it("span years", async () => {
    await trades.appendMany([
      buy("1", "100", { symbol: "YEARS", executedAt: "2019-01-01T00:00:00Z" }),
      sell("1", "101", { symbol: "YEARS", executedAt: "2025-01-01T00:00:00.000001Z" }),
      buy("1", "100", { symbol: "YEARS", executedAt: "2025-06-01T00:00:00Z" }),
      sell("1", "101", { symbol: "YEARS", executedAt: "2025-06-01T00:00:00Z" }),
    ]);
    const trips = await pagesOf("YEARS", 1);
    expect(trips.map(({ holdingTime }) => holdingTime.toString())).toEqual(["PT52608H0.000001S", "PT0S"]);
  });

  it("go on behind the cursor when fills arrived before it and behind it", async () => {
    const make = (side: typeof buy, second: number, quantity = "1"): NewFill =>
      side(quantity, "100", { symbol: "LATE", executedAt: at(second) });
    await trades.appendMany([make(buy, 10), make(sell, 20), make(buy, 30), make(sell, 40)]);
    const first = await trades.listRoundTrips(keyOf("LATE"), { limit: 1 });
    expect(first.items).toMatchObject([{ closedAt: at(20) }]);
    // The trip of the cursor is not ended any more by the fill it names.
    await trades.append(make(buy, 15));
    await trades.append(make(sell, 50));
    const second = await trades.listRoundTrips(keyOf("LATE"), { cursor: first.next, limit: 1 });
    expect(second.items).toMatchObject([{ openedAt: at(10), closedAt: at(50), fillCount: 6 }]);
  });

  it("are complete and in order while fills arrive at the end", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 3 })), { minLength: 2, maxLength: 30 }),
        fc.integer({ min: 1, max: 3 }),
        async (steps, limit) => {
          const symbol = `TRIPS-ARRIVING-${nextSerial()}`;
          const fills = steps.map(([isBuy, quantity], index) =>
            (isBuy ? buy : sell)(String(quantity), "100", { symbol, executedAt: at(2_000 + index) }),
          );
          const half = Math.ceil(fills.length / 2);
          await trades.appendMany(fills.slice(0, half));
          const seen: MeasuredRoundTrip[] = [];
          let cursor: string | undefined;
          let arrived = half;
          do {
            const page = await trades.listRoundTrips(keyOf(symbol), { cursor, limit });
            seen.push(...page.items);
            cursor = page.next;
            await trades.appendMany(fills.slice(arrived, arrived + 2));
            arrived += 2;
          } while (cursor !== undefined);
          await trades.appendMany(fills.slice(arrived));
          const all = await pagesOf(symbol, 1_000);
          expect(seen).toEqual(all.slice(0, seen.length));
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe("excursions", () => {
  it("are how far bars inside of the trip went against the average entry and towards it", async () => {
    await addBars("MAE", [
      [1, 1_000],
      [99, 103],
      [95, 101],
      [104, 120],
      [1, 1_000],
    ]);
    await trades.appendMany([
      buy("1", "100", { symbol: "MAE", executedAt: at(30), contractMultiplier: "10" }),
      // From the third bar on the average entry is 101.5 and two are open.
      buy("1", "103", { symbol: "MAE", executedAt: at(120), contractMultiplier: "10" }),
      sell("2", "110", { symbol: "MAE", executedAt: at(250), contractMultiplier: "10" }),
    ]);
    const [trip] = await pagesOf("MAE", 10, { timeframe: "1m" });
    expect(trip?.maximumAdverseExcursion).toEqual({ price: "6.5", amount: "130" });
    expect(trip?.maximumFavorableExcursion).toEqual({ price: "18.5", amount: "370" });
  });

  it("of a short position are the other way round, and never below 0", async () => {
    await addBars("MAE-SHORT", [
      [50, 200],
      [90, 99.5],
      [91.1, 98],
    ]);
    await trades.appendMany([
      sell("2", "100", { symbol: "MAE-SHORT", executedAt: at(60) }),
      buy("2", "95", { symbol: "MAE-SHORT", executedAt: at(180) }),
    ]);
    const [trip] = await pagesOf("MAE-SHORT", 10, { timeframe: "1m" });
    expect(trip).toMatchObject({
      side: "short",
      maximumAdverseExcursion: { price: "0", amount: "0" },
      maximumFavorableExcursion: { price: "10", amount: "20" },
    });
  });

  it("are null where no bar lies inside of the trip, and for each trip of a page its own", async () => {
    await addBars("MAE-PAGE", [
      [90, 110],
      [80, 120],
    ]);
    await trades.appendMany([
      buy("1", "100", { symbol: "MAE-PAGE", executedAt: at(0) }),
      sell("1", "100", { symbol: "MAE-PAGE", executedAt: at(60) }),
      buy("1", "100", { symbol: "MAE-PAGE", executedAt: at(61) }),
      sell("1", "100", { symbol: "MAE-PAGE", executedAt: at(119) }),
    ]);
    const trips = await pagesOf("MAE-PAGE", 10, { timeframe: "1m" });
    expect(trips.map((trip) => trip.maximumAdverseExcursion?.price ?? null)).toEqual(["10", null]);
    expect(await pagesOf("MAE-PAGE", 10, { timeframe: "1h" })).toMatchObject([
      { maximumAdverseExcursion: null },
      { maximumFavorableExcursion: null },
    ]);
  });
});

describe("bad input to round trips", () => {
  it.each([
    ["strategyId", { ...keyOf("X"), strategyId: undefined }, {}],
    ["symbol", { ...keyOf("X"), symbol: "" }, {}],
    ["limit", keyOf("X"), { limit: 0 }],
    ["cursor", keyOf("X"), { cursor: "nonsense" }],
    ["timeframe", keyOf("X"), { timeframe: "7m" }],
    ["to", keyOf("X"), { from: at(2), to: at(1) }],
  ])("is refused, naming %s", async (field, key, page) => {
    expect(await refusalOf(trades.listRoundTrips(key as PositionKey, page as never))).toMatchObject({
      kind: "invalid-input",
      field,
    });
  });
});
