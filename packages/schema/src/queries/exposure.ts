// What is asked of open positions at a price: their sums by instrument and currency, and what a snapshot says of them. Of one
// strategy in an account, or of the whole account, as two indexes find them.
import { catalogued } from "./catalogued-query.ts";
import { valuedPositions } from "./valued-positions.ts";

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

export const exposureQueries = [
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
];
