// What is asked of portfolio snapshots and their curves. A curve is that of one strategy, or of the whole account (strategy_id NULL),
// which `= :strategyId` would not find: so each question of a curve is there twice.
import { behindCursor } from "./behind-cursor.ts";
import { catalogued, type CataloguedQuery, type QueryClass } from "./catalogued-query.ts";
import { selectList } from "./select-list.ts";

const snapshot = selectList([
  "id",
  "taken_at",
  "account",
  "strategy_id",
  "currency",
  "equity",
  "cash",
  "long_exposure",
  "short_exposure",
  "gross_exposure",
  "net_exposure",
  "realized_pnl",
  "unrealized_pnl",
  "margin_used",
  "margin_used_percentage",
  "largest_position_percentage",
  "open_positions",
  "peak_equity",
  "drawdown",
  "drawdown_percentage",
  "value_at_risk_95",
  "value_at_risk_99",
  "expected_shortfall_95",
  "volatility_percentage",
  "holdings",
  "source",
  "retain_until",
]);

const behind = behindCursor("taken_at");

/** One question of a strategy's curve, and of the whole account's: `name` and `name_of_account`. */
function perCurve<const Name extends string>(
  name: Name,
  queryClass: QueryClass,
  indexes: readonly string[],
  text: (curve: string) => string,
): readonly [CataloguedQuery<Name>, CataloguedQuery<`${Name}_of_account`>] {
  const curve = (strategy: string) => `account = :account and ${strategy} and currency = :currency`;
  return [
    catalogued(name, queryClass, indexes, text(curve("strategy_id = :strategyId"))),
    catalogued(`${name}_of_account`, queryClass, indexes, text(curve("strategy_id is null"))),
  ];
}

/** Points of a curve: the last snapshot of each bucket, and how far equity went within it. */
const pointsText = (curve: string) => /* sql */ `
select distinct on (bucket) bucket as "bucketStart", taken_at as "takenAt", id as "snapshotId", equity, cash,
  peak_equity as "peakEquity", drawdown, drawdown_percentage as "drawdownPercentage",
  min(equity) over in_bucket as "lowestEquity", max(equity) over in_bucket as "highestEquity",
  max(drawdown) over in_bucket as "deepestDrawdown",
  max(drawdown_percentage) over in_bucket as "deepestDrawdownPercentage",
  (count(*) over in_bucket)::int as "snapshotCount"
from (
  -- Buckets are counted from a Monday, so that weeks begin on one.
  select date_bin(:bucket, taken_at, '2001-01-01 00:00:00+00') as bucket, taken_at, id, equity, cash, peak_equity, drawdown,
    drawdown_percentage
  from portfolio_snapshots
  where ${curve} and taken_at >= :from and taken_at < :to
) s
window in_bucket as (partition by bucket)
order by bucket, taken_at desc, id desc`;

/**
 * Stretches from one snapshot at the peak up to the next: the deepest of them, and the first and the last, which may go on
 * outside of the range.
 */
const stretchesText = (curve: string) => /* sql */ `
with snapshots as (
  select taken_at, id, equity, peak_equity, drawdown, drawdown_percentage,
    count(*) filter (where drawdown = 0) over (order by taken_at, id) as stretch
  from portfolio_snapshots
  where ${curve} and taken_at >= :from and taken_at < :to
), stretches as (
  select stretch, min(taken_at) filter (where drawdown = 0) as peak_at, max(peak_equity) as peak_equity,
    min(equity) filter (where drawdown > 0) as trough_equity,
    (array_agg(taken_at order by drawdown desc, taken_at, id))[1] as lowest_at,
    max(drawdown) as depth, max(drawdown_percentage) as depth_percentage, max(taken_at) as last_at
  from snapshots group by stretch
), ranked as (
  select *, lead(peak_at) over by_time as recovered_at, row_number() over by_time as place,
    count(*) over () as places,
    rank() over (order by depth_percentage desc nulls last, depth desc) as depth_rank
  from stretches
  window by_time as (order by stretch)
)
select peak_at as "peakAt", peak_equity as "peakEquity", case when depth > 0 then lowest_at end as "troughAt",
  trough_equity as "troughEquity", depth, depth_percentage as "depthPercentage", last_at as "lastAt",
  recovered_at as "recoveredAt"
from ranked
where place = 1 or place = places
  or (depth > 0 and depth_rank <= :limit and coalesce(depth_percentage >= :depth, true))
order by place`;

export const portfolioSnapshotQueries = [
  ...perCurve(
    "portfolio_curves.get",
    "strategy_metrics",
    ["portfolio_curves_key"],
    (curve) =>
      `select peak_equity as "peakEquity", last_taken_at as "lastTakenAt", last_snapshot_id as "lastSnapshotId"
from portfolio_curves where ${curve}`,
  ),
  catalogued(
    "portfolio_curves.list",
    "strategy_metrics",
    ["portfolio_curves_key"],
    `select currency, last_snapshot_id as "lastSnapshotId" from portfolio_curves
where account = :account and strategy_id = :strategyId order by currency`,
  ),
  catalogued(
    "portfolio_curves.list_of_account",
    "strategy_metrics",
    ["portfolio_curves_key"],
    `select currency, last_snapshot_id as "lastSnapshotId" from portfolio_curves
where account = :account and strategy_id is null order by currency`,
  ),
  catalogued(
    "portfolio_snapshots.get",
    "strategy_metrics",
    ["portfolio_snapshots_pkey"],
    `select ${snapshot} from portfolio_snapshots where id = :id
  and taken_at >= uuid_extract_timestamp(:id)
  and taken_at < uuid_extract_timestamp(:id) + interval '1 millisecond'`,
  ),
  catalogued(
    "portfolio_snapshots.get_many",
    "strategy_metrics",
    ["portfolio_snapshots_pkey"],
    `select ${snapshot} from portfolio_snapshots
where id = any(:ids) and taken_at >= :from and taken_at < :to`,
  ),
  ...perCurve(
    "portfolio_snapshots.list",
    "strategy_metrics",
    ["portfolio_snapshots_curve_key"],
    (curve) =>
      `select ${snapshot} from portfolio_snapshots
where ${curve} and ${behind}
order by taken_at desc, id desc limit :limit`,
  ),
  ...perCurve(
    "portfolio_snapshots.equity_curve",
    "strategy_metrics",
    ["portfolio_snapshots_curve_key"],
    pointsText,
  ),
  ...perCurve(
    "portfolio_snapshots.drawdowns",
    "strategy_metrics",
    ["portfolio_snapshots_curve_key"],
    stretchesText,
  ),
  catalogued(
    "portfolio_snapshots.list_by_strategy",
    "strategy_metrics",
    ["portfolio_snapshots_strategy_idx"],
    `select ${snapshot} from portfolio_snapshots
where strategy_id = :strategyId and ${behind}
order by taken_at desc, id desc limit :limit`,
  ),
  catalogued(
    "portfolio_snapshots.list_deep_drawdowns",
    "operations",
    ["portfolio_snapshots_deep_drawdown_idx"],
    `select ${snapshot} from portfolio_snapshots
where account = :account and drawdown_percentage >= 20 and ${behind}
order by taken_at desc, id desc limit :limit`,
  ),
  catalogued(
    "portfolio_snapshots.list_margin_pressure",
    "operations",
    ["portfolio_snapshots_margin_pressure_idx"],
    `select ${snapshot} from portfolio_snapshots
where account = :account and margin_used_percentage >= 80 and ${behind}
order by taken_at desc, id desc limit :limit`,
  ),
];
