// The two indicators that accumulate volume: OBV over the whole series, VWAP since 00:00 UTC.
// Neither can be started in mid-air, so this state says what it has to be given to resume. A source without volume
// writes 0 everywhere: both stay without a value until the first bar that has some.
import { VWAP } from "trading-signals";
import { DAY_MICROSECONDS } from "../market-data/timeframe.ts";
import type { IndicatorColumns } from "../market-data/bar-columns.ts";

/** Where on-balance volume stood after a bar. */
export interface ObvPosition {
  readonly obv: number;
  readonly close: number;
}

/** Running state of the volume indicators of one series. */
export interface VolumeIndicators {
  /** Takes the next bar; with `into`, writes its values at `index`, leaving NaN where there is no volume yet. */
  next(
    time: number,
    high: number,
    low: number,
    close: number,
    volume: number,
    into: IndicatorColumns | undefined,
    index: number,
  ): void;
  /** Sets on-balance volume to a stored value, as if all bars up to it had been taken. */
  resumeObv(position: ObvPosition): void;
}

/** @returns a state that has seen no bar. OBV starts at 0 with the first bar. */
export function createVolumeIndicators(): VolumeIndicators {
  let obv = 0;
  let hasVolume = false;
  let previousClose = Number.NaN;
  let day = Number.NaN;
  let session = new VWAP();
  let vwap = Number.NaN;

  return {
    next(time, high, low, close, volume, into, index) {
      // One line instead of the library's OBV: that one cannot start from a stored value, and base + (a + b) is not
      // bit for bit (base + a) + b. The tests compare the two.
      if (close > previousClose) obv += volume;
      else if (close < previousClose) obv -= volume;
      previousClose = close;
      if (volume > 0) hasVolume = true;

      const today = Math.floor(time / DAY_MICROSECONDS);
      if (today !== day) {
        day = today;
        session = new VWAP();
        vwap = Number.NaN;
      }
      vwap = session.add({ high, low, close, volume }) ?? vwap;
      if (into === undefined) return;

      if (hasVolume) into.obv[index] = obv;
      into.vwap[index] = vwap;
    },
    resumeObv(position) {
      obv = position.obv;
      previousClose = position.close;
      hasVolume = true;
    },
  };
}
