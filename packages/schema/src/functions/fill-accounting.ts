// Fill accounting: what happens to trades and positions when fills arrive or are busted. It runs once per
// statement (a COPY of a million fills is one), locks strategies, then positions, each in order of key, and
// accounts every affected position from its earliest new fill on, in the order of (executed_at, id). So any order
// and any batching of the same fills ends in the same rows.
import { ownersTriggerFunction, sqlFunction } from "../repeatable-object.ts";
import { holdChunks } from "./held-chunks.ts";
import { trades } from "../tables/trades.ts";
import { noteLateFills } from "./late-fills.ts";
import { declareLimit, withoutLimit } from "./out-of-columns.ts";
import { refuseWrongMerge } from "./merge-refusal.ts";
import { showNewRows } from "./unseen-rows.ts";

/**
 * Accounts one position from a given fill on, and whatever is not accounted between it and the accounted one before. `to_time` is the time
 * of the statement's last fill: nothing of the position lies behind that and its own last one, so no chunk behind is touched.
 * `counts` is whether one of the statement's fills decides how the position settles; what the statement took away, the
 * function cannot see and is told: fills that no longer count, and their P&L.
 */
export const accountPosition = sqlFunction(
  "account_position",
  "uuid, text, text, text, text, numeric, boolean, timestamp with time zone, uuid, timestamp with time zone, bigint, numeric",
  /* sql */ `
create or replace function account_position(
  of_strategy uuid,
  of_account text,
  of_exchange text,
  of_symbol text,
  currency text,
  multiplier numeric,
  counts boolean,
  from_time timestamp with time zone,
  from_id uuid,
  to_time timestamp with time zone,
  fills_gone bigint,
  pnl_gone numeric
) returns void
language plpgsql
-- A generic plan would carry every chunk of the table, and an IS NULL branch no index can serve. The one join is of two
-- ranges of the same position: where statistics are stale, a nested loop over them would be quadratic.
set plan_cache_mode = force_custom_plan
set enable_nestloop = off
as $$
declare
  held positions%rowtype;
  carried_quantity numeric := 0;
  carried_cost numeric := 0;
  -- The accounted fill before: what lies after it is accounted here.
  after_time timestamp with time zone := from_time;
  after_id uuid := '00000000-0000-0000-0000-000000000000';
  is_gone boolean := false;
  reach interval;
  reached timestamp with time zone;
  is_found boolean;
  last_fill record;
  last_time timestamp with time zone;
  ${declareLimit}
begin
  -- Makes the row or locks it: from here on this session alone accounts this position.
  insert into positions as p (strategy_id, account, exchange, symbol, settlement_currency, contract_multiplier)
  values (of_strategy, of_account, of_exchange, of_symbol, currency, multiplier)
  on conflict on constraint positions_key do update set account = p.account
  returning p.* into held;

  if held.settlement_currency = currency and held.contract_multiplier = multiplier then
    null;
  elsif not counts then
    null; -- busted fills settle nothing
  elsif held.fill_count = 0 then
    update positions set settlement_currency = currency, contract_multiplier = multiplier where positions.id = held.id;
  else
    raise exception 'Fills of % on % settle in % with a contract multiplier of %; a fill in % with % cannot be added to that position.',
      of_symbol, of_exchange, held.settlement_currency, held.contract_multiplier, currency, multiplier
      using errcode = 'check_violation', constraint = 'positions_settlement', table = 'trades',
        hint = 'Give an instrument that settles otherwise its own symbol.';
  end if;

  last_time := greatest(to_time, held.last_fill_at);
  if held.last_fill_at is null then
    null; -- the first fill: nothing to carry in
  elsif (from_time, from_id) > (held.last_fill_at, held.last_fill_id) then
    carried_quantity := held.quantity;
    carried_cost := held.cost_basis;
    if held.last_fill_at = from_time then
      after_id := held.last_fill_id;
    end if; -- nothing lies between the two otherwise, be it a year in which nothing was filled
  else
    -- One that is new with the same statement (an upsert, a MERGE) is not accounted yet: what is, lies before it. Near, as a
    -- rule: looked for in a window that widens, so that few chunks are planned.
    foreach reach in array array['2 days', '60 days', '1000 years']::interval[] loop
      reached := greatest(from_time - reach, held.first_fill_at);
      ${holdChunks("trades", "executed_at", "reached")}
      select t.position_quantity, t.position_cost_basis, t.executed_at, t.id
      into carried_quantity, carried_cost, after_time, after_id
      from trades t
      where (t.strategy_id = of_strategy or (of_strategy is null and t.strategy_id is null))
        and t.account = of_account and t.exchange = of_exchange and t.symbol = of_symbol
        and t.executed_at >= reached
        and t.executed_at <= from_time and (t.executed_at, t.id) < (from_time, from_id)
        and t.position_quantity is not null
      order by t.executed_at desc, t.id desc
      limit 1;
      is_found := found;
      exit when is_found or reached = held.first_fill_at;
    end loop;
    if not is_found then
      -- Nothing before it: right for a new first fill, unless the one that was first is gone.
      is_gone := not exists (
        select from trades t
        where (t.strategy_id = of_strategy or (of_strategy is null and t.strategy_id is null))
          and t.account = of_account and t.exchange = of_exchange and t.symbol = of_symbol
          and t.executed_at = held.first_fill_at
      );
      is_gone := is_gone or held.purged_through is not null;
      carried_quantity := 0;
      carried_cost := 0;
      -- From the new one on: what began at the dawn of time planned, locked and updated over every chunk.
      after_time := from_time;
      after_id := '00000000-0000-0000-0000-000000000000';
    end if;
    is_gone := is_gone or after_time <= held.purged_through;
  end if;
  if is_gone or from_time <= held.purged_through then
    raise exception 'A fill of % at % cannot be accounted: fills before it or beside it have left the database.', of_symbol, from_time
      using errcode = 'check_violation', constraint = 'positions_history_kept', table = 'trades';
  end if;

  ${withoutLimit(/* sql */ `with fills as (
    select t.executed_at, t.id, t.busted_at, t.realized_pnl, t.position_quantity, t.position_cost_basis,
      average_cost(
        carried_quantity,
        carried_cost,
        case when t.busted_at is not null then 0 when t.side = 'buy' then t.quantity else -t.quantity end,
        t.price,
        t.contract_multiplier
      ) over (order by t.executed_at, t.id rows unbounded preceding) as state
    from trades t
    where (t.strategy_id = of_strategy or (of_strategy is null and t.strategy_id is null))
      and t.account = of_account and t.exchange = of_exchange and t.symbol = of_symbol
      and t.executed_at >= after_time and t.executed_at <= last_time and (t.executed_at, t.id) > (after_time, after_id)
  ), accounted as (
    update trades t
    set realized_pnl = f.state[3], position_quantity = f.state[1], position_cost_basis = f.state[2]
    from fills f
    where t.executed_at = f.executed_at and t.id = f.id
      and (f.realized_pnl is distinct from f.state[3]
        or f.position_quantity is distinct from f.state[1]
        or f.position_cost_basis is distinct from f.state[2])
      -- Said again of t: by their position its rows are few; by time and id alone they were sought in the whole table.
      and (t.strategy_id = of_strategy or (of_strategy is null and t.strategy_id is null))
      and t.account = of_account and t.exchange = of_exchange and t.symbol = of_symbol
      and t.executed_at >= after_time and t.executed_at <= last_time and (t.executed_at, t.id) > (after_time, after_id)
  )
  select sum(state[3] - coalesce(realized_pnl, 0)) over () as realized,
    count(*) filter (where realized_pnl is null and busted_at is null) over () as counted,
    min(executed_at) over () as first_at, executed_at, id, state
  into last_fill
  from fills
  order by executed_at desc, id desc
  limit 1;`)}

  update positions set
    quantity = last_fill.state[1],
    cost_basis = last_fill.state[2],
    realized_pnl = positions.realized_pnl + last_fill.realized - pnl_gone,
    fill_count = fill_count + last_fill.counted - fills_gone,
    first_fill_at = least(first_fill_at, last_fill.first_at),
    last_fill_at = last_fill.executed_at,
    last_fill_id = last_fill.id,
    updated_at = clock_timestamp()
  where positions.id = held.id;
end
$$`,
);

