// Retention by whole chunks that honours holds: TimescaleDB's own policy knows only time. A job on the community edition,
// called by `pnpm db:maintain` on the Apache one. Each chunk goes in a transaction of its own, the oldest first, so a run
// may be killed at any moment and holds its locks for one chunk only. A table with a moment of recording keeps a row
// for its years from that, where it came later (columns/record-keeping.ts). Written so that a server without TimescaleDB
// accepts it; there it only says that it cannot.
import { retentionYears } from "../columns/record-keeping.ts";
import { sqlProcedure } from "../repeatable-object.ts";
import { beginMaintenance, endMaintenance } from "./written-by-caller.ts";

// A procedure that commits can have neither SET clauses nor the owner's rights, so every transaction begins with its
// own settings. drop_chunks takes the tables a chunk references as well (strategies), hence the short wait.
const beginTransaction = /* sql */ `
  commit;
  set transaction isolation level read committed;
  set local search_path = pg_catalog, pg_temp;
  set local lock_timeout = '3s';`.trim();

/**
 * Drops every chunk that ended before now - `drop_after` and holds no row whose `hold_column` lies in the future or that
 * was recorded after that moment.
 * `config`: schema, hypertable, time_column, drop_after and hold_column (or null), as in a job's configuration.
 */
export const dropExpiredChunks = sqlProcedure(
  "drop_expired_chunks",
  "integer, jsonb",
  /* sql */ `
create or replace procedure drop_expired_chunks(job_id integer, config jsonb)
language plpgsql
as $$
declare
  timescale name;
  hypertable regclass;
  time_column text;
  hold_column text;
  keeps text;
  cutoff timestamp with time zone;
  ranges jsonb;
  age record;
  chunks text;
  held boolean;
begin
  ${beginTransaction}
  select n.nspname into timescale
  from pg_extension e join pg_namespace n on n.oid = e.extnamespace
  where e.extname = 'timescaledb';
  if not found then
    raise exception 'This database has no TimescaleDB, so there are no chunks to drop.'
      using errcode = 'feature_not_supported', hint = 'pnpm db:maintain deletes expired rows in batches instead.';
  end if;
  hypertable := format('%I.%I', coalesce(config ->> 'schema', 'public'), config ->> 'hypertable')::regclass;
  time_column := config ->> 'time_column';
  hold_column := config ->> 'hold_column';
  cutoff := (now() at time zone 'UTC' - (config ->> 'drop_after')::interval) at time zone 'UTC';
  if time_column is null or cutoff is null or cutoff >= now() then
    raise exception 'drop_expired_chunks needs time_column and a positive drop_after; it was given %.', config
      using errcode = 'invalid_parameter_value';
  end if;
  -- What the delete guard keeps, no configuration lets go.
  if exists (
      select from pg_trigger t
      where t.tgrelid = hypertable and t.tgfoid = 'public.refuse_early_delete()'::regprocedure
    ) and (
      hold_column is distinct from 'retain_until'
      or cutoff > (now() at time zone 'UTC' - interval '${retentionYears} years') at time zone 'UTC'
    ) then
    raise exception 'Rows of % are kept for ${retentionYears} years and as long as retain_until says; % is less.', hypertable, config
      using errcode = 'check_violation', constraint = (config ->> 'hypertable') || '_kept_until', table = config ->> 'hypertable';
  end if;

  execute
    'select jsonb_agg(distinct jsonb_build_object(''start'', range_start, ''end'', range_end))
     from timescaledb_information.chunks
     where format(''%I.%I'', hypertable_schema, hypertable_name)::regclass = $1 and range_end <= $2'
  into ranges using hypertable, cutoff;

  select concat_ws(' or ',
    case when hold_column is not null then format('%I > (now() at time zone ''UTC'')::date', hold_column) end,
    (select '"recorded_at" > $3' from pg_attribute a
     where a.attrelid = hypertable and a.attname = 'recorded_at' and not a.attisdropped))
  into keeps;

  for age in
    select r."start", r."end"
    from jsonb_to_recordset(ranges) as r ("start" timestamp with time zone, "end" timestamp with time zone)
    order by r."start"
  loop
    ${beginTransaction}
    begin
      execute
        'select string_agg(format(''%I.%I'', chunk_schema, chunk_name), '', '')
         from timescaledb_information.chunks
         where format(''%I.%I'', hypertable_schema, hypertable_name)::regclass = $1 and range_start = $2 and range_end = $3'
      into chunks using hypertable, age."start", age."end";
      continue when chunks is null;
      -- Once without a lock, so that a held chunk is left in peace, and once when no hold can be set any more.
      for attempt in 1 .. 2 loop
        held := false;
        if keeps <> '' then
          execute format('select exists (select from %s where %I >= $1 and %2$I < $2 and (%s))', hypertable, time_column, keeps)
          into held using age."start", age."end", cutoff;
        end if;
        exit when held or attempt = 2;
        execute format('lock table only %s in access exclusive mode', chunks);
      end loop;
      continue when held;
      if hypertable = 'public.market_data'::regclass then
        insert into public.market_data_deletions (exchange, symbol, timeframe, bars)
        select m.exchange, m.symbol, m.timeframe, count(*)
        from public.market_data m
        where m.time >= age."start" and m.time < age."end"
        group by m.exchange, m.symbol, m.timeframe;
      end if;
      if hypertable = 'public.trades'::regclass then
        perform public.note_purged_fills(age."end");
        ${beginMaintenance}
        delete from public.late_fill_spans where last_executed_at < age."end";
        ${endMaintenance}
      end if;
      if hypertable = 'public.orders'::regclass then
        -- One that never got a final report.
        ${beginMaintenance}
        delete from public.open_orders where created_at >= age."start" and created_at < age."end";
        ${endMaintenance}
      end if;
      execute format('select from %I.drop_chunks($1, older_than => $2, newer_than => $3)', timescale)
      using hypertable, age."end", age."start";
      if hypertable = 'public.market_data'::regclass then
        -- Deletes nothing: its trigger takes what was just counted from market_series.
        delete from public.market_data where false;
      end if;
    exception
      when lock_not_available or deadlock_detected then
        raise warning 'A chunk of % from % was in use and stays until the next run.', hypertable, age."start";
      when undefined_table then
        null; -- another run dropped it meanwhile
    end;
  end loop;
end
$$
--> statement-breakpoint
revoke execute on procedure drop_expired_chunks(integer, jsonb) from public`,
);
