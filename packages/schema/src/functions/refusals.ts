// Refusals: what a table of record never lets happen, whoever asks. A superuser can still switch triggers off or
// drop a chunk; roles and the audit trail answer for that.
import { retentionYears } from "../columns/record-keeping.ts";
import { callersTriggerFunction } from "../repeatable-object.ts";

/**
 * Arguments: the table, the constraint to name, and the sentence that says what to do instead. The table is an
 * argument because a row trigger of a hypertable runs under the name of a chunk.
 */
export const refuseChange = callersTriggerFunction(
  "refuse_change",
  /* sql */ `
begin
  raise exception '% is refused on %: %', tg_op, tg_argv[0], tg_argv[2]
    using errcode = 'check_violation', constraint = tg_argv[1], table = tg_argv[0];
end`,
);

/**
 * Arguments: the table, its time column, and the column of its recording where it has one. Rows may go when their years
 * since the later of both, and any later `retain_until`, are over. Given the table alone, only `retain_until` counts.
 */
export const refuseEarlyDelete = callersTriggerFunction(
  "refuse_early_delete",
  /* sql */ `
declare
  kept jsonb := to_jsonb(old);
  keep_until timestamp without time zone := greatest(
    (greatest(
      (kept ->> tg_argv[1])::timestamp with time zone,
      (kept ->> tg_argv[2])::timestamp with time zone
    ) at time zone 'UTC') + interval '${retentionYears} years',
    (kept ->> 'retain_until')::date
  );
begin
  if keep_until > now() at time zone 'UTC' then
    raise exception 'A row of % is kept until % and cannot be deleted before.', tg_argv[0], keep_until::date
      using errcode = 'check_violation', constraint = tg_argv[0] || '_kept_until', table = tg_argv[0];
  end if;
  return old;
end`,
);

/** The moment of recording is the database's own; one a caller gives (a copy of another database) does not count. */
export const recordNow = callersTriggerFunction(
  "record_now",
  /* sql */ `
begin
  new.recorded_at := clock_timestamp();
  return new;
end`,
);

/** Who acts and from where is what the session says, not what a caller does. */
export const actAsSession = callersTriggerFunction(
  "act_as_session",
  /* sql */ `
begin
  new.actor := session_user;
  new.client_address := host(inet_client_addr());
  return new;
end`,
);
