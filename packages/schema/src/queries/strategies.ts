// What is asked of strategies, of their limits and of their daily roll-up.
import { catalogued } from "./catalogued-query.ts";
import { selectList } from "./select-list.ts";

const limitColumns = [
  "max_order_notional",
  "max_position_notional",
  "max_daily_loss",
  "max_drawdown_percentage",
  "max_leverage",
  "max_open_orders",
] as const;

/** A strategy as TypeScript has it; counts are floats, exact up to 2^53. */
export const strategyColumns = /* sql */ `${selectList([
  "id",
  "created_at",
  "updated_at",
  "version",
  "name",
  "description",
  "kind",
  "status",
  "activated_at",
  "stopped_at",
  "base_currency",
  "configuration",
  "symbols",
  "tags",
  ...limitColumns,
  "investment_decision_algorithm_id",
  "execution_algorithm_id",
  "decision_maker_id",
])}, total_trades::float8 as "totalTrades", winning_trades::float8 as "winningTrades",
  losing_trades::float8 as "losingTrades", gross_profit as "grossProfit", gross_loss as "grossLoss",
  total_realized_pnl as "totalRealizedPnl", total_fees as "totalFees"`;

/** One page of strategies, newest first, of the states asked for. */
const page = (condition: string) => /* sql */ `
select ${strategyColumns} from strategies
where ${condition} and status = any(:strategyStatuses) and created_at <= :cursorTime
  and (created_at, id) < (:cursorTime, :cursorId)
order by created_at desc, id desc limit :limit`;

/** The roll-up's columns, as the figures have them. */
const rollUpColumns = /* sql */ `trading_day, account, currency, trade_count as trades, buy_count as buys, winning_trades as wins,
    losing_trades as losses, long_winning_trades as long_wins, long_losing_trades as long_losses,
    gross_profit as profit, gross_loss as loss, realized_pnl as pnl, realized_pnl_squared as squared, largest_win, largest_loss,
    buy_notional as bought, sell_notional as sold, fees as fee`;

/** The roll-up's rows of one strategy over whole UTC days. */
const wholeDays = /* sql */ `select ${rollUpColumns}
  from strategy_daily_performance
  where strategy_id = :strategyId and trading_day >= (:wholeFrom at time zone 'UTC')::date
    and trading_day < (:wholeTo at time zone 'UTC')::date`;

/** The same of what is left at either end of [from, to), from the fills themselves, each end bounded so that the planner sees its chunks.
 * As in the roll-up, a fill counts once it is accounted. */
const edgeParts = /* sql */ `edges as (
  select executed_at, account, side, settlement_currency, notional, fee_currency, fee, realized_pnl from trades
  where strategy_id = :strategyId and executed_at >= :from and executed_at < :wholeFrom and busted_at is null and realized_pnl is not null
  union all
  select executed_at, account, side, settlement_currency, notional, fee_currency, fee, realized_pnl from trades
  where strategy_id = :strategyId and executed_at >= :wholeTo and executed_at < :to and busted_at is null and realized_pnl is not null
), edge_parts as (
  select (executed_at at time zone 'UTC')::date as trading_day, account, settlement_currency as currency, 1 as trades,
    (side = 'buy')::int as buys, (realized_pnl > 0)::int as wins, (realized_pnl < 0)::int as losses,
    (realized_pnl > 0 and side = 'sell')::int as long_wins, (realized_pnl < 0 and side = 'sell')::int as long_losses,
    greatest(realized_pnl, 0) as profit, greatest(-realized_pnl, 0) as loss, realized_pnl as pnl,
    realized_pnl * realized_pnl as squared,
    case when side = 'buy' then notional else 0 end as bought, case when side = 'sell' then notional else 0 end as sold,
    0 as fee
  from edges
  union all
  select (executed_at at time zone 'UTC')::date, account, fee_currency, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, fee from edges where fee <> 0
)`;

