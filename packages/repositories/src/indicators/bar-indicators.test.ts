// The indicators of a month of real bars against their textbook definitions, written out here in the plainest way.
import { describe, expect, it } from "vitest";
import { btcSample } from "../fixtures/btc-sample.ts";
import { type IndicatorName, indicatorNames } from "@app/schema/vocabulary";
import { createIndicatorColumns, sliceBars } from "../market-data/bar-columns.ts";
import type { BarColumns, IndicatorColumns } from "../market-data/bar-columns.ts";
import { BLOCK_BARS, createBarIndicators } from "./bar-indicators.ts";
import type { BarIndicators } from "./bar-indicators.ts";
import { computeIndicators } from "./compute-indicators.ts";

const bars = btcSample();
const closes = [...bars.close];
const value = (values: ArrayLike<number>, index: number): number => values[index] ?? Number.NaN;
const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

/** The values of the next bars of a run, of a new one unless told. */
function compute(next: BarColumns, run: BarIndicators = createBarIndicators("1m")): IndicatorColumns {
  const into = createIndicatorColumns(next.length);
  run.compute(next, into);
  return into;
}

function overWindow(length: number, of: (window: readonly number[]) => number): number[] {
  return closes.map((_, index) =>
    index < length - 1 ? Number.NaN : of(closes.slice(index - length + 1, index + 1)),
  );
}

function ema(values: readonly number[], length: number): number[] {
  let average = Number.NaN;
  return values.map((one) => {
    average = Number.isNaN(average) ? one : average + (2 / (length + 1)) * (one - average);
    return average;
  });
}

/** Wilder's smoothing: the mean of the first 14 values, then 13/14 of the last average. NaN before. */
function wilder(values: readonly number[]): number[] {
  let average = Number.NaN;
  return values.map((one, index) => {
    if (index === 13) average = mean(values.slice(0, 14));
    else if (index > 13) average = (average * 13 + one) / 14;
    return average;
  });
}

function expected(): Record<IndicatorName, readonly number[]> {
  const middle = overWindow(20, mean);
  const deviation = overWindow(20, (window) => {
    const centre = mean(window);
    return Math.sqrt(mean(window.map((one) => (one - centre) ** 2)));
  });
  const ema12 = ema(closes, 12);
  const ema26 = ema(closes, 26);
  const macd = ema12.map((fast, index) => fast - value(ema26, index));
  const signal = ema(macd, 9);
  const changes = closes.slice(1).map((close, index) => close - value(closes, index));
  const gains = wilder(changes.map((change) => Math.max(0, change)));
  const losses = wilder(changes.map((change) => Math.max(0, -change)));
  const rsi = gains.map((gain, index) => 100 - 100 / (1 + gain / value(losses, index)));
  const ranges = closes.map((_, index) => {
    const [high, low] = [value(bars.high, index), value(bars.low, index)];
    const before = index === 0 ? low : value(closes, index - 1);
    return Math.max(
      high - low,
      index === 0 ? 0 : Math.abs(high - before),
      index === 0 ? 0 : Math.abs(low - before),
    );
  });
  let obv = 0;
  let day = Number.NaN;
  let [traded, turnover] = [0, 0];
  const obvs: number[] = [];
  const vwaps: number[] = [];
  for (const [index, close] of closes.entries()) {
    const volume = value(bars.volume, index);
    if (index > 0) obv += Math.sign(close - value(closes, index - 1)) * volume;
    obvs.push(obv);
    const today = Math.floor(value(bars.time, index) / 86_400_000_000);
    if (today !== day) [day, traded, turnover] = [today, 0, 0];
    traded += volume;
    turnover += ((value(bars.high, index) + value(bars.low, index) + close) / 3) * volume;
    vwaps.push(turnover / traded);
  }
  return {
    sma20: middle,
    sma50: overWindow(50, mean),
    ema12,
    ema26,
    rsi14: [Number.NaN, ...rsi],
    macd,
    macdSignal: signal,
    macdHistogram: macd.map((one, index) => one - value(signal, index)),
    bollingerUpper: middle.map((one, index) => one + 2 * value(deviation, index)),
    bollingerMiddle: middle,
    bollingerLower: middle.map((one, index) => one - 2 * value(deviation, index)),
    atr14: wilder(ranges),
    obv: obvs,
    vwap: vwaps,
  };
}

