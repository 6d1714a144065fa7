// The indicators that look back over closing prices and ranges, as one running state: O(1) per bar.
// Knows nothing of time, blocks or the database. Conventions, and where they differ from other libraries:
//   SMA     arithmetic mean of the last n closes.
//   EMA     weight 2 / (n + 1), started from the first close (TA-Lib starts from an SMA), shown from the n-th bar.
//   RSI     Wilder's smoothing (1 / n), shown from bar n + 1; no value while the close has never moved.
//   MACD    EMA 12 - EMA 26, shown from bar 26; signal: EMA 9 of it, shown with the histogram from bar 34.
//   Bands   SMA 20 +- 2 population standard deviations.
//   ATR     Wilder's smoothing of the true range, the first bar's being high - low; shown from bar 14.
import { ATR, BollingerBands, EMA, MACD, RSI, SMA } from "trading-signals";
import type { IndicatorColumns } from "../market-data/bar-columns.ts";

const MACD_SIGNAL_FROM = 26 + 9 - 1;

/** Running state of the price indicators of one series. */
export interface PriceIndicators {
  /** Takes the next bar; with `into`, writes its values at `index`, leaving NaN where there are too few bars. */
  next(high: number, low: number, close: number, into: IndicatorColumns | undefined, index: number): void;
}

/** @returns a state that has seen no bar. */
export function createPriceIndicators(): PriceIndicators {
  const sma20 = new SMA(20);
  const sma50 = new SMA(50);
  const ema12 = new EMA(12);
  const ema26 = new EMA(26);
  const macd = new MACD(ema12, ema26, new EMA(9));
  const rsi14 = new RSI(14);
  const bands = new BollingerBands(20, 2);
  const atr14 = new ATR(14);
  let bars = 0;
  let firstClose = 0;
  let moved = false;

  return {
    next(high, low, close, into, index) {
      bars += 1;
      if (bars === 1) firstClose = close;
      else if (close !== firstClose) moved = true;
      const sma20Value = sma20.add(close);
      const sma50Value = sma50.add(close);
      // MACD feeds the two averages it was given, so they must not be fed a second time.
      const macdValue = macd.add(close);
      const rsiValue = rsi14.add(close);
      const bandsValue = bands.add(close);
      const atrValue = atr14.add({ high, low, close });
      if (into === undefined) return;

      if (sma20Value !== null) into.sma20[index] = sma20Value;
      if (sma50Value !== null) into.sma50[index] = sma50Value;
      if (bars >= 12) into.ema12[index] = ema12.getResultOrThrow();
      if (bars >= 26) into.ema26[index] = ema26.getResultOrThrow();
      if (rsiValue !== null && moved) into.rsi14[index] = rsiValue;
      if (macdValue !== null) {
        into.macd[index] = macdValue.macd;
        if (bars >= MACD_SIGNAL_FROM) {
          into.macdSignal[index] = macdValue.signal;
          into.macdHistogram[index] = macdValue.histogram;
        }
      }
      if (bandsValue !== null) {
        into.bollingerUpper[index] = bandsValue.upper;
        into.bollingerMiddle[index] = bandsValue.middle;
        into.bollingerLower[index] = bandsValue.lower;
      }
      if (atrValue !== null) into.atr14[index] = atrValue;
    },
  };
}
