// What is asked of portfolio snapshots and their curves, and of open positions at a price. A curve is that of one strategy, or
// of the whole account (strategy_id NULL), which `= :strategyId` would not find: so each question of a curve is there twice.
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

/** Rows before the cursor. The plain bound on the time is what leaves chunks out; a row comparison alone does not. */
const beforeCursor = "taken_at <= :cursorTime and (taken_at, id) < (:cursorTime, :cursorId)";

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

/** SQL, after `given`: the price of an instrument, in g (the caller's) or l (the last close of a timeframe, not older than asked for). */
const markOf = (
  of: string,
  notBefore = ":from",
) => /* sql */ `left join given g on g.exchange = ${of}.exchange and g.symbol = ${of}.symbol
  left join lateral (
    -- The limit keeps it a look-up by key for each row. Through text, since a cast of a float keeps 15 digits only.
    select s.last_close::text::numeric as price, s.last_time
    from market_series s
    where g.price is null and s.exchange = ${of}.exchange and s.symbol = ${of}.symbol and s.timeframe = :timeframe
      and s.last_time >= ${notBefore}
    limit 1
  ) l on true`;

const given = /* sql */ `given as (
  select exchange, symbol, price from jsonb_to_recordset(:marks) as m(exchange text, symbol text, price numeric)
)`;

/**
 * Open positions, what one unit of each is worth (the caller's mark, else the last close of a timeframe that is not older than
 * :from) and what follows: value and unrealised P&L, in settlement currency, NULL without a mark.
 */
const valuedPositions = (owner: string) => /* sql */ `
with ${given}, marked as (
  select p.strategy_id, p.account, p.exchange, p.symbol, p.settlement_currency, p.quantity, p.contract_multiplier, p.cost_basis,
    coalesce(g.price, l.price) as mark, l.last_time as marked_at
  from positions p
  ${markOf("p")}
  where ${owner} and p.quantity <> 0
), valued as (
  select *, quantity * mark * contract_multiplier as value,
    (quantity * mark - sign(quantity) * cost_basis) * contract_multiplier as unrealized
  from marked
)`;

/** The open positions of an account: as one index finds them over all strategies, and as another finds a strategy's. */
const ofAccount = "p.account = :account";
const ofStrategy = "p.strategy_id = :strategyId and p.account = :account";

/** Sums of a group of valued positions: NULL, never a part of the truth, where one of them has no mark. */
const exposures = /* sql */ `
  count(*) filter (where value is null)::int as "unmarkedPositions",
  case when bool_and(value is not null) then sum(greatest(value, 0)) end as "longExposure",
  case when bool_and(value is not null) then sum(greatest(-value, 0)) end as "shortExposure",
  case when bool_and(value is not null) then sum(abs(value)) end as "grossExposure",
  case when bool_and(value is not null) then sum(value) end as "netExposure",
  case when bool_and(value is not null) then sum(unrealized) end as "unrealizedPnl"`;

const exposureText = (owner: string) => /* sql */ `${valuedPositions(owner)}, sums as (
  select settlement_currency, exchange, symbol, count(*)::int as "positionCount", sum(quantity) as "netQuantity",
    max(mark) as mark, max(marked_at) as "markedAt", ${exposures}
  from valued
  group by grouping sets ((settlement_currency, exchange, symbol), (settlement_currency))
)
select s.settlement_currency as "settlementCurrency", s.exchange, s.symbol, s."positionCount",
  case when s.exchange is not null then s."netQuantity" end as "netQuantity",
  case when s.exchange is not null then s.mark end as mark,
  case when s.exchange is not null then s."markedAt" end as "markedAt",
  s."unmarkedPositions", s."longExposure", s."shortExposure", s."grossExposure", s."netExposure", s."unrealizedPnl",
  case when e.equity > 0 then round(s."grossExposure" * 100 / e.equity, 6) end as "grossEquityPercentage",
  case when e.equity > 0 then round(s."netExposure" * 100 / e.equity, 6) end as "netEquityPercentage"
from sums s
left join jsonb_to_recordset(:equities) as e(currency text, equity numeric) on e.currency = s.settlement_currency
order by s.settlement_currency, s.exchange nulls first, s.symbol`;

/**
 * What a snapshot says of positions: those in :currency summed, all of them listed. Amounts are rounded once, after
 * summing, to the 18 places a snapshot can hold.
 */
const valuationText = (
  owner: string,
  realizedPnl: string,
) => /* sql */ `${valuedPositions(owner)}, counted as (
  select * from valued where settlement_currency = :currency
), amounts as (
  select round(coalesce(sum(greatest(value, 0)), 0), 18) as "longExposure",
    round(coalesce(sum(greatest(-value, 0)), 0), 18) as "shortExposure",
    round(coalesce(sum(unrealized), 0), 18) as "unrealizedPnl",
    round(max(abs(value)) * 100 / nullif(sum(abs(value)), 0), 6) as "largestPositionPercentage",
    count(*)::int as "openPositions"
  from counted
)
select a.*, a."longExposure" - a."shortExposure" as "netExposure",
  round(${realizedPnl}, 18) as "realizedPnl",
  (
    select coalesce(jsonb_agg(jsonb_build_object(
      'strategyId', strategy_id, 'exchange', exchange, 'symbol', symbol, 'currency', settlement_currency,
      'quantity', quantity::text, 'contractMultiplier', contract_multiplier::text, 'mark', mark::text,
      'markedAt', marked_at, 'exposure', value::text,
      'unrealizedPnl', unrealized::text, 'isCounted', settlement_currency = :currency
    ) order by exchange, symbol, strategy_id), '[]')
    from valued
  ) as holdings,
  (
    select coalesce(jsonb_agg(jsonb_build_array(exchange, symbol)), '[]')
    from (select distinct exchange, symbol from counted where value is null order by exchange, symbol limit 10) u
  ) as unmarked
from amounts a`;

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