/** The bar, counted from 1, from which an indicator has a value. */
const SHOWN_FROM: Readonly<Record<IndicatorName, number>> = {
  sma20: 20,
  sma50: 50,
  ema12: 12,
  ema26: 26,
  rsi14: 15,
  macd: 26,
  macdSignal: 34,
  macdHistogram: 34,
  bollingerUpper: 20,
  bollingerMiddle: 20,
  bollingerLower: 20,
  atr14: 14,
  obv: 1,
  vwap: 1,
};

describe("the indicators of a month of real bars", () => {
  const computed = compute(bars);
  const textbook = expected();
  /** Near zero (MACD) an absolute error counts, at prices near 40,000 a relative one. */
  const scale = (one: number): number => Math.max(1, Math.abs(one));

  it.each(indicatorNames)("%s is what its definition says, across block borders too", (name) => {
    expect(bars.length).toBeGreaterThan(10 * BLOCK_BARS);
    const shownFrom = computed[name].findIndex((one) => !Number.isNaN(one)) + 1;
    expect(shownFrom).toBe(SHOWN_FROM[name]);
    // Where a smoothing is started differs between textbooks; 200 bars later nothing is left of it.
    const from = name === "macdSignal" || name === "macdHistogram" ? 250 : shownFrom - 1;
    let worst = 0;
    for (let index = from; index < bars.length; index += 1) {
      const right = value(textbook[name], index);
      const error = Math.abs(value(computed[name], index) - right) / scale(right);
      // NaN would pass a comparison unseen.
      worst = error <= worst ? worst : error;
    }
    expect(worst).toBeLessThan(1e-8);
  });

  it("do not depend on how the bars are cut into batches", () => {
    const indicators = createBarIndicators("1m");
    const sizes = [1, 7, 4_096, 333, 20_000];
    for (let start = 0, turn = 0; start < bars.length; turn += 1) {
      const end = Math.min(bars.length, start + (sizes[turn % sizes.length] ?? 1));
      const part = compute(sliceBars(bars, start, end), indicators);
      for (const name of indicatorNames) expect(part[name]).toEqual(computed[name].subarray(start, end));
      start = end;
    }
  });
});

describe("bars in which nothing happens", () => {
  const flat = sliceBars(bars, 0, 100);
  const still = {
    ...flat,
    ...Object.fromEntries(
      ["open", "high", "low", "close"].map((name) => [name, new Float64Array(100).fill(5)]),
    ),
  };

  it("have no RSI, bands of no width and a range of zero", () => {
    const { rsi14, bollingerUpper, bollingerLower, atr14 } = compute(still);
    expect(rsi14.every((one) => Number.isNaN(one))).toBe(true);
    expect([bollingerUpper.at(-1), bollingerLower.at(-1), atr14.at(-1)]).toEqual([5, 5, 0]);
  });

  it("and no volume have neither OBV nor VWAP until there is some", () => {
    const volume = new Float64Array(100);
    volume[60] = 3;
    const { obv, vwap } = compute({ ...still, volume });
    const first = (values: Float64Array): number => values.findIndex((one) => !Number.isNaN(one));
    expect(first(obv)).toBe(60);
    // The sample's first day ends with its 59th bar, so the volume lies in the second.
    expect(first(vwap)).toBe(60);
    expect(vwap[60]).toBe(5);
  });
});

describe("bars in memory", () => {
  it("have the indicators of a run that begins with them", () => {
    const some = sliceBars(bars, 1_000, 2_000);
    expect(computeIndicators("1m", some)).toEqual(compute(some));
    expect(computeIndicators("1m", sliceBars(bars, 0, 0)).sma20).toHaveLength(0);
    expect(() => computeIndicators("2m" as never, some)).toThrow(/^timeframe: /u);
  });
});
