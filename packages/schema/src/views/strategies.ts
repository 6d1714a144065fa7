// Views of strategies: what runs now, and how it did lately. Amounts are per currency, never added across.
import { sqlView } from "../repeatable-object.ts";

/** Strategies in state active, with their open orders and positions. */
export const activeStrategies = sqlView(
  "active_strategies",
  /* sql */ `
select
  s.id,
  s.name,
  s.kind,
  s.version,
  s.base_currency,
  s.symbols,
  s.activated_at,
  s.total_trades,
  s.winning_trades,
  s.losing_trades,
  s.total_realized_pnl,
  s.total_fees,
  o.open_orders,
  p.open_positions
from strategies s
cross join lateral (
  select count(*) as open_orders from open_orders where strategy_id = s.id
) o
cross join lateral (
  select count(*) as open_positions from positions where strategy_id = s.id and quantity <> 0
) p
where s.status = 'active'`,
);

/** The last 30 UTC days of each strategy, today included, per currency. */
export const recentPerformance = sqlView(
  "recent_performance",
  /* sql */ `
select
  p.strategy_id,
  s.name as strategy_name,
  p.currency,
  count(distinct p.trading_day) filter (where p.trade_count > 0) as trading_days,
  sum(p.trade_count) as trade_count,
  sum(p.winning_trades) as winning_trades,
  sum(p.losing_trades) as losing_trades,
  sum(p.winning_trades) / nullif(sum(p.winning_trades + p.losing_trades), 0) as win_rate,
  sum(p.gross_profit) as gross_profit,
  sum(p.gross_loss) as gross_loss,
  sum(p.gross_profit) / nullif(sum(p.gross_loss), 0) as profit_factor,
  sum(p.realized_pnl) as realized_pnl,
  sum(p.fees) as fees,
  sum(p.realized_pnl - p.fees) as net_pnl
from strategy_daily_performance p
join strategies s on s.id = p.strategy_id
where p.trading_day > (now() at time zone 'UTC')::date - 30
group by p.strategy_id, s.name, p.currency`,
);
