// The ladder of candle roll-ups over 1-minute bars: 5m from bars, 15m from 5m, and so on to 1d. Each rung is made from the
// one below it, so a day costs six 4-hour candles, not 1,440 bars.
import { type CandleTimeframe, candleTimeframes, candleViewName } from "../views/candles.ts";
import {
  type AggregateColumn,
  bucketColumn,
  byBucket,
  type ContinuousAggregateDeclaration,
  type RefreshWindow,
  type ViewColumn,
} from "./continuous-aggregate.ts";
import type { Duration } from "./duration.ts";
import type { Columnstore, Retention } from "./hypertable.ts";

/** Sums, not ratios, are stored, so that a longer candle can be made from shorter ones; the view divides. */
const candleColumns: readonly AggregateColumn[] = [
  { name: "open", fromRows: "first(open, time)", fromFiner: `first(open, ${bucketColumn})` },
  { name: "high", fromRows: "max(high)", fromFiner: "max(high)" },
  { name: "low", fromRows: "min(low)", fromFiner: "min(low)" },
  { name: "close", fromRows: "last(close, time)", fromFiner: `last(close, ${bucketColumn})` },
  { name: "volume", fromRows: "sum(volume)", fromFiner: "sum(volume)" },
  { name: "trade_count", fromRows: "sum(trade_count)", fromFiner: "sum(trade_count)::bigint" },
  {
    name: "price_volume",
    fromRows: "sum((high + low + close) / 3 * volume)",
    fromFiner: "sum(price_volume)",
  },
  { name: "bar_count", fromRows: "count(*)", fromFiner: "sum(bar_count)::bigint" },
];

const viewColumns: readonly ViewColumn[] = [
  ...["open", "high", "low", "close", "volume", "trade_count"].map((name) => ({ name, expression: name })),
  { name: "vwap", expression: "price_volume / nullif(volume, 0)" },
  { name: "bar_count", expression: "bar_count" },
];

interface Rung {
  readonly timeframe: CandleTimeframe;
  readonly finer?: CandleTimeframe;
  readonly refresh: RefreshWindow;
  readonly compressAfter: Duration;
  readonly retention?: Retention;
}

// Refreshed as far back as bars are expected late; a rung is ready for the next one a bucket of its own later.
const ladder: readonly Rung[] = [
  {
    timeframe: "5m",
    refresh: { startOffset: "3 days", endOffset: "5 minutes", scheduleInterval: "5 minutes" },
    compressAfter: "7 days",
  },
  {
    timeframe: "15m",
    finer: "5m",
    refresh: { startOffset: "3 days", endOffset: "15 minutes", scheduleInterval: "15 minutes" },
    compressAfter: "7 days",
  },
  {
    timeframe: "1h",
    finer: "15m",
    refresh: { startOffset: "3 days", endOffset: "1 hour", scheduleInterval: "30 minutes" },
    compressAfter: "14 days",
  },
  {
    timeframe: "4h",
    finer: "1h",
    refresh: { startOffset: "4 days", endOffset: "4 hours", scheduleInterval: "1 hour" },
    compressAfter: "30 days",
  },
  {
    timeframe: "1d",
    finer: "4h",
    refresh: { startOffset: "7 days", endOffset: "1 day", scheduleInterval: "4 hours" },
    compressAfter: "60 days",
  },
];

const candleColumnstore = (after: Duration): Columnstore => ({
  segmentBy: ["exchange", "symbol"],
  orderBy: byBucket,
  after,
});

/** Name of the aggregate behind a candle view. */
export const candleRollupName = (timeframe: CandleTimeframe): string => `${candleViewName(timeframe)}_rollup`;

/** One roll-up per candle view, the finest first. */
export const candleRollups: readonly ContinuousAggregateDeclaration[] = ladder.map(
  ({ timeframe, finer, refresh, compressAfter, retention }) => ({
    name: candleRollupName(timeframe),
    table: "market_data",
    timeColumn: "time",
    where: "timeframe = '1m'",
    ...(finer === undefined ? {} : { finer: candleRollupName(finer) }),
    bucket: candleTimeframes[timeframe],
    groupBy: ["exchange", "symbol"],
    columns: candleColumns,
    view: candleViewName(timeframe),
    viewColumns,
    refresh,
    columnstore: candleColumnstore(compressAfter),
    ...(retention === undefined ? {} : { retention }),
  }),
);
