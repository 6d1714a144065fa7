// What is asked of the catalogue of bar series, and of the overview of the market.
import { catalogued } from "./catalogued-query.ts";
import { selectList } from "./select-list.ts";

const IN_SERIES = "exchange = :exchange and symbol = :symbol and timeframe = :timeframe";

const SERIES_COLUMNS = `${selectList([
  "exchange",
  "symbol",
  "timeframe",
  "first_time",
  "last_time",
  "last_open",
  "last_high",
  "last_low",
  "last_close",
  "last_volume",
  "updated_at",
])}, bar_count::float8 as "barCount"`;

const LATEST_COLUMNS = `exchange, symbol, timeframe, last_time as time, last_open as open, last_high as high, last_low as low,
  last_close as close, last_volume as volume`;

const OVERVIEW_COLUMNS = `${selectList([
  "exchange",
  "symbol",
  "timeframe",
  "last_time",
  "last_price",
  "open_24h",
  "high_24h",
  "low_24h",
  "volume_24h",
  "change_percentage_24h",
])}, bar_count::float8 as "barCount"`;

export const marketSeriesQueries = [
  catalogued(
    "market_series.get",
    "market_data",
    ["market_series_pkey"],
    `select ${SERIES_COLUMNS} from market_series where ${IN_SERIES}`,
  ),
  catalogued(
    "market_series.latest",
    "market_data",
    ["market_series_pkey"],
    `select ${LATEST_COLUMNS} from market_series where ${IN_SERIES}`,
  ),
  catalogued(
    "market_series.list",
    "market_data",
    ["market_series_pkey"],
    `select ${SERIES_COLUMNS} from market_series
where (exchange, symbol, timeframe) > (:exchange, :symbol, :timeframe)
order by exchange, symbol, timeframe limit :limit`,
  ),
  catalogued(
    "market_series.list_latest",
    "market_data",
    ["market_series_pkey"],
    `select ${LATEST_COLUMNS} from market_series
where exchange = :exchange and symbol > :symbol and timeframe = :timeframe
order by symbol limit :limit`,
  ),
  catalogued(
    "market_series.list_latest_of_symbols",
    "market_data",
    ["market_series_pkey"],
    `select ${LATEST_COLUMNS} from market_series
where exchange = :exchange and symbol = any(:symbols) and timeframe = :timeframe
order by symbol limit :limit`,
  ),
  catalogued(
    "market_series.list_by_instrument",
    "market_data",
    ["market_series_pkey"],
    `select ${SERIES_COLUMNS} from market_series where exchange = :exchange and symbol = :symbol order by timeframe`,
  ),
  catalogued(
    "market_series.list_by_symbol",
    "market_data",
    ["market_series_symbol_idx"],
    `select ${SERIES_COLUMNS} from market_series
where symbol = :symbol and (timeframe, exchange) > (:timeframe, :exchange)
order by timeframe, exchange limit :limit`,
  ),
  catalogued(
    "market_series.list_stale",
    "operations",
    ["market_series_last_time_idx"],
    `select ${SERIES_COLUMNS} from market_series
where timeframe = :timeframe and last_time < :to
  and (last_time, exchange, symbol) > (:cursorTime, :exchange, :symbol)
order by last_time, exchange, symbol limit :limit`,
  ),
  catalogued(
    "market_overview.find",
    "market_data",
    ["market_overview_key"],
    `select ${OVERVIEW_COLUMNS} from market_overview where exchange = :exchange and symbol = :symbol`,
  ),
  catalogued(
    "market_overview.list",
    "market_data",
    ["market_overview_key"],
    `select ${OVERVIEW_COLUMNS} from market_overview
where (exchange, symbol) > (:exchange, :symbol) order by exchange, symbol limit :limit`,
  ),
];
