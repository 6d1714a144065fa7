// What is asked of realised P&L over time: by period out of the daily roll-up, or fill by fill.
import { catalogued } from "./catalogued-query.ts";
import { selectList } from "./select-list.ts";
import { fillsForward } from "./trade-conditions.ts";

/** What a fill earned and what it cost, in the currency of each; the roll-up counts the same two ways. */
const earnings = `cross join lateral (values
    (settlement_currency, 1, greatest(realized_pnl, 0), greatest(-realized_pnl, 0), 0::numeric),
    (fee_currency, 0, 0, 0, fee)
  ) as earned (currency, trades, profit, loss, fee)`;

/** Sums per period and currency, and the running sum since the beginning of the range. */
const seriesOf = (days: string): string => `with days (day, currency, trades, profit, loss, fee) as (
  ${days}
), periods as (
  select date_trunc(:resolution, day::timestamp)::date as period, currency, sum(trades)::float8 as "tradeCount",
    sum(profit) as "grossProfit", sum(loss) as "grossLoss", sum(profit - loss) as "realizedPnl", sum(fee) as fees,
    sum(profit - loss - fee) as "netPnl"
  from days group by 1, 2
)
select *, sum("netPnl") over (partition by currency order by period) as "cumulativeNetPnl"
from periods order by period, currency`;

const rolledUp = `select trading_day, currency, trade_count, gross_profit, gross_loss, fees
  from strategy_daily_performance`;

const pnlFill = selectList([
  "id",
  "executed_at",
  "settlement_currency",
  "realized_pnl",
  "fee",
  "fee_currency",
]);

export const realizedPnlQueries = [
  catalogued(
    "trades.pnl_by_strategy",
    "trade_history",
    ["trades_strategy_executed_at_idx"],
    `select ${pnlFill} from trades where strategy_id = :strategyId and busted_at is null and ${fillsForward}`,
  ),
  catalogued(
    "trades.pnl_by_account",
    "trade_history",
    ["trades_account_executed_at_idx"],
    `select ${pnlFill} from trades where account = :account and busted_at is null and ${fillsForward}`,
  ),
  catalogued(
    "strategy_daily_performance.series_by_strategy",
    "strategy_metrics",
    ["strategy_daily_performance_pkey"],
    seriesOf(`${rolledUp} where strategy_id = :strategyId and trading_day between :fromDay and :toDay`),
  ),
  catalogued(
    "strategy_daily_performance.series_by_account",
    "strategy_metrics",
    ["strategy_daily_performance_account_idx"],
    // Fills of no strategy are in no roll-up.
    seriesOf(`${rolledUp} where account = :account and trading_day between :fromDay and :toDay
  union all
  select (executed_at at time zone 'UTC')::date, earned.currency, earned.trades, earned.profit, earned.loss, earned.fee
  from trades ${earnings}
  where strategy_id is null and account = :account and busted_at is null
    and executed_at >= :fromDay::timestamp at time zone 'UTC'
    and executed_at < (:toDay + 1)::timestamp at time zone 'UTC'
    and (earned.trades = 1 or earned.fee <> 0)`),
  ),
];