/** Sums of the roll-up's rows, and what follows from them. Quotients are rounded at 18 places; NULL where undefined. */
const figures = /* sql */ `
  coalesce(sum(trades), 0)::float8 as "fillCount", coalesce(sum(buys), 0)::float8 as "buyCount",
  coalesce(sum(wins), 0)::float8 as "winningTrades", coalesce(sum(losses), 0)::float8 as "losingTrades",
  coalesce(sum(long_wins), 0)::float8 as "longWinningTrades", coalesce(sum(long_losses), 0)::float8 as "longLosingTrades",
  coalesce(sum(profit), 0) as "grossProfit", coalesce(sum(loss), 0) as "grossLoss",
  coalesce(sum(profit) - sum(loss), 0) as "grossPnl", coalesce(sum(fee), 0) as fees,
  coalesce(sum(profit) - sum(loss) - sum(fee), 0) as "netPnl",
  round(sum(profit) / nullif(sum(wins), 0), 18) as "averageWin",
  round(sum(loss) / nullif(sum(losses), 0), 18) as "averageLoss",
  round((sum(profit) - sum(loss)) / nullif(sum(wins) + sum(losses), 0), 18) as expectancy,
  nullif(max(largest_win), 0) as "largestWin", nullif(max(largest_loss), 0) as "largestLoss",
  (sum(wins) / nullif(sum(wins) + sum(losses), 0))::float8 as "winRate",
  (sum(long_wins) / nullif(sum(long_wins) + sum(long_losses), 0))::float8 as "longWinRate",
  ((sum(wins) - sum(long_wins)) / nullif(sum(wins) + sum(losses) - sum(long_wins) - sum(long_losses), 0))::float8
    as "shortWinRate",
  (sum(profit) / nullif(sum(loss), 0))::float8 as "profitFactor",
  (sum(profit) * sum(losses) / nullif(sum(wins) * sum(loss), 0))::float8 as "payoffRatio",
  case when sum(wins) + sum(losses) > 1 then sqrt(greatest(
    (sum(squared) - (sum(profit) - sum(loss)) * (sum(profit) - sum(loss)) / (sum(wins) + sum(losses)))
      / (sum(wins) + sum(losses) - 1), 0))::float8 end as "pnlDeviation",
  coalesce(sum(bought), 0) as "buyNotional", coalesce(sum(sold), 0) as "sellNotional"`;

/**
 * A row for each currency with anything in it, and for that of the figures: the figures, and the days as lists, so that years cost no row
 * per day. In no order, which would have all days sorted by currency first. A day is there once per account: to group by it, or to count
 * the different ones here, took longer than everything else. Lists of text took half of the time of arrays, which look at each element
 * for what is to be quoted.
 */
const performance = (rows: string) => /* sql */ `
select currency, ${figures},
  string_agg((trading_day - (:from at time zone 'UTC')::date)::text, ',') as "dayOffsets",
  string_agg((pnl - fee)::text, ',') as "netPnlOfDays",
  string_agg(case when trades > 0 then '1' else '0' end, '') as "hasFills"
from (
  ${rows}
) parts
where :onlyAccount is null or account = :onlyAccount
group by currency
having currency = :currency or sum(trades) > 0 or sum(fee) <> 0`;

