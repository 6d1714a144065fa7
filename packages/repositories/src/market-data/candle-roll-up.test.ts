// The roll-up against the plainest possible one, for random bars, pages, buckets and fillings.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BucketGrid, createBucketGrid } from "./candle-buckets.ts";
import { type Candle, candleAt, candleRows, createRollUp, type RollUpInput } from "./candle-roll-up.ts";

const MINUTE = 60_000_000;

interface PlainBar {
  readonly minute: number;
  readonly close: number;
  readonly volume: number;
  readonly trades: number | null;
}

const bar: fc.Arbitrary<PlainBar> = fc.record({
  minute: fc.integer({ min: 0, max: 300 }),
  close: fc.integer({ min: 10, max: 20 }),
  volume: fc.integer({ min: 0, max: 5 }),
  trades: fc.option(fc.integer({ min: 0, max: 9 })),
});

function toInput(bars: readonly PlainBar[]): RollUpInput {
  const column = (of: (one: PlainBar) => number): Float64Array => Float64Array.from(bars, of);
  return {
    length: bars.length,
    time: column(({ minute }) => minute * MINUTE),
    open: column(({ close }) => close + 1),
    high: column(({ close }) => close + 2),
    low: column(({ close }) => close - 2),
    close: column(({ close }) => close),
    volume: column(({ volume }) => volume),
    tradeCount: column(({ trades }) => trades ?? Number.NaN),
  };
}

/** Bucket by bucket, each with a filter over all bars. */
function expected(
  bars: readonly PlainBar[],
  grid: BucketGrid,
  to: number,
  fills: boolean,
  before?: number,
): Candle[] {
  const candles: Candle[] = [];
  let previous = before;
  for (let bucket = grid.at(0); bucket.start < to; bucket = grid.at(bucket.end)) {
    const { start, end } = bucket;
    const inside = bars.filter(({ minute }) => minute * MINUTE >= start && minute * MINUTE < end);
    const [first] = inside;
    const time = Temporal.Instant.fromEpochMilliseconds(start / 1_000);
    if (first === undefined) {
      if (!fills || previous === undefined) continue;
      const price = previous;
      candles.push({
        time,
        open: price,
        high: price,
        low: price,
        close: price,
        volume: 0,
        tradeCount: 0,
        vwap: null,
        barCount: 0,
      });
      continue;
    }
    const volume = inside.reduce((sum, one) => sum + one.volume, 0);
    const turnover = inside.reduce(
      (sum, { close, volume: traded }) => sum + ((close + 2 + close - 2 + close) / 3) * traded,
      0,
    );
    const counted = inside.filter(({ trades }) => trades !== null);
    previous = inside.at(-1)?.close ?? 0;
    candles.push({
      time,
      open: first.close + 1,
      high: Math.max(...inside.map(({ close }) => close + 2)),
      low: Math.min(...inside.map(({ close }) => close - 2)),
      close: previous,
      volume,
      tradeCount: counted.length === 0 ? null : counted.reduce((sum, { trades }) => sum + (trades ?? 0), 0),
      vwap: volume === 0 ? null : turnover / volume,
      barCount: inside.length,
    });
  }
  return candles;
}

describe("rolled-up candles", () => {
  it("are what the bars in each bucket make, however the bars are cut into pages", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(bar, { selector: ({ minute }) => minute, maxLength: 60 }),
        fc.constantFrom("1m", "7 minutes", "30m", "1h"),
        fc.integer({ min: 1, max: 320 }),
        fc.boolean(),
        fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 400 }),
        (unordered, bucket, minutes, fills, before, pageBars, limit) => {
          const bars = unordered.toSorted((one, other) => one.minute - other.minute);
          const grid = createBucketGrid({ bucket });
          const to = minutes * MINUTE;
          const rollUp = createRollUp({ grid, first: grid.at(0), to, limit, fills });
          if (before !== undefined) rollUp.startFrom(before);
          for (let start = 0; start < bars.length; start += pageBars) {
            rollUp.take(toInput(bars.slice(start, start + pageBars)));
          }
          expect(candleRows(rollUp.finish())).toEqual(
            expected(bars, grid, to, fills, before).slice(0, limit),
          );
        },
      ),
    );
  });

  it("of bars outside of every session are none", () => {
    const grid = createBucketGrid({
      bucket: "1h",
      session: { timeZone: "UTC", open: "01:00", close: "02:00" },
    });
    const rollUp = createRollUp({ grid, first: grid.at(0), to: 300 * MINUTE, limit: 10, fills: false });
    rollUp.take(
      toInput([0, 59, 60, 119, 120, 299].map((minute) => ({ minute, close: 10, volume: 1, trades: 1 }))),
    );
    const candles = rollUp.finish();
    expect(candleRows(candles)).toMatchObject([{ barCount: 2, tradeCount: 2 }]);
    expect(() => candleAt(candles, 1)).toThrow(RangeError);
  });
});
