// What is asked of bars, candles and revisions. The catalogue of series is market-series.ts.
import { storedIndicators } from "../vocabulary/indicator.ts";
import { catalogued, type CataloguedQuery } from "./catalogued-query.ts";
import { selectList } from "./select-list.ts";

const IN_SERIES = "exchange = :exchange and symbol = :symbol and timeframe = :timeframe";
const IN_RANGE = "time >= :from and time < :to";

/**
 * A limit the planner cannot see: it then reckons with a tenth of the rows and reads them in the order of the index. Of a limit as
 * large as the range it makes a bitmap and a sort, which took twice as long (PostgreSQL 18.4, 5,000 bars).
 */
const FIRST_ROWS = "limit (select :limit)";

const prices = ["open", "high", "low", "close", "volume"] as const;

/** The stored indicators in the order of the bits of the parameter `indicators`, the lowest first. */
const indicators: readonly string[] = storedIndicators.map(({ column }) => column);

/** What is read of each bar: its prices and volume; the trades in it too; or its indicators too. */
type BarContent = "prices" | "trades" | "indicators";

/** Bars that stand now, or as they were known at a moment: those standing since then, and what was replaced or deleted since. */
type BarView = "standing" | "known";

const columnsOf: Readonly<Record<BarContent, readonly string[]>> = {
  prices,
  trades: [...prices, "trade_count"],
  indicators: [...prices, ...indicators],
};

/** An indicator nobody asked for is a constant NULL, which the planner leaves out. */
function selected(column: string): string {
  const bit = indicators.findIndex((name) => name === column);
  return bit < 0 ? column : `case when :indicators & ${2 ** bit} <> 0 then ${column} end as ${column}`;
}

function barQuery<const Name extends string>(
  name: Name,
  content: BarContent,
  view: BarView,
  direction: "asc" | "desc",
): CataloguedQuery<Name> {
  const columns = ["time", ...columnsOf[content]];
  const select = columns.map(selected).join(", ");
  const order = `order by time ${direction} ${FIRST_ROWS}`;
  if (view === "standing") {
    return catalogued(
      name,
      "market_data",
      ["market_data_pkey"],
      `select ${select} from market_data where ${IN_SERIES} and ${IN_RANGE} ${order}`,
    );
  }
  return catalogued(
    name,
    "market_data",
    ["market_data_pkey", "market_data_revisions_pkey"],
    `select ${select} from (
  select ${columns.join(", ")} from market_data where ${IN_SERIES} and ${IN_RANGE} and ingested_at <= :knownAt
  union all
  select ${columns.join(", ")} from market_data_revisions
  where ${IN_SERIES} and ${IN_RANGE} and known_from <= :knownAt and known_until > :knownAt
) bars ${order}`,
  );
}

const REVISION_COLUMNS = selectList([
  "time",
  "open",
  "high",
  "low",
  "close",
  "volume",
  "trade_count",
  "quality_score",
  "source",
  "raw_payload",
  "known_from",
  "known_until",
  "was_deleted",
  "replaced_by",
]);

/** The candles of one view; where roll-ups are, it reads them and the bars since. */
function candleQuery<const Name extends string>(name: Name, view: string): CataloguedQuery<Name> {
  return catalogued(
    name,
    "market_data",
    ["market_data_pkey"],
    `select time, open, high, low, close, volume, trade_count::float8, vwap, bar_count::float8 from ${view}
where exchange = :exchange and symbol = :symbol and ${IN_RANGE}
order by time ${FIRST_ROWS}`,
  );
}

export const marketDataQueries = [
  barQuery("market_data.list_bars", "prices", "standing", "asc"),
  barQuery("market_data.list_bars_known", "prices", "known", "asc"),
  barQuery("market_data.list_bars_indicators", "indicators", "standing", "asc"),
  barQuery("market_data.last_bars", "prices", "standing", "desc"),
  barQuery("market_data.last_bars_known", "prices", "known", "desc"),
  barQuery("market_data.last_bars_indicators", "indicators", "standing", "desc"),
  barQuery("market_data.list_trades", "trades", "standing", "asc"),
  barQuery("market_data.list_trades_known", "trades", "known", "asc"),
  candleQuery("candles_5m.list", "candles_5m"),
  candleQuery("candles_15m.list", "candles_15m"),
  candleQuery("candles_1h.list", "candles_1h"),
  candleQuery("candles_4h.list", "candles_4h"),
  candleQuery("candles_1d.list", "candles_1d"),
  catalogued(
    "market_data.list_missing_ranges",
    "market_data",
    ["market_data_pkey"],
    `select time + make_interval(secs => :seconds) as "from", next as "to",
  greatest(1, round(extract(epoch from next - time) / :seconds)::float8 - 1) as "missingBars"
from (
  select time, lead(time) over (order by time) as next
  from market_data where ${IN_SERIES} and ${IN_RANGE}
) bars
where next - time > make_interval(secs => :seconds)
order by time limit :limit`,
  ),
  catalogued(
    "market_data.list_doubtful",
    "operations",
    ["market_data_doubtful_idx"],
    `select time, timeframe, quality_score as "qualityScore", source from market_data
where exchange = :exchange and symbol = :symbol and quality_score < 100 and ${IN_RANGE}
  and (time, timeframe) < (:cursorTime, :timeframe)
order by time desc, timeframe desc limit :limit`,
  ),
  catalogued(
    "market_data.count_range",
    "market_data",
    ["market_data_pkey"],
    `select count(*)::int as bars from (
  select from market_data where ${IN_SERIES} and time > :from and time <= :to limit :limit
) bars`,
  ),
  catalogued(
    "market_data.has_volume",
    "market_data",
    ["market_data_pkey"],
    `select exists (
  select from market_data where ${IN_SERIES} and time > :from and time <= :to and volume > 0
) as found`,
  ),
  catalogued(
    "market_data.last_obv",
    "market_data",
    ["market_data_pkey"],
    `select time, obv, close, num_nonnulls(sma_20, ema_12, rsi_14) > 0 as computed from market_data
where ${IN_SERIES} and ${IN_RANGE} order by time desc limit 1`,
  ),
  catalogued(
    "market_data.last_known_obv",
    "market_data",
    ["market_data_pkey"],
    `select time, obv, close, true as computed from market_data
where ${IN_SERIES} and ${IN_RANGE} and obv is not null order by time desc limit 1`,
  ),
  catalogued(
    "market_data_revisions.list",
    "market_data",
    ["market_data_revisions_pkey"],
    `select ${REVISION_COLUMNS} from market_data_revisions
where ${IN_SERIES} and ${IN_RANGE} and (time, known_until) > (:cursorTime, :knownAt)
order by time, known_until limit :limit`,
  ),
];