export const accountNewFills = ownersTriggerFunction(
  "account_new_fills",
  /* sql */ `
declare
  affected record;
  corrected trades%rowtype;
  unseen record;
  looked_up bigint;
begin
  if exists (select from new_fills where realized_pnl is not null) then
    raise exception 'realized_pnl, position_quantity and position_cost_basis are computed here and cannot be given.'
      using errcode = 'check_violation', constraint = 'trades_accounting_computed', table = 'trades', column = 'realized_pnl';
  end if;
  ${showNewRows(trades, "executed_at", "new_fills")}
  for corrected in select * from new_fills where correction > 0 loop
    if not exists (
      select from trades t
      where t.exchange = corrected.exchange and t.account = corrected.account and t.symbol = corrected.symbol
        and t.side = corrected.side and t.exchange_trade_id = corrected.exchange_trade_id
        and t.executed_at = corrected.executed_at and t.correction = corrected.correction - 1
        and t.busted_at is not null
    ) then
      raise exception 'Fill % of % is correction % of a fill that is not there, or not busted.',
        corrected.exchange_trade_id, corrected.symbol, corrected.correction
        using errcode = 'check_violation', constraint = 'trades_corrects_busted', table = 'trades', column = 'correction',
          hint = 'Bust what was wrong; then record the right one, with the correction after its.';
    end if;
  end loop;
  perform from strategies where id in (select strategy_id from new_fills) order by id for no key update;
  for affected in
    select strategy_id, account, exchange, symbol, settlement_currency, contract_multiplier,
      (array_agg(executed_at order by executed_at, id))[1] as from_time,
      (array_agg(id order by executed_at, id))[1] as from_id, max(executed_at) as to_time,
      bool_or(busted_at is null) as counts
    from new_fills
    group by strategy_id, account, exchange, symbol, settlement_currency, contract_multiplier
    order by strategy_id, account, exchange, symbol
  loop
    perform account_position(
      affected.strategy_id, affected.account, affected.exchange, affected.symbol, affected.settlement_currency,
      affected.contract_multiplier, affected.counts, affected.from_time, affected.from_id, affected.to_time, 0, 0);
  end loop;
  -- Behind the strategies and positions, whose locks come first in every session, or two of them could wait in a circle.
  ${noteLateFills}
  return null;
end`,
);