export const portfolioQueries = [
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
where ${curve} and taken_at >= :from and ${beforeCursor}
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
where strategy_id = :strategyId and taken_at >= :from and ${beforeCursor}
order by taken_at desc, id desc limit :limit`,
  ),
  catalogued(
    "portfolio_snapshots.list_deep_drawdowns",
    "operations",
    ["portfolio_snapshots_deep_drawdown_idx"],
    `select ${snapshot} from portfolio_snapshots
where account = :account and drawdown_percentage >= 20 and taken_at >= :from and ${beforeCursor}
order by taken_at desc, id desc limit :limit`,
  ),
  catalogued(
    "portfolio_snapshots.list_margin_pressure",
    "operations",
    ["portfolio_snapshots_margin_pressure_idx"],
    `select ${snapshot} from portfolio_snapshots
where account = :account and margin_used_percentage >= 80 and taken_at >= :from and ${beforeCursor}
order by taken_at desc, id desc limit :limit`,
  ),
  catalogued(
    "positions.exposure_of_account",
    "strategy_metrics",
    ["positions_open_account_idx", "market_series_pkey"],
    exposureText(ofAccount),
  ),
  catalogued(
    "positions.exposure",
    "strategy_metrics",
    ["positions_key", "market_series_pkey"],
    exposureText(ofStrategy),
  ),
  catalogued(
    "positions.valuation_of_account",
    "strategy_metrics",
    ["positions_open_account_idx", "market_series_pkey", "positions_key"],
    // No index leads with the account of flat positions, so each strategy that has positions is asked for those in it.
    valuationText(
      ofAccount,
      `((
    with recursive owner as (
      (select strategy_id from positions where strategy_id is not null order by strategy_id limit 1)
      union all
      select (select p.strategy_id from positions p where p.strategy_id > o.strategy_id order by p.strategy_id limit 1)
      from owner o where o.strategy_id is not null
    )
    select coalesce(sum(r.realized), 0)
    from owner o
    cross join lateral (
      select sum(p.realized_pnl) as realized from positions p
      where p.strategy_id = o.strategy_id and p.account = :account and p.settlement_currency = :currency
    ) r
  ) + (
    select coalesce(sum(p.realized_pnl), 0) from positions p
    where p.strategy_id is null and p.account = :account and p.settlement_currency = :currency
  ))`,
    ),
  ),
  catalogued(
    "positions.valuation",
    "strategy_metrics",
    ["positions_key", "market_series_pkey"],
    // Flat positions count too: what they realised stays realised.
    valuationText(
      ofStrategy,
      `(
    select coalesce(sum(p.realized_pnl), 0) from positions p where ${ofStrategy} and p.settlement_currency = :currency
  )`,
    ),
  ),
  catalogued(
    "strategies.get_limits",
    "operations",
    ["strategies_pkey"],
    `select id, base_currency as "baseCurrency", max_order_notional as "maxOrderNotional",
  max_position_notional as "maxPositionNotional", max_daily_loss as "maxDailyLoss",
  max_drawdown_percentage as "maxDrawdownPercentage", max_leverage as "maxLeverage", max_open_orders as "maxOpenOrders"
from strategies where id = :id`,
  ),
  catalogued(
    "strategies.list_active_ids",
    "operations",
    ["strategies_active_idx"],
    `select id, name from strategies where status = 'active' and name > :name order by name limit :limit`,
  ),
  catalogued(
    "positions.list_accounts",
    "operations",
    ["positions_key"],
    `select distinct account from positions where strategy_id = :strategyId order by account`,
  ),
  catalogued(
    "positions.notionals",
    "operations",
    ["positions_key", "market_series_pkey"],
    `${valuedPositions("p.strategy_id = :strategyId and (:account is null or p.account = :account)")}
select account, exchange, symbol, settlement_currency as currency, abs(value) as notional
from valued order by account, exchange, symbol`,
  ),
  catalogued(
    "strategy_daily_performance.net_of_day",
    "operations",
    ["strategy_daily_performance_pkey"],
    `select currency, sum(realized_pnl - fees) as net from strategy_daily_performance
where strategy_id = :strategyId and trading_day = :fromDay and (:account is null or account = :account)
group by currency order by currency`,
  ),
  catalogued(
    "open_orders.list_of_strategy",
    "operations",
    ["open_orders_strategy_idx"],
    `select order_id as "orderId", created_at as "createdAt" from open_orders
where strategy_id = :strategyId and (:account is null or account = :account)
  and (created_at, order_id) > (:cursorTime, :cursorId)
order by created_at, order_id limit :limit`,
  ),
  catalogued(
    "orders.notionals",
    "operations",
    ["orders_pkey", "positions_key"],
    // An order has no multiplier of its own: that of the position it is for counts, 1 where there is none yet.
    `with ${given}
select o.id as "orderId", o.account, o.exchange, o.symbol, p.settlement_currency as currency,
  o.quantity * coalesce(o.limit_price, o.stop_price, g.price, l.price) * coalesce(p.contract_multiplier, 1) as notional
from orders o
  left join lateral (
    select settlement_currency, contract_multiplier from positions p
    where p.strategy_id = o.strategy_id and p.account = o.account and p.exchange = o.exchange and p.symbol = o.symbol
    limit 1
  ) p on true
  ${markOf("o", ":knownAt")}
where o.id = any(:ids) and o.created_at >= :from and o.created_at < :to
order by o.id`,
  ),
];
