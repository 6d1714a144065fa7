// Running peak: the highest equity of a curve up to each snapshot. A late snapshot can only raise the peaks after
// it, so one bounded update mends the rest of the curve.
import { callersTriggerFunction, ownersTriggerFunction } from "../repeatable-object.ts";
import { holdChunks } from "./held-chunks.ts";
import { portfolioSnapshots } from "../tables/portfolio-snapshots.ts";
import { showNewRows } from "./unseen-rows.ts";
import { writtenByCaller } from "./written-by-caller.ts";

export const raisePeaks = ownersTriggerFunction(
  "raise_peaks",
  /* sql */ `
declare
  curve record;
  held portfolio_curves%rowtype;
  peak_before numeric;
  reach interval;
  reached timestamp with time zone;
  unseen record;
  looked_up bigint;
begin
  if exists (select from new_snapshots where peak_equity is not null) then
    raise exception 'peak_equity is computed from the curve and cannot be given.'
      using errcode = 'check_violation', constraint = 'portfolio_snapshots_peak_computed',
        table = 'portfolio_snapshots', column = 'peak_equity';
  end if;
  ${showNewRows(portfolioSnapshots, "taken_at", "new_snapshots")}
  for curve in
    select account, strategy_id, currency, max(equity) as highest,
      (array_agg(taken_at order by taken_at, id))[1] as from_time,
      (array_agg(id order by taken_at, id))[1] as from_id,
      (array_agg(taken_at order by taken_at desc, id desc))[1] as to_time,
      (array_agg(id order by taken_at desc, id desc))[1] as to_id
    from new_snapshots
    group by account, strategy_id, currency
    order by account, strategy_id, currency
  loop
    -- Makes the row or locks it: from here on this session alone extends this curve.
    insert into portfolio_curves as c (account, strategy_id, currency)
    values (curve.account, curve.strategy_id, curve.currency)
    on conflict on constraint portfolio_curves_key do update set account = c.account
    returning c.* into held;

    peak_before := held.peak_equity;
    if (curve.from_time, curve.from_id) < (held.last_taken_at, held.last_snapshot_id) then
      -- A late one. The snapshot before it is near, as a rule: look in a window that widens, so that few chunks
      -- are touched.
      peak_before := null;
      foreach reach in array array['1 day', '32 days', '1000 years']::interval[] loop
        reached := greatest(curve.from_time - reach, '1970-01-01 00:00:00+00');
        ${holdChunks("portfolio_snapshots", "taken_at", "reached")}
        select s.peak_equity into peak_before
        from portfolio_snapshots s
        where s.account = curve.account and s.currency = curve.currency
          and (s.strategy_id = curve.strategy_id or (curve.strategy_id is null and s.strategy_id is null))
          and s.taken_at >= reached and s.taken_at <= curve.from_time
          and (s.taken_at, s.id) < (curve.from_time, curve.from_id)
        order by s.taken_at desc, s.id desc
        limit 1;
        exit when found;
      end loop;
    end if;

    -- greatest: a peak that is there may be that of a snapshot that has left the database.
    update portfolio_snapshots s
    set peak_equity = greatest(s.peak_equity, p.peak)
    from (
      select c.id, c.taken_at,
        greatest(peak_before, max(c.equity) over (order by c.taken_at, c.id rows unbounded preceding)) as peak
      from portfolio_snapshots c
      where c.account = curve.account and c.currency = curve.currency
        and (c.strategy_id = curve.strategy_id or (curve.strategy_id is null and c.strategy_id is null))
        and c.taken_at >= curve.from_time and (c.taken_at, c.id) >= (curve.from_time, curve.from_id)
    ) p
    where s.id = p.id and s.taken_at = p.taken_at and s.taken_at >= curve.from_time
      and s.peak_equity is distinct from greatest(s.peak_equity, p.peak);

    update portfolio_curves c set
      peak_equity = greatest(c.peak_equity, curve.highest),
      (last_taken_at, last_snapshot_id) = (
        select l.taken_at, l.id
        from (values (curve.to_time, curve.to_id), (c.last_taken_at, c.last_snapshot_id)) as l (taken_at, id)
        where l.id is not null
        order by l.taken_at desc, l.id desc
        limit 1
      )
    where c.id = held.id;
  end loop;
  return null;
end`,
  ["plan_cache_mode = force_custom_plan"],
);

/** Refuses a peak set by hand; the roll of the curve itself runs one trigger deeper. */
export const guardPeak = callersTriggerFunction(
  "guard_peak",
  /* sql */ `
begin
  if ${writtenByCaller("tg_relid", 1)} then
    raise exception 'peak_equity is computed from the curve and cannot be set.'
      using errcode = 'check_violation', constraint = 'portfolio_snapshots_peak_computed',
        table = 'portfolio_snapshots', column = 'peak_equity';
  end if;
  return new;
end`,
);
