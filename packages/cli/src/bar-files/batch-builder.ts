// Gathers accepted bars into batches of columns, each sorted by time. Grows nothing: a batch has a fixed capacity.
import type { BarBatch } from "@app/repositories";

export interface BatchBuilder {
  readonly length: number;
  readonly isFull: boolean;
  add(
    time: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
    tradeCount: number,
    raw: string | undefined,
  ): void;
  /** The gathered bars, ascending by time; the builder is empty afterwards. */
  take(): BarBatch;
}

export interface BatchBuilderOptions {
  readonly capacity: number;
  readonly withVolume: boolean;
  readonly withTradeCount: boolean;
  readonly withRaw: boolean;
}

/** @returns an empty builder */
export function createBatchBuilder(options: BatchBuilderOptions): BatchBuilder {
  const { capacity, withVolume, withTradeCount, withRaw } = options;
  const column = (): Float64Array => new Float64Array(capacity);
  let [time, open, high, low, close, volume] = [column(), column(), column(), column(), column(), column()];
  let tradeCount = new Int32Array(withTradeCount ? capacity : 0);
  let raw: string[] = [];
  let length = 0;
  let isSorted = true;

  /** Copies a column in the order of `order`, or as it stands. */
  function arranged(values: Float64Array, order: Uint32Array | undefined): Float64Array {
    if (order === undefined) return values.subarray(0, length);
    return Float64Array.from(order, (index) => values[index] ?? 0);
  }

  return {
    get length() {
      return length;
    },
    get isFull() {
      return length === capacity;
    },
    add(barTime, barOpen, barHigh, barLow, barClose, barVolume, barTradeCount, barRaw) {
      if (length > 0 && barTime < (time[length - 1] ?? 0)) isSorted = false;
      time[length] = barTime;
      open[length] = barOpen;
      high[length] = barHigh;
      low[length] = barLow;
      close[length] = barClose;
      volume[length] = barVolume;
      if (withTradeCount) tradeCount[length] = barTradeCount;
      if (withRaw) raw.push(barRaw ?? "null");
      length += 1;
    },
    take() {
      const times = time;
      const order = isSorted
        ? undefined
        : Uint32Array.from({ length }, (_, index) => index).toSorted(
            (a, b) => (times[a] ?? 0) - (times[b] ?? 0),
          );
      const counts = tradeCount;
      const raws = raw;
      const batch: BarBatch = {
        length,
        time: arranged(time, order),
        open: arranged(open, order),
        high: arranged(high, order),
        low: arranged(low, order),
        close: arranged(close, order),
        volume: arranged(volume, order),
        hasVolume: withVolume,
        ...(withTradeCount && {
          tradeCount:
            order === undefined
              ? counts.subarray(0, length)
              : Int32Array.from(order, (index) => counts[index] ?? 0),
        }),
        ...(withRaw && {
          rawPayload: order === undefined ? raws : Array.from(order, (index) => raws[index] ?? "null"),
        }),
      };
      [time, open, high, low, close, volume] = [column(), column(), column(), column(), column(), column()];
      tradeCount = new Int32Array(withTradeCount ? capacity : 0);
      raw = [];
      length = 0;
      isSorted = true;
      return batch;
    },
  };
}
