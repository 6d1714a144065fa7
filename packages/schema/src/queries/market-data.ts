// What is asked of bars, of the series catalogue and of the overview of the market.
import { catalogued } from "./catalogued-query.ts";

export const marketDataQueries = [
  catalogued(
    "market_data.range",
    "market_data",
    ["market_data_pkey"],
    `select time, open, high, low, close, volume from market_data
where exchange = :exchange and symbol = :symbol and timeframe = :timeframe and time >= :from and time < :to
order by time`,
  ),
  catalogued(
    "market_data.last_bars",
    "market_data",
    ["market_data_pkey"],
    `select time, open, high, low, close, volume from market_data
where exchange = :exchange and symbol = :symbol and timeframe = :timeframe and time >= :from and time <= :to
order by time desc limit :limit`,
  ),
  catalogued(
    "market_data.list_doubtful",
    "operations",
    ["market_data_doubtful_idx"],
    `select time, timeframe, quality_score, source from market_data
where exchange = :exchange and symbol = :symbol and quality_score < 100 and time >= :from and time < :to
order by time desc limit :limit`,
  ),
  catalogued(
    "market_data_revisions.list",
    "market_data",
    ["market_data_revisions_pkey"],
    `select time, known_from, known_until, was_deleted, open, high, low, close, volume, trade_count, source
from market_data_revisions
where exchange = :exchange and symbol = :symbol and timeframe = :timeframe and time >= :from and time < :to
order by time, known_until limit :limit`,
  ),
  catalogued(
    "market_series.latest",
    "market_data",
    ["market_series_pkey"],
    `select last_time, last_open, last_high, last_low, last_close, last_volume from market_series
where exchange = :exchange and symbol = :symbol and timeframe = :timeframe`,
  ),
  catalogued(
    "market_series.find_by_symbol",
    "market_data",
    ["market_series_symbol_idx"],
    `select exchange, timeframe, first_time, last_time, bar_count, last_close from market_series
where symbol = :symbol order by timeframe`,
  ),
  catalogued(
    "market_series.list_stale",
    "operations",
    ["market_series_last_time_idx"],
    `select exchange, symbol, last_time from market_series
where timeframe = :timeframe and last_time < :to order by last_time limit :limit`,
  ),
  catalogued(
    "market_overview.find",
    "market_data",
    ["market_overview_key"],
    `select last_time, last_price, change_percentage_24h, high_24h, low_24h, volume_24h from market_overview
where exchange = :exchange and symbol = :symbol`,
  ),
];
