// What is asked of strategies and their daily roll-up.
import { catalogued } from "./catalogued-query.ts";

export const strategyQueries = [
  catalogued(
    "strategies.get",
    "strategy_metrics",
    ["strategies_pkey"],
    `select * from strategies where id = :id`,
  ),
  catalogued(
    "strategies.get_by_name",
    "operations",
    ["strategies_name_key"],
    `select * from strategies where name = :name`,
  ),
  catalogued(
    "strategies.list_active",
    "operations",
    ["strategies_active_idx"],
    `select id, name, version, configuration from strategies where status = 'active' order by name limit :limit`,
  ),
  catalogued(
    "strategies.list_by_kind",
    "operations",
    ["strategies_kind_created_at_idx"],
    `select * from strategies where kind = :kind order by created_at desc limit :limit`,
  ),
  catalogued(
    "strategies.list_page",
    "operations",
    ["strategies_created_at_idx"],
    `select * from strategies where (created_at, id) < (:cursorTime, :cursorId) order by created_at desc, id desc limit :limit`,
  ),
  catalogued(
    "strategies.find_by_symbol",
    "operations",
    ["strategies_symbols_idx"],
    `select id, name, status from strategies where symbols @> array[:symbol]`,
  ),
  catalogued(
    "strategies.find_by_tag",
    "operations",
    ["strategies_tags_idx"],
    `select id, name, status from strategies where tags @> array[:tag]`,
  ),
  catalogued(
    "strategies.find_by_configuration",
    "operations",
    ["strategies_configuration_idx"],
    `select id, name, status from strategies where configuration @> :context`,
  ),
  catalogued(
    "strategy_daily_performance.range",
    "strategy_metrics",
    ["strategy_daily_performance_pkey"],
    `select trading_day, account, currency, trade_count, winning_trades, losing_trades, gross_profit, gross_loss, realized_pnl, fees
from strategy_daily_performance
where strategy_id = :strategyId and trading_day between :fromDay and :toDay
order by trading_day, account, currency`,
  ),
  catalogued(
    "strategy_daily_performance.list_day",
    "strategy_metrics",
    ["strategy_daily_performance_day_idx"],
    `select * from strategy_daily_performance where trading_day = :fromDay order by strategy_id limit :limit`,
  ),
  catalogued(
    "strategy_daily_performance.list_by_account",
    "strategy_metrics",
    ["strategy_daily_performance_account_idx"],
    `select trading_day, currency, sum(realized_pnl) as realized_pnl, sum(fees) as fees
from strategy_daily_performance
where account = :account and trading_day between :fromDay and :toDay
group by trading_day, currency
order by trading_day desc`,
  ),
];
