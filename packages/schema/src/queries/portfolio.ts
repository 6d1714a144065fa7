// What is asked of portfolio snapshots.
import { catalogued } from "./catalogued-query.ts";

export const portfolioQueries = [
  catalogued(
    "portfolio_curves.get",
    "strategy_metrics",
    ["portfolio_curves_key"],
    `select peak_equity, last_taken_at, last_snapshot_id from portfolio_curves
where account = :account and strategy_id = :strategyId and currency = :currency`,
  ),
  catalogued(
    "portfolio_snapshots.get",
    "strategy_metrics",
    ["portfolio_snapshots_pkey"],
    `select * from portfolio_snapshots where id = :id
  and taken_at >= uuid_extract_timestamp(:id)
  and taken_at < uuid_extract_timestamp(:id) + interval '1 millisecond'`,
  ),
  catalogued(
    "portfolio_snapshots.equity_curve",
    "strategy_metrics",
    ["portfolio_snapshots_curve_key"],
    `select taken_at, equity, peak_equity, drawdown_percentage from portfolio_snapshots
where account = :account and strategy_id = :strategyId and currency = :currency and taken_at >= :from and taken_at < :to
order by taken_at, id`,
  ),
  catalogued(
    "portfolio_snapshots.list_by_strategy",
    "strategy_metrics",
    ["portfolio_snapshots_strategy_idx"],
    `select * from portfolio_snapshots where strategy_id = :strategyId and taken_at >= :from order by taken_at desc limit :limit`,
  ),
  catalogued(
    "portfolio_snapshots.list_deep_drawdowns",
    "operations",
    ["portfolio_snapshots_deep_drawdown_idx"],
    `select * from portfolio_snapshots
where account = :account and drawdown_percentage >= 20 and taken_at >= :from
order by taken_at desc limit :limit`,
  ),
  catalogued(
    "portfolio_snapshots.list_margin_pressure",
    "operations",
    ["portfolio_snapshots_margin_pressure_idx"],
    `select * from portfolio_snapshots
where account = :account and margin_used_percentage >= 80 and taken_at >= :from
order by taken_at desc limit :limit`,
  ),
];
