// Performance roll-up: the sums of strategy_daily_performance and the totals of strategies, changed by exactly
// what a statement changed. It hangs on updates of trades alone: a new fill counts once the accounting has given
// it a P&L, and the accounting does that by an update. The greatest win and loss of a day are no sums: one that was
// taken away is sought anew among that day's fills.
import { ownersTriggerFunction, sqlFunction } from "../repeatable-object.ts";

/** What the sums are made of, and the key that tells one fill from another. */
export const counting =
  "id, executed_at, strategy_id, account, side, settlement_currency, notional, fee_currency, fee, realized_pnl, busted_at";

/** Columns of the roll-up that fills add to. */
export const summedColumns = /* sql */ `trade_count, buy_count, winning_trades, losing_trades, long_winning_trades, long_losing_trades,
    gross_profit, gross_loss, largest_win, largest_loss, realized_pnl_squared, buy_notional, sell_notional, fees`;

/** What `delta` has for each of `summedColumns`, in their order. */
export const summed = /* sql */ `trades, buys, wins, losses, long_wins, long_losses, profit, loss, win_in, loss_in, squared, bought, sold, fee`;

/** SQL, CTEs after `signed_fills`: what those fills add (sign 1) or take away (-1), in `delta`, per strategy, day, account, currency. */
export const dailySums = /* sql */ `counted as (
    select f.*, (f.executed_at at time zone 'UTC')::date as trading_day
    from signed_fills f join strategies s on s.id = f.strategy_id
    where f.realized_pnl is not null and f.busted_at is null
  ), parts as (
    select strategy_id, trading_day, account, settlement_currency as currency,
      sign as trades, sign * (side = 'buy')::int as buys,
      sign * (realized_pnl > 0)::int as wins, sign * (realized_pnl < 0)::int as losses,
      sign * (side = 'sell' and realized_pnl > 0)::int as long_wins,
      sign * (side = 'sell' and realized_pnl < 0)::int as long_losses,
      sign * realized_pnl as signed_pnl, sign,
      sign * greatest(realized_pnl, 0) as profit, sign * greatest(-realized_pnl, 0) as loss,
      sign * realized_pnl * realized_pnl as squared,
      case when side = 'buy' then sign * notional else 0 end as bought,
      case when side = 'sell' then sign * notional else 0 end as sold,
      0::numeric as fee
    from counted
    union all
    select strategy_id, trading_day, account, fee_currency, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, sign * fee
    from counted where fee <> 0
  ), delta as materialized (
    select strategy_id, trading_day, account, currency, sum(trades) as trades, sum(buys) as buys,
      sum(wins) as wins, sum(losses) as losses, sum(long_wins) as long_wins, sum(long_losses) as long_losses,
      sum(profit) as profit, sum(loss) as loss, sum(squared) as squared,
      sum(bought) as bought, sum(sold) as sold, sum(fee) as fee,
      coalesce(max(greatest(signed_pnl, 0)) filter (where sign = 1), 0) as win_in,
      coalesce(max(greatest(-signed_pnl, 0)) filter (where sign = 1), 0) as loss_in,
      coalesce(max(greatest(-signed_pnl, 0)) filter (where sign = -1), 0) as win_out,
      coalesce(max(greatest(signed_pnl, 0)) filter (where sign = -1), 0) as loss_out
    from parts
    group by strategy_id, trading_day, account, currency
  )`;

/**
 * Seeks the greatest win and loss of one day anew, in the fills that day has: what only adds cannot say what the second
 * greatest was. The planner knows the day, so one chunk is asked. Of fills that left after their years the extremes are kept.
 */
export const restateExtremes = sqlFunction(
  "restate_extremes",
  "uuid, date, text, text",
  /* sql */ `
create or replace function restate_extremes(of_strategy uuid, of_day date, of_account text, of_currency text) returns void
language plpgsql
set plan_cache_mode = force_custom_plan
as $$
declare
  day_begins constant timestamp with time zone := of_day::timestamp at time zone 'UTC';
  day_ends constant timestamp with time zone := (of_day + 1)::timestamp at time zone 'UTC';
  highest numeric;
  lowest numeric;
begin
  select max(t.realized_pnl), min(t.realized_pnl) into highest, lowest
  from trades t
  where t.strategy_id = of_strategy and t.executed_at >= day_begins and t.executed_at < day_ends
    and t.account = of_account and t.settlement_currency = of_currency and t.busted_at is null;
  update strategy_daily_performance p
  set largest_win = greatest(highest, p.purged_largest_win), largest_loss = greatest(-lowest, p.purged_largest_loss)
  where p.strategy_id = of_strategy and p.trading_day = of_day and p.account = of_account and p.currency = of_currency;
end
$$`,
);

export const rollUpPerformance = ownersTriggerFunction(
  "roll_up_performance",
  /* sql */ `
declare
  stale record;
begin
  -- One strategy's fills are rolled up by one session at a time; the accounting holds these locks already.
  perform from strategies
  where id in (select strategy_id from old_fills union select strategy_id from new_fills)
  order by id for no key update;
  if not found then
    return null;
  end if;

  -- A late fill changes the running position of every fill after it, and the P&L of few: only those go on from here.
  for stale in with signed_fills as (
    select 1 as sign, f.* from (select ${counting} from new_fills except select ${counting} from old_fills) f
    union all
    select -1, f.* from (select ${counting} from old_fills except select ${counting} from new_fills) f
  ), ${dailySums}, made as (
    -- A sum that is new holds additions only, so the row that may be inserted meets every check.
    insert into strategy_daily_performance as p (
      strategy_id, trading_day, account, currency, ${summedColumns})
    select strategy_id, trading_day, account, currency, ${summed}
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
      long_winning_trades = p.long_winning_trades + excluded.long_winning_trades,
      long_losing_trades = p.long_losing_trades + excluded.long_losing_trades,
      gross_profit = p.gross_profit + excluded.gross_profit,
      gross_loss = p.gross_loss + excluded.gross_loss,
      largest_win = greatest(p.largest_win, excluded.largest_win),
      largest_loss = greatest(p.largest_loss, excluded.largest_loss),
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
      long_winning_trades = p.long_winning_trades + d.long_wins,
      long_losing_trades = p.long_losing_trades + d.long_losses,
      gross_profit = p.gross_profit + d.profit,
      gross_loss = p.gross_loss + d.loss,
      largest_win = greatest(p.largest_win, d.win_in),
      largest_loss = greatest(p.largest_loss, d.loss_in),
      realized_pnl_squared = p.realized_pnl_squared + d.squared,
      buy_notional = p.buy_notional + d.bought,
      sell_notional = p.sell_notional + d.sold,
      fees = p.fees + d.fee
    from delta d
    where p.strategy_id = d.strategy_id and p.trading_day = d.trading_day and p.account = d.account and p.currency = d.currency
    returning p.strategy_id, p.trading_day, p.account, p.currency,
      (d.win_out > 0 and d.win_out >= p.largest_win) or (d.loss_out > 0 and d.loss_out >= p.largest_loss) as is_stale
  ), totals as (
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
    where s.id = d.strategy_id and s.base_currency = d.currency
  )
  select c.strategy_id, c.trading_day, c.account, c.currency from changed c where c.is_stale
  loop
    perform restate_extremes(stale.strategy_id, stale.trading_day, stale.account, stale.currency);
  end loop;
  return null;
end`,
);
