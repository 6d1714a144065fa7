// Queries one plan serves, whatever their values: a whole key, one index in its own order, or a range of the one table of the roll-up. A session that lets the server keep
// plans has these kept; every other query is planned for its values, or the server would take a plan made for none at the sixth call
// and read, say, 3,800 blocks instead of 5 for an order by its client's id. tests/src/schema/query-plans.pg.test.ts holds both plans side by side.
import type { QueryName } from "./query-catalogue.ts";

/** Names of the queries whose plan may be kept. */
export const keptPlans: ReadonlySet<QueryName> = new Set<QueryName>([
  "market_data.list_bars",
  "market_data.list_bars_indicators",
  "market_data.last_bars",
  "market_data.last_bars_indicators",
  "market_series.get",
  "market_series.latest",
  "market_series.list_latest",
  "market_series.list_latest_of_symbols",
  "orders.get",
  "orders.list_by_strategy",
  "orders.list_by_account",
  "open_orders.find_by_client_order_id",
  "open_orders.find_by_venue_order_id",
  "open_orders.list_by_strategy",
  "open_orders.list_by_account",
  "open_orders.list_by_symbol",
  "order_events.list_by_order",
  "late_fill_spans.get",
  "trades.get",
  "trades.list_by_strategy",
  "trades.list_by_account",
  "trades.list_by_order",
  "positions.get",
  "strategies.get",
  "strategies.get_by_name",
  "strategies.performance",
  "portfolio_curves.get",
  "portfolio_snapshots.get",
]);
