// Bars as columns: one typed array per field, the shape in which they are parsed, written, read and computed on.
// Not validated here; a NaN inside an indicator column means "no value" and is stored as NULL.
import { type IndicatorName, indicatorNames } from "@app/schema/vocabulary";

/** One array per indicator, each as long as the bars they belong to; NaN where there is no value. */
export type IndicatorColumns = Readonly<Record<IndicatorName, Float64Array>>;

/** Open, high, low, close and volume of consecutive bars of one series, oldest first. */
export interface BarColumns {
  readonly length: number;
  /** Opening instants in microseconds since 1970-01-01T00:00:00Z; exact in a double until the year 2255. */
  readonly time: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** Bars on their way into the database, with the columns not every source has. */
export interface BarBatch extends BarColumns {
  /**
   * Whether the source says anything about volume. Where it does not, `volume` is all 0, new and revised bars get 0, and
   * the volume of a stored bar with the same prices stays.
   * @defaultValue true
   */
  readonly hasVolume?: boolean;
  /** Trades in each bar, -1 where this bar has no count; absent when the source gives none at all. */
  readonly tradeCount?: Int32Array;
  /** The source's own text of each bar as JSON; absent when it is not kept. */
  readonly rawPayload?: readonly string[];
}

/** One bar as an object, for reading and printing; loops over many bars should use the columns. */
export interface Bar {
  readonly time: Temporal.Instant;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** @returns indicator columns for `length` bars; what they hold is undefined until they are cleared. */
export function createIndicatorColumns(length: number): IndicatorColumns {
  const column = (): Float64Array => new Float64Array(length);
  return {
    sma20: column(),
    sma50: column(),
    ema12: column(),
    ema26: column(),
    rsi14: column(),
    macd: column(),
    macdSignal: column(),
    macdHistogram: column(),
    bollingerUpper: column(),
    bollingerMiddle: column(),
    bollingerLower: column(),
    atr14: column(),
    obv: column(),
    vwap: column(),
  };
}

/** Takes every value away. */
export function clearIndicatorColumns(columns: IndicatorColumns): void {
  for (const name of indicatorNames) columns[name].fill(Number.NaN);
}

/** @returns bars `start` to `end` (not included) without copying them. */
export function sliceBars(bars: BarColumns, start: number, end: number): BarColumns {
  const { time, open, high, low, close, volume } = bars;
  return {
    length: Math.max(0, end - start),
    time: time.subarray(start, end),
    open: open.subarray(start, end),
    high: high.subarray(start, end),
    low: low.subarray(start, end),
    close: close.subarray(start, end),
    volume: volume.subarray(start, end),
  };
}

/** @returns one bar as an object. @throws RangeError where there is none */
export function barAt(bars: BarColumns, index: number): Bar {
  const time = bars.time[index];
  if (time === undefined) throw new RangeError(`There are ${bars.length} bars, none at ${index}.`);
  return {
    time: Temporal.Instant.fromEpochNanoseconds(BigInt(time) * 1_000n),
    open: bars.open[index] ?? Number.NaN,
    high: bars.high[index] ?? Number.NaN,
    low: bars.low[index] ?? Number.NaN,
    close: bars.close[index] ?? Number.NaN,
    volume: bars.volume[index] ?? Number.NaN,
  };
}
