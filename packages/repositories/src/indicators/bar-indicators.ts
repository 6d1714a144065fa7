// All indicators of one series over consecutive bars, so defined that a resumed run gives bit for bit what an
// uninterrupted one gives. An EMA depends on every bar before it; replaying a whole series to append one bar is no
// answer, and starting "some bars earlier" gives values that depend on where one happened to start.
// So time is cut into blocks of BLOCK_BARS bar lengths, fixed by the calendar, and at the start of a block the price
// indicators begin anew from the PRIME_BARS bars before it. After 1,024 bars the first one weighs (25/27)^1024 = 6e-35 in
// EMA 26, far below what a double can hold: the values are those of the full history, but what they depend on is bounded.
import type { Timeframe } from "@app/schema/vocabulary";
import { DAY_MICROSECONDS, timeframeMicroseconds } from "../market-data/timeframe.ts";
import type { BarColumns, IndicatorColumns } from "../market-data/bar-columns.ts";
import { clearIndicatorColumns } from "../market-data/bar-columns.ts";
import { createPriceIndicators } from "./price-indicators.ts";
import { createVolumeIndicators } from "./volume-indicators.ts";
import type { ObvPosition } from "./volume-indicators.ts";

/** Length of a block in bars. */
export const BLOCK_BARS = 4096;

/** How many bars before a block the price indicators begin from. */
export const PRIME_BARS = 1024;

/** What has to be replayed before the first bar of a run. */
export interface WarmUpPlan {
  /** Start of the block; PRIME_BARS bars before it are needed, however old they are. */
  readonly blockStart: number;
  /** Every bar from here on is needed: the earlier of the block's start and the day's start (VWAP). */
  readonly replayFrom: number;
}

/** @returns what a run that begins with a bar opening at `time` has to replay first. */
export function planWarmUp(timeframe: Timeframe, time: number): WarmUpPlan {
  const block = timeframeMicroseconds(timeframe) * BLOCK_BARS;
  const blockStart = Math.floor(time / block) * block;
  const dayStart = Math.floor(time / DAY_MICROSECONDS) * DAY_MICROSECONDS;
  return { blockStart, replayFrom: Math.min(blockStart, dayStart) };
}

/** Running state of all indicators of one series. Bars must come in ascending order of time. */
export interface BarIndicators {
  /** Takes earlier bars without giving values. */
  replay(bars: BarColumns): void;
  /** Sets on-balance volume to what it was after the last replayed bar. */
  resumeObv(position: ObvPosition): void;
  /** Takes the next bars and writes their values into columns of at least their length. */
  compute(bars: BarColumns, into: IndicatorColumns): void;
}

/** @returns a state that has seen no bar of the series. */
export function createBarIndicators(timeframe: Timeframe): BarIndicators {
  const blockLength = timeframeMicroseconds(timeframe) * BLOCK_BARS;
  const volumes = createVolumeIndicators();
  let prices = createPriceIndicators();
  let block = Number.NaN;
  const recentHigh = new Float64Array(PRIME_BARS);
  const recentLow = new Float64Array(PRIME_BARS);
  const recentClose = new Float64Array(PRIME_BARS);
  let taken = 0;

  function beginBlock(): void {
    prices = createPriceIndicators();
    for (let at = Math.max(0, taken - PRIME_BARS); at < taken; at += 1) {
      const slot = at % PRIME_BARS;
      prices.next(recentHigh[slot] ?? 0, recentLow[slot] ?? 0, recentClose[slot] ?? 0, undefined, 0);
    }
  }

  function take(bars: BarColumns, into: IndicatorColumns | undefined): void {
    const { time, high, low, close, volume } = bars;
    for (let index = 0; index < bars.length; index += 1) {
      const at = time[index] ?? 0;
      const barHigh = high[index] ?? 0;
      const barLow = low[index] ?? 0;
      const barClose = close[index] ?? 0;
      const barBlock = Math.floor(at / blockLength);
      if (barBlock !== block) {
        block = barBlock;
        beginBlock();
      }
      prices.next(barHigh, barLow, barClose, into, index);
      volumes.next(at, barHigh, barLow, barClose, volume[index] ?? 0, into, index);
      const slot = taken % PRIME_BARS;
      recentHigh[slot] = barHigh;
      recentLow[slot] = barLow;
      recentClose[slot] = barClose;
      taken += 1;
    }
  }

  return {
    replay: (bars) => take(bars, undefined),
    resumeObv: (position) => volumes.resumeObv(position),
    compute(bars, into) {
      clearIndicatorColumns(into);
      take(bars, into);
    },
  };
}
