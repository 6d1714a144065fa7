// Rebuild of the accounting: every position, P&L and sum made anew from the fills there are. For the owner, after a
// trigger on trades had been missing, disabled or different; in ordinary running nothing needs it. It reads all fills
// and keeps other writers of trades out while it runs.
import { sqlFunction } from "../repeatable-object.ts";
import { noteAllLateFills } from "./late-fills.ts";
import { counting, dailySums, summed, summedColumns } from "./performance-roll-up.ts";
import { beginMaintenance, endMaintenance } from "./written-by-caller.ts";

const totals = {
  total_trades: "trade_count",
  winning_trades: "winning_trades",
  losing_trades: "losing_trades",
  gross_profit: "gross_profit",
  gross_loss: "gross_loss",
  total_fees: "fees",
};

/**
 * Gives the number of positions accounted. A position that fills have left goes on from the first fill after the mark; what
 * cannot be accounted any more is named in a warning and left as it is.
 */
export const rebuildAccounting = sqlFunction(
  "rebuild_accounting",
  "",
  /* sql */ `
create or replace function rebuild_accounting() returns bigint
language plpgsql
set search_path = public, pg_temp
as $$
declare
  -- No UUIDv7 is before the one, or after the other.
  before_all constant uuid := '00000000-0000-0000-0000-000000000000';
  after_all constant uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  affected record;
  base timestamp with time zone;
  accounted uuid[] := '{}';
begin
  lock table trades in share row exclusive mode;
  ${beginMaintenance}
  ${noteAllLateFills}

  -- The sums first, of the P&L as it stands: what changes below is rolled up by trigger, and must find its row.
  delete from strategy_daily_performance;
  with signed_fills as (
    select 1 as sign, ${counting} from trades
  ), ${dailySums}
  insert into strategy_daily_performance (
    strategy_id, trading_day, account, currency, ${summedColumns})
  select strategy_id, trading_day, account, currency, ${summed}
  from delta;
  update strategies s set
    ${Object.keys(totals)
      .map((total) => `${total} = d.${total}`)
      .join(", ")}
  from (
    select s.id, ${Object.entries(totals)
      .map(([total, sum]) => `coalesce(sum(p.${sum}), 0) as ${total}`)
      .join(", ")}
    from strategies s
    left join strategy_daily_performance p on p.strategy_id = s.id and p.currency = s.base_currency
    group by s.id
  ) d
  where s.id = d.id;

  -- A position whose fills are all there begins from nothing; one that lost some without a mark keeps what it has.
  update positions p set
    quantity = 0, cost_basis = 0, realized_pnl = 0, fill_count = 0,
    first_fill_at = null, last_fill_at = null, last_fill_id = null
  where p.purged_through is null and (
    p.first_fill_at is null
    or exists (
      select from trades t
      where t.strategy_id is not distinct from p.strategy_id and t.account = p.account and t.exchange = p.exchange
        and t.symbol = p.symbol and t.executed_at = p.first_fill_at
    )
  );
  for affected in
    select t.*
    from (
      select strategy_id, account, exchange, symbol, settlement_currency, contract_multiplier,
        bool_or(busted_at is null) as counts, min(executed_at) as from_time,
        count(*) filter (where busted_at is null and realized_pnl is not null) as counted,
        coalesce(sum(realized_pnl), 0) as pnl
      from trades
      group by strategy_id, account, exchange, symbol, settlement_currency, contract_multiplier
    ) t
    where not exists (
      select from positions p
      where p.strategy_id is not distinct from t.strategy_id and p.account = t.account and p.exchange = t.exchange
        and p.symbol = t.symbol and p.last_fill_at is not null
    )
    order by t.strategy_id, t.account, t.exchange, t.symbol
  loop
    perform account_position(
      affected.strategy_id, affected.account, affected.exchange, affected.symbol, affected.settlement_currency,
      affected.contract_multiplier, affected.counts, affected.from_time, before_all, 'infinity', -affected.counted, -affected.pnl);
    accounted := array_append(accounted, (
      select p.id from positions p
      where p.strategy_id is not distinct from affected.strategy_id and p.account = affected.account
        and p.exchange = affected.exchange and p.symbol = affected.symbol));
  end loop;

  for affected in select * from positions p where p.last_fill_at is not null and p.id <> all (accounted) loop
    select t.executed_at into base
    from trades t
    where t.strategy_id is not distinct from affected.strategy_id and t.account = affected.account
      and t.exchange = affected.exchange and t.symbol = affected.symbol
      and t.executed_at > coalesce(affected.purged_through, '-infinity') and t.position_quantity is not null
    order by t.executed_at limit 1;
    if exists (
      select from trades t
      where t.strategy_id is not distinct from affected.strategy_id and t.account = affected.account
        and t.exchange = affected.exchange and t.symbol = affected.symbol
        and t.position_quantity is null and (base is null or t.executed_at < base)
    ) then
      raise warning 'Fills of % of account % cannot be accounted: fills before them have left the database.',
        affected.symbol, affected.account;
    end if;
    if exists (
      select from trades t
      where t.strategy_id is not distinct from affected.strategy_id and t.account = affected.account
        and t.exchange = affected.exchange and t.symbol = affected.symbol and t.executed_at > base
    ) then
      perform account_position(
        affected.strategy_id, affected.account, affected.exchange, affected.symbol, affected.settlement_currency,
        affected.contract_multiplier, false, base, after_all, 'infinity', 0, 0);
      accounted := array_append(accounted, affected.id);
    end if;
  end loop;

  ${endMaintenance}
  return (select count(distinct id) from unnest(accounted) as id);
end
$$
--> statement-breakpoint
revoke execute on function rebuild_accounting() from public`,
);
