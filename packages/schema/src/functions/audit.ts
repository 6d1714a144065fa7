// Audit: changes of configuration and of what is known about a fill, written to audit_log with who and when. A trigger's
// arguments name the table (a row trigger of a hypertable runs under the name of a chunk), then the columns to leave out
// (running totals, bookkeeping).
import { ownersTriggerFunction } from "../repeatable-object.ts";

export const auditRow = ownersTriggerFunction(
  "audit_row",
  /* sql */ `
declare
  old_row jsonb := case when tg_op = 'INSERT' then '{}'::jsonb else to_jsonb(old) - tg_argv end;
  new_row jsonb := case when tg_op = 'DELETE' then '{}'::jsonb else to_jsonb(new) - tg_argv end;
  moment timestamp with time zone := clock_timestamp();
begin
  if old_row = new_row then
    return null;
  end if;
  insert into audit_log (
    id, occurred_at, action, entity_type, entity_id, on_behalf_of, application, client_address, before, after,
    reason, correlation_id)
  values (
    uuid_v7_at(moment), moment, lower(tg_op), tg_argv[0], coalesce(new.id, old.id)::text,
    nullif(current_setting('app.actor', true), ''), nullif(current_setting('application_name'), ''),
    host(inet_client_addr()),
    (select jsonb_object_agg(key, value) from jsonb_each(old_row) where new_row -> key is distinct from value),
    (select jsonb_object_agg(key, value) from jsonb_each(new_row) where old_row -> key is distinct from value),
    nullif(current_setting('app.reason', true), ''), nullif(current_setting('app.correlation_id', true), ''));
  return null;
end`,
  // The moments in before and after are text: one form of them, whatever the session's zone.
  ["timezone = 'UTC'"],
);
