// Rolls bars up into candles, page by page, in the order of time. Here and not on the server: the bars come as columns faster
// than the server aggregates them in order, and any bucket, session and gap is the same loop. Reads nothing.
// Invariant: memory is that of the candles given, whatever number of bars goes in.
import type { BarColumns } from "./bar-columns.ts";
import type { Bucket, BucketGrid } from "./candle-buckets.ts";

/** Candles as columns, oldest first. */
export interface CandleColumns extends BarColumns {
  /** Trades in each candle; NaN where no bar of it has a count. */
  readonly tradeCount: Float64Array;
  /** Volume-weighted average of (high + low + close) / 3 of its bars; NaN where nothing was traded. */
  readonly vwap: Float64Array;
  /** Bars it was made of: fewer than its length holds means that some are missing; 0 in one that was filled in. */
  readonly barCount: Float64Array;
}

/** One candle as an object, for printing and small numbers of them. */
export interface Candle {
  readonly time: Temporal.Instant;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** null where no bar of it has a count. */
  readonly tradeCount: number | null;
  /** null where nothing was traded. */
  readonly vwap: number | null;
  readonly barCount: number;
}

/** What goes in: bars, or candles that are shorter. */
export interface RollUpInput extends BarColumns {
  readonly tradeCount?: Float64Array;
  /** Given for candles, with `barCount`. */
  readonly vwap?: Float64Array;
  readonly barCount?: Float64Array;
}

/** What is rolled up. */
export interface RollUpOptions {
  readonly grid: BucketGrid;
  /** The first bucket. */
  readonly first: Bucket;
  /** Buckets that begin at or after this are not wanted. */
  readonly to: number;
  readonly limit: number;
  /** Whether empty buckets get the close before them. */
  readonly fills: boolean;
}

/** A roll-up under way. */
export interface RollUp {
  /** Whether as many candles are there as were wanted. */
  readonly isFull: boolean;
  /** The close that empty buckets before the first bar get. */
  startFrom(close: number): void;
  take(bars: RollUpInput): void;
  /** Ends the last candle, and fills up to the end of the range. */
  finish(): CandleColumns;
}

const NAMES = ["time", "open", "high", "low", "close", "volume", "tradeCount", "vwap", "barCount"] as const;

interface Growing {
  start: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  trades: number;
  turnover: number;
  bars: number;
}

/** @returns a roll-up that has seen no bar */
export function createRollUp({ grid, first, to, limit, fills }: RollUpOptions): RollUp {
  const rows: number[][] = NAMES.map(() => []);
  let length = 0;
  let bucket = first;
  let previousClose = Number.NaN;
  let growing: Growing | undefined;

  const isFull = (): boolean => length >= limit;

  function push(values: readonly number[]): void {
    if (isFull()) return;
    for (const [index, value] of values.entries()) rows[index]?.push(value);
    length += 1;
  }

  function close(): void {
    if (growing === undefined) return;
    const { start, open, high, low, volume, trades, turnover, bars } = growing;
    const vwap = volume > 0 ? turnover / volume : Number.NaN;
    push([start, open, high, low, growing.close, volume, trades, vwap, bars]);
    previousClose = growing.close;
    growing = undefined;
    bucket = grid.at(bucket.end);
  }

  /** Closes and fills until the bucket holds the time. */
  function advanceTo(time: number): void {
    if (time < bucket.end) return;
    close();
    fillWhile((at) => at.end <= time);
    if (time >= bucket.end) bucket = grid.at(time);
  }

  /** Fills buckets of the range as long as they are meant. */
  function fillWhile(isMeant: (at: Bucket) => boolean): void {
    const price = previousClose;
    if (!fills || Number.isNaN(price)) return;
    while (!isFull() && bucket.start < to && isMeant(bucket)) {
      push([bucket.start, price, price, price, price, 0, 0, Number.NaN, 0]);
      bucket = grid.at(bucket.end);
    }
  }

  return {
    get isFull() {
      return isFull();
    },
    startFrom(price) {
      previousClose = price;
    },
    take(bars) {
      const { time, open, high, low, volume, tradeCount, vwap, barCount } = bars;
      for (let index = 0; index < bars.length && !isFull(); index += 1) {
        const at = time[index] ?? 0;
        advanceTo(at);
        // Outside of every session, or behind the range.
        if (at < bucket.start || bucket.start >= to) continue;
        const barHigh = high[index] ?? 0;
        const barLow = low[index] ?? 0;
        const barClose = bars.close[index] ?? 0;
        const barVolume = volume[index] ?? 0;
        const average = vwap === undefined ? (barHigh + barLow + barClose) / 3 : (vwap[index] ?? 0);
        const turnover = barVolume > 0 ? average * barVolume : 0;
        const trades = tradeCount?.[index] ?? Number.NaN;
        const count = barCount?.[index] ?? 1;
        if (growing === undefined) {
          growing = {
            start: bucket.start,
            open: open[index] ?? 0,
            high: barHigh,
            low: barLow,
            close: barClose,
            volume: barVolume,
            trades,
            turnover,
            bars: count,
          };
          continue;
        }
        if (barHigh > growing.high) growing.high = barHigh;
        if (barLow < growing.low) growing.low = barLow;
        growing.close = barClose;
        growing.volume += barVolume;
        growing.turnover += turnover;
        growing.bars += count;
        if (!Number.isNaN(trades))
          growing.trades = (Number.isNaN(growing.trades) ? 0 : growing.trades) + trades;
      }
    },
    finish() {
      close();
      fillWhile(() => true);
      const column = (name: (typeof NAMES)[number]): Float64Array =>
        Float64Array.from(rows[NAMES.indexOf(name)] ?? []);
      return {
        length,
        time: column("time"),
        open: column("open"),
        high: column("high"),
        low: column("low"),
        close: column("close"),
        volume: column("volume"),
        tradeCount: column("tradeCount"),
        vwap: column("vwap"),
        barCount: column("barCount"),
      };
    },
  };
}

/** @returns one candle as an object. @throws {RangeError} where there is none */
export function candleAt(candles: CandleColumns, index: number): Candle {
  const time = candles.time[index];
  if (time === undefined) throw new RangeError(`There are ${candles.length} candles, none at ${index}.`);
  const value = (column: Float64Array): number => column[index] ?? Number.NaN;
  const known = (column: Float64Array): number | null => (Number.isNaN(value(column)) ? null : value(column));
  return {
    time: Temporal.Instant.fromEpochNanoseconds(BigInt(time) * 1_000n),
    open: value(candles.open),
    high: value(candles.high),
    low: value(candles.low),
    close: value(candles.close),
    volume: value(candles.volume),
    tradeCount: known(candles.tradeCount),
    vwap: known(candles.vwap),
    barCount: value(candles.barCount),
  };
}

/** @returns every candle as an object; loops over many should use the columns */
export function candleRows(candles: CandleColumns): readonly Candle[] {
  return Array.from({ length: candles.length }, (_, index) => candleAt(candles, index));
}
