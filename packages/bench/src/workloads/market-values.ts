// Values for what is asked of bars: a series, and a stretch of it somewhere between its first and its last bar.
import { timeframeMicroseconds } from "@app/repositories";
import type { SeriesFact } from "./bench-facts.ts";
import type { Draw } from "./draw.ts";
import { type DrawValues, PAGE, type QueryValues } from "./query-values.ts";

/** Bars of a chart or of a strategy's look back. */
export const CHART_BARS = 500;

const keyOf = ({ exchange, symbol, timeframe }: SeriesFact): QueryValues => ({ exchange, symbol, timeframe });

/** A stretch of a series. */
export interface Stretch {
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
}

/** A stretch that holds about so many bars, and ends anywhere in the series; one with nights and weekends takes longer for as many. */
export function drawStretch(series: SeriesFact, draw: Draw, count: number): Stretch {
  const step = timeframeMicroseconds(series.timeframe);
  const steps = series.lastTime.since(series.firstTime).total("microseconds") / step + 1;
  const length = Math.ceil((Math.min(count, series.bars) * steps) / series.bars);
  const end = draw.between(length, Math.floor(steps));
  const to = series.firstTime.add({ microseconds: step * end });
  return { from: to.subtract({ microseconds: step * length }), to };
}

function stretch(series: SeriesFact, draw: Draw, count: number): QueryValues {
  const { from, to } = drawStretch(series, draw, count);
  return { from, to, cursorTime: to, limit: count };
}

const seriesOf: DrawValues = (facts, draw) => ({
  ...keyOf(draw.one("series of bars", facts.series)),
  limit: PAGE,
});

/** Bars of a stretch, known as of after everything was stored. */
function bars(count: number): DrawValues {
  return (facts, draw) => {
    const series = draw.one("series of bars", facts.series);
    return {
      ...keyOf(series),
      ...stretch(series, draw, count),
      indicators: 0b101_1000_0000_0001,
      knownAt: "2100-01-01T00:00:00Z",
      seconds: timeframeMicroseconds(series.timeframe) / 1_000_000,
    };
  };
}

const MINUTE_BARS = "1m";

/** Candles made of minutes: so many minutes of a series that has them. */
function minutes(count: number): DrawValues {
  return (facts, draw) => {
    const series = draw.one(
      "series of minutes",
      facts.series.filter(({ timeframe }) => timeframe === MINUTE_BARS),
    );
    return { ...keyOf(series), ...stretch(series, draw, count), limit: CHART_BARS };
  };
}

const pageOfSeries: DrawValues = (facts, draw) => ({
  ...seriesOf(facts, draw),
  symbols: Array.from({ length: 50 }, () => draw.one("series of bars", facts.series).symbol),
});

/** From before the first symbol of an exchange on. */
const fromTheFirst: DrawValues = (facts, draw) => ({ ...seriesOf(facts, draw), symbol: "" });

const HOUR = 60;
const DAY = 24 * HOUR;

/** Values for the questions about market data. */
export const marketValues = {
  "market_data.list_bars": bars(CHART_BARS),
  "market_data.list_bars_known": bars(CHART_BARS),
  "market_data.list_bars_indicators": bars(CHART_BARS),
  "market_data.last_bars": bars(CHART_BARS),
  "market_data.last_bars_known": bars(CHART_BARS),
  "market_data.last_bars_indicators": bars(CHART_BARS),
  "market_data.list_trades": bars(CHART_BARS),
  "market_data.list_trades_known": bars(CHART_BARS),
  // A chart of each: a day of 5 and 15 minutes, half a week of hours, a week of four hours and of days.
  "candles_5m.list": minutes(DAY),
  "candles_15m.list": minutes(DAY),
  "candles_1h.list": minutes(3 * DAY),
  "candles_4h.list": minutes(7 * DAY),
  "candles_1d.list": minutes(7 * DAY),
  "market_data.list_missing_ranges": bars(DAY),
  "market_data.list_doubtful": bars(DAY),
  "market_data.count_range": bars(CHART_BARS),
  "market_data.has_volume": bars(CHART_BARS),
  "market_data.last_obv": bars(CHART_BARS),
  "market_data.last_known_obv": bars(CHART_BARS),
  "market_data_revisions.list": (facts, draw) => {
    const values = bars(DAY)(facts, draw);
    // Behind nothing: the first page of the stretch.
    return { ...values, cursorTime: values.from, knownAt: "1970-01-01T00:00:00Z", limit: PAGE };
  },
  "market_series.get": seriesOf,
  "market_series.latest": seriesOf,
  "market_series.list": fromTheFirst,
  "market_series.list_latest": fromTheFirst,
  "market_series.list_latest_of_symbols": pageOfSeries,
  "market_series.list_by_instrument": seriesOf,
  "market_series.list_by_symbol": seriesOf,
  "market_series.list_stale": (facts, draw) => ({
    ...seriesOf(facts, draw),
    // The first page: series whose last bar came before this one's, the stalest first.
    to: draw.one("series of bars", facts.series).lastTime.add({ milliseconds: 1 }),
    cursorTime: "1970-01-01T00:00:00Z",
    cursorExchange: "",
    cursorSymbol: "",
  }),
  "market_overview.find": seriesOf,
  "market_overview.list": fromTheFirst,
  "strategies.daily_closes": bars(365),
} as const satisfies Readonly<Record<string, DrawValues>>;
