// Candle views: longer bars rolled up from 1-minute bars. Every bucket begins at a multiple of its length since
// 2000-01-01 00:00 UTC. VWAP weighs each minute's typical price (high + low + close) / 3 by volume.
import { type RepeatableObject, sqlView } from "../repeatable-object.ts";
import type { Timeframe } from "../vocabulary/timeframe.ts";

/** The timeframes that have a candle view, and the bucket of each. */
export const candleTimeframes = {
  "5m": "5 minutes",
  "15m": "15 minutes",
  "1h": "1 hour",
  "4h": "4 hours",
  "1d": "1 day",
} as const satisfies Partial<Record<Timeframe, string>>;

/** Timeframe of a candle view. */
export type CandleTimeframe = keyof typeof candleTimeframes;

/** Name of the view of a timeframe's candles. */
export const candleViewName = (timeframe: CandleTimeframe): string => `candles_${timeframe}`;

const candleView = (timeframe: CandleTimeframe): RepeatableObject =>
  sqlView(
    candleViewName(timeframe),
    /* sql */ `
select
  exchange,
  symbol,
  date_bin('${candleTimeframes[timeframe]}', time, '2000-01-01 00:00:00+00') as time,
  (array_agg(open order by time))[1] as open,
  max(high) as high,
  min(low) as low,
  (array_agg(close order by time desc))[1] as close,
  sum(volume) as volume,
  sum(trade_count) as trade_count,
  sum((high + low + close) / 3 * volume) / nullif(sum(volume), 0) as vwap,
  count(*) as bar_count
from market_data
where timeframe = '1m'
group by exchange, symbol, date_bin('${candleTimeframes[timeframe]}', time, '2000-01-01 00:00:00+00')`,
  );

export const candleViews: readonly RepeatableObject[] = [
  candleView("5m"),
  candleView("15m"),
  candleView("1h"),
  candleView("4h"),
  candleView("1d"),
];