export const accountChangedFills = ownersTriggerFunction(
  "account_changed_fills",
  /* sql */ `
declare
  affected record;
begin
  if not exists (
    select id, busted_at, strategy_id from old_fills except select id, busted_at, strategy_id from new_fills
  ) then
    return null; -- the accounting's own update, or one of something that does not count
  end if;
  ${refuseWrongMerge("old_fills", "new_fills", "id")}
  perform from strategies
  where id in (select strategy_id from old_fills union select strategy_id from new_fills)
  order by id for no key update;
  for affected in
    with changed as (
      select o.id, o.executed_at, o.account, o.exchange, o.symbol, o.settlement_currency, o.contract_multiplier,
        o.strategy_id as old_strategy, n.strategy_id as new_strategy, o.realized_pnl,
        (o.busted_at is null and o.realized_pnl is not null)::int as counted, n.busted_at is null as counts
      from old_fills o join new_fills n on n.id = o.id and n.executed_at = o.executed_at
      where n.busted_at is distinct from o.busted_at or n.strategy_id is distinct from o.strategy_id
    ), sides as (
      select id, executed_at, account, exchange, symbol, settlement_currency, contract_multiplier,
        old_strategy as strategy_id, false as counts, counted as fills_gone, coalesce(realized_pnl, 0) as pnl_gone
      from changed
      union all
      select id, executed_at, account, exchange, symbol, settlement_currency, contract_multiplier,
        new_strategy, counts, 0, 0
      from changed
    )
    select strategy_id, account, exchange, symbol, settlement_currency, contract_multiplier,
      (array_agg(executed_at order by executed_at, id))[1] as from_time,
      (array_agg(id order by executed_at, id))[1] as from_id, max(executed_at) as to_time,
      bool_or(counts) as counts, sum(fills_gone) as fills_gone, sum(pnl_gone) as pnl_gone
    from sides
    -- A strategy that is being deleted takes its positions along.
    where strategy_id is null or exists (select from strategies s where s.id = sides.strategy_id)
    group by strategy_id, account, exchange, symbol, settlement_currency, contract_multiplier
    order by strategy_id, account, exchange, symbol
  loop
    perform account_position(
      affected.strategy_id, affected.account, affected.exchange, affected.symbol, affected.settlement_currency,
      affected.contract_multiplier, affected.counts, affected.from_time, affected.from_id, affected.to_time,
      affected.fills_gone, affected.pnl_gone);
  end loop;
  return null;
end`,
  // The plan is kept, with the row counts of the first statement: a nested loop would be quadratic for a later, large one.
  ["enable_nestloop = off"],
);
