// Performance roll-up: the sums of strategy_daily_performance and the totals of strategies, changed by exactly
// what a statement changed. It hangs on updates of trades alone: a new fill counts once the accounting has given
// it a P&L, and the accounting does that by an update.
import { ownersTriggerFunction } from "../repeatable-object.ts";

/** What the sums are made of, and the key that tells one fill from another. */
export const counting =
  "id, executed_at, strategy_id, account, side, settlement_currency, notional, fee_currency, fee, realized_pnl, busted_at";

/** SQL, CTEs after `signed_fills`: what those fills add (sign 1) or take away (-1), in `delta`, per strategy, day, account, currency. */
export const dailySums = /* sql */ `counted as (
    select f.*, (f.executed_at at time zone 'UTC')::date as trading_day
    from signed_fills f join strategies s on s.id = f.strategy_id
    where f.realized_pnl is not null and f.busted_at is null
  ), parts as (
    select strategy_id, trading_day, account, settlement_currency as currency,
      sign as trades, sign * (side = 'buy')::int as buys,
      sign * (realized_pnl > 0)::int as wins, sign * (realized_pnl < 0)::int as losses,
      sign * greatest(realized_pnl, 0) as profit, sign * greatest(-realized_pnl, 0) as loss,
      sign * realized_pnl * realized_pnl as squared,
      case when side = 'buy' then sign * notional else 0 end as bought,
      case when side = 'sell' then sign * notional else 0 end as sold,
      0::numeric as fee
    from counted
    union all
    select strategy_id, trading_day, account, fee_currency, 0, 0, 0, 0, 0, 0, 0, 0, 0, sign * fee
    from counted where fee <> 0
  ), delta as materialized (
    select strategy_id, trading_day, account, currency, sum(trades) as trades, sum(buys) as buys,
      sum(wins) as wins, sum(losses) as losses, sum(profit) as profit, sum(loss) as loss, sum(squared) as squared,
      sum(bought) as bought, sum(sold) as sold, sum(fee) as fee
    from parts
    group by strategy_id, trading_day, account, currency
  )`;

export const rollUpPerformance = ownersTriggerFunction(
  "roll_up_performance",
  /* sql */ `
begin
  -- One strategy's fills are rolled up by one session at a time; the accounting holds these locks already.
  perform from strategies
  where id in (select strategy_id from old_fills union select strategy_id from new_fills)
  order by id for no key update;
  if not found then
    return null;
  end if;

  -- A late fill changes the running position of every fill after it, and the P&L of few: only those go on from here.
  with signed_fills as (
    select 1 as sign, f.* from (select ${counting} from new_fills except select ${counting} from old_fills) f
    union all
    select -1, f.* from (select ${counting} from old_fills except select ${counting} from new_fills) f
  ), ${dailySums}, made as (
    -- A sum that is new holds additions only, so the row that may be inserted meets every check.
    insert into strategy_daily_performance as p (
      strategy_id, trading_day, account, currency, trade_count, buy_count, winning_trades, losing_trades,
      gross_profit, gross_loss, realized_pnl_squared, buy_notional, sell_notional, fees)
    select strategy_id, trading_day, account, currency, trades, buys, wins, losses, profit, loss, squared, bought, sold, fee
    from delta d
    where not exists (
      select from strategy_daily_performance e
      where e.strategy_id = d.strategy_id and e.trading_day = d.trading_day and e.account = d.account and e.currency = d.currency
    )
    -- A row that is there and not seen, at repeatable read: this tells the session to try again (40001).
    on conflict (strategy_id, trading_day, account, currency) do update set
      trade_count = p.trade_count + excluded.trade_count,
      buy_count = p.buy_count + excluded.buy_count,
      winning_trades = p.winning_trades + excluded.winning_trades,
      losing_trades = p.losing_trades + excluded.losing_trades,
      gross_profit = p.gross_profit + excluded.gross_profit,
      gross_loss = p.gross_loss + excluded.gross_loss,
      realized_pnl_squared = p.realized_pnl_squared + excluded.realized_pnl_squared,
      buy_notional = p.buy_notional + excluded.buy_notional,
      sell_notional = p.sell_notional + excluded.sell_notional,
      fees = p.fees + excluded.fees
  ), changed as (
    update strategy_daily_performance p set
      trade_count = p.trade_count + d.trades,
      buy_count = p.buy_count + d.buys,
      winning_trades = p.winning_trades + d.wins,
      losing_trades = p.losing_trades + d.losses,
      gross_profit = p.gross_profit + d.profit,
      gross_loss = p.gross_loss + d.loss,
      realized_pnl_squared = p.realized_pnl_squared + d.squared,
      buy_notional = p.buy_notional + d.bought,
      sell_notional = p.sell_notional + d.sold,
      fees = p.fees + d.fee
    from delta d
    where p.strategy_id = d.strategy_id and p.trading_day = d.trading_day and p.account = d.account and p.currency = d.currency
  )
  update strategies s set
    total_trades = s.total_trades + d.trades,
    winning_trades = s.winning_trades + d.wins,
    losing_trades = s.losing_trades + d.losses,
    gross_profit = s.gross_profit + d.profit,
    gross_loss = s.gross_loss + d.loss,
    total_fees = s.total_fees + d.fee
  from (
    select strategy_id, currency, sum(trades) as trades, sum(wins) as wins, sum(losses) as losses,
      sum(profit) as profit, sum(loss) as loss, sum(fee) as fee
    from delta group by strategy_id, currency
  ) d
  where s.id = d.strategy_id and s.base_currency = d.currency;
  return null;
end`,
);
