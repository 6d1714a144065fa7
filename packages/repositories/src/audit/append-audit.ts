// Records an administrative act, once however often it is sent. Invariant: what the session says of itself (role, application,
// address) cannot be given, and an id that is taken by another act is a conflict.
import { ConflictError } from "@app/database";
import { now } from "../time/now.ts";
import { createId, idOfRow, timeOfId, timeOrderedId } from "../identity/time-ordered-id.ts";
import { moment } from "../input/instant-field.ts";
import { jsonObject } from "../input/json-field.ts";
import { refuseUnknownFields } from "../input/known-fields.ts";
import { optional } from "../input/optional.ts";
import { refusal, refusalBecause } from "../input/refuse.ts";
import { code, freeText } from "../input/text-field.ts";
import type { Scope } from "../statements/scope.ts";
import type { NewAuditRecord } from "./audit-record.ts";

/** What the triggers write: a caller's record of that name would pass for one of theirs. */
const RESERVED_ACTIONS: ReadonlySet<string> = new Set(["insert", "update", "delete"]);

const given = `(select $1::uuid as id, $2::timestamptz as occurred_at, $3::text as action, $4::text as entity_type,
  $5::text as entity_id, $6::text as on_behalf_of, $7::jsonb as before, $8::jsonb as after, $9::text as reason,
  $10::text as correlation_id) as given`;

const ofSameMillisecond = `a.id = given.id and a.occurred_at >= date_trunc('milliseconds', $2::timestamptz)
  and a.occurred_at < date_trunc('milliseconds', $2::timestamptz) + interval '1 millisecond'`;

const APPEND = `insert into audit_log (id, occurred_at, action, entity_type, entity_id, on_behalf_of, application,
  client_address, before, after, reason, correlation_id)
select id, occurred_at, action, entity_type, entity_id,
  coalesce(on_behalf_of, nullif(current_setting('app.actor', true), '')),
  nullif(current_setting('application_name'), ''), host(inet_client_addr()), before, after,
  coalesce(reason, nullif(current_setting('app.reason', true), '')),
  coalesce(correlation_id, nullif(current_setting('app.correlation_id', true), ''))
from ${given}
where not exists (select from audit_log a where ${ofSameMillisecond} and a.occurred_at <> given.occurred_at)
on conflict (id, occurred_at) do nothing`;

/** What was left to the session is no difference: the same act may be sent again from another one. */
const DIFFERING = `select a.id from audit_log a join ${given} on ${ofSameMillisecond}
where (a.occurred_at, a.action, a.entity_type, a.entity_id, a.before, a.after)
    is distinct from (given.occurred_at, given.action, given.entity_type, given.entity_id, given.before, given.after)
  or given.on_behalf_of <> coalesce(a.on_behalf_of, '') or given.reason <> coalesce(a.reason, '')
  or given.correlation_id <> coalesce(a.correlation_id, '')`;

/**
 * Records an act. @returns its id
 * @throws {InvalidInputError} naming the field
 * @throws {ConflictError} the id is another act's
 */
export async function appendAudit(scope: Scope, record: NewAuditRecord): Promise<string> {
  const values = checkedValues(record);
  const [id] = values;
  const { rowCount } = await scope.query({
    name: "audit_log.append",
    text: APPEND,
    values,
    isIdempotent: true,
  });
  if (rowCount === 1) return id;
  const { rows } = await scope.query({
    name: "audit_log.find_differing",
    text: DIFFERING,
    values,
    isIdempotent: true,
  });
  if (rows.length === 0) return id;
  throw new ConflictError(`id: audit record ${id} is stored with other contents.`, {
    field: "id",
    table: "audit_log",
  });
}

const recordFields: Readonly<Record<keyof NewAuditRecord, true>> = {
  id: true,
  occurredAt: true,
  action: true,
  entityType: true,
  entityId: true,
  onBehalfOf: true,
  before: true,
  after: true,
  reason: true,
  correlationId: true,
};

function checkedValues(record: NewAuditRecord): readonly [id: string, ...others: unknown[]] {
  if (typeof record !== "object" || record === null) throw refusal("record", record, "an audit record");
  refuseUnknownFields("an audit record", record, recordFields);
  const action = code("action", record.action, 100);
  if (RESERVED_ACTIONS.has(action.toLowerCase())) {
    throw refusalBecause("action", `${action} is what the database records by itself; name the act.`);
  }
  return [
    ...identity(record),
    action,
    code("entityType", record.entityType, 100),
    code("entityId", record.entityId, 200),
    optional(record.onBehalfOf, (value) => code("onBehalfOf", value, 200)),
    optional(record.before, (value) => jsonObject("before", value)),
    optional(record.after, (value) => jsonObject("after", value)),
    optional(record.reason, (value) => freeText("reason", value, 10_000)),
    optional(record.correlationId, (value) => code("correlationId", value, 200)),
  ];
}

function identity(record: NewAuditRecord): readonly [id: string, occurredAt: Temporal.Instant] {
  if (record.occurredAt !== undefined) {
    const occurredAt = moment("occurredAt", record.occurredAt);
    if (occurredAt.epochMilliseconds < 0) {
      throw refusalBecause(
        "occurredAt",
        `${occurredAt.toString()} lies before 1970, which an id cannot hold.`,
      );
    }
    const id =
      record.id === undefined ? createId(occurredAt) : idOfRow("id", record.id, occurredAt, "occurredAt");
    return [id, occurredAt];
  }
  if (record.id !== undefined) {
    const id = timeOrderedId("id", record.id);
    return [id, timeOfId(id)];
  }
  const occurredAt = now();
  return [createId(occurredAt), occurredAt];
}