export const strategyQueries = [
  catalogued(
    "strategies.get",
    "strategy_metrics",
    ["strategies_pkey"],
    `select ${strategyColumns} from strategies where id = :id`,
  ),
  catalogued(
    "strategies.get_by_name",
    "operations",
    ["strategies_name_key"],
    `select ${strategyColumns} from strategies where name = :name`,
  ),
  catalogued(
    "strategies.get_compared",
    "operations",
    ["strategies_pkey"],
    // What is given lies over what is stored: nothing changes where it is the same, amounts compared by value.
    `select ${strategyColumns}, to_jsonb(jsonb_populate_record(s, :changes)) = to_jsonb(s) as "isSame"
from strategies s where id = :id`,
  ),
  catalogued(
    "strategies.list_active",
    "operations",
    ["strategies_active_idx"],
    `select ${strategyColumns} from strategies
where status = 'active' and name > :name order by name limit :limit`,
  ),
  catalogued("strategies.list_page", "operations", ["strategies_created_at_idx"], page("true")),
  catalogued(
    "strategies.list_by_kind",
    "operations",
    ["strategies_kind_created_at_idx"],
    page("kind = :kind"),
  ),
  catalogued(
    "strategies.find_by_symbol",
    "operations",
    ["strategies_symbols_idx"],
    page("symbols @> array[:symbol]"),
  ),
  catalogued("strategies.find_by_tag", "operations", ["strategies_tags_idx"], page("tags @> array[:tag]")),
  catalogued(
    "strategies.find_by_configuration",
    "operations",
    ["strategies_configuration_idx"],
    page("configuration @> :context"),
  ),
  catalogued(
    "strategies.risk_usage",
    "strategy_metrics",
    ["strategies_pkey", "open_orders_strategy_idx"],
    `select s.id as "strategyId", s.version, s.base_currency as currency, ${selectList(limitColumns, "s")},
  (select count(*)::int from open_orders o where o.strategy_id = s.id) as "openOrders",
  (
    select coalesce(sum(p.realized_pnl - p.fees), 0) from strategy_daily_performance p
    where p.strategy_id = s.id and p.trading_day = :fromDay and p.currency = s.base_currency
  ) as "netPnlToday"
from strategies s where s.id = :strategyId`,
  ),
  catalogued(
    "strategies.list_position_notionals",
    "strategy_metrics",
    ["positions_key"],
    `select account, exchange, symbol, settlement_currency as currency, quantity,
  cost_basis * contract_multiplier as "costNotional"
from positions where strategy_id = :strategyId and quantity <> 0
  and (account, exchange, symbol) > (:cursorAccount, :cursorExchange, :cursorSymbol)
order by account, exchange, symbol limit :limit`,
  ),
  catalogued(
    "strategies.performance",
    "strategy_metrics",
    ["strategy_daily_performance_pkey"],
    performance(wholeDays),
  ),
  catalogued(
    "strategies.performance_with_ends",
    "strategy_metrics",
    ["strategy_daily_performance_pkey", "trades_strategy_executed_at_idx"],
    // Apart from the other, because the fills are planned for too, where there are none to read.
    `with ${edgeParts}${performance(`${wholeDays}
  union all
  select trading_day, account, currency, trades, buys, wins, losses, long_wins, long_losses, profit, loss, pnl, squared,
    profit, loss, bought, sold, fee
  from edge_parts`)}`,
  ),
  catalogued(
    "strategies.fill_outcomes",
    "strategy_metrics",
    ["trades_strategy_executed_at_idx"],
    // One character for each fill that won or lost, in the order of accounting, of the `limit` fills from the cursor on; and the last one looked at.
    `select coalesce(string_agg(case when realized_pnl > 0 then '+' else '-' end, '' order by executed_at, id) filter (
    where busted_at is null and settlement_currency = :currency and realized_pnl <> 0 and (:onlyAccount is null or account = :onlyAccount)
  ), '') as outcomes, count(*)::int as fills, max(executed_at) as "lastTime", (array_agg(id order by executed_at, id))[count(*)] as "lastId"
from (
  select executed_at, id, realized_pnl, busted_at, settlement_currency, account from trades
  where strategy_id = :strategyId and executed_at >= :from and executed_at < :to and (executed_at > :from or id > :cursorId)
  order by executed_at, id limit :limit
) f`,
  ),
  catalogued(
    "strategies.exposure",
    "strategy_metrics",
    ["portfolio_snapshots_curve_key"],
    `select count(*)::float8 as snapshots, (count(*) filter (where open_positions > 0))::float8 as "withPosition",
  (count(*) filter (where equity > 0))::float8 as "withEquity",
  coalesce(sum(gross_exposure / equity) filter (where equity > 0), 0)::float8 as leverages
from portfolio_snapshots
where account = :account and strategy_id = :strategyId and currency = :currency and taken_at >= :from and taken_at < :to`,
  ),
  catalogued(
    "strategies.daily_closes",
    "market_data",
    ["market_data_pkey"],
    `select time, close from market_data
where exchange = :exchange and symbol = :symbol and timeframe = '1d' and time >= :from and time < :to
order by time`,
  ),
  catalogued(
    "strategy_daily_performance.leaderboard",
    "strategy_metrics",
    ["strategy_daily_performance_day_idx"],
    `select f.*, s.name, s.status
from (
  select strategy_id as "strategyId", ${figures}, count(distinct trading_day)::int as "tradingDays"
  from (
    select strategy_id, ${rollUpColumns}
    from strategy_daily_performance
    where trading_day between :fromDay and :toDay and currency = :currency
  ) d
  group by strategy_id
) f
join strategies s on s.id = f."strategyId"
order by f."netPnl" desc, s.id limit :limit`,
  ),
];
