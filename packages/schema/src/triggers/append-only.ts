// Triggers of the append-only tables: order_events and audit_log take rows and never change them.
import { sqlTrigger } from "../repeatable-object.ts";
import { auditLog } from "../tables/audit-log.ts";
import { orderEvents } from "../tables/order-events.ts";
import { immutableColumns, storedColumns } from "./immutable-columns.ts";
import { keepsRecordsSinceRecording } from "./record-keeping.ts";

export const appendOnlyTriggers = [
  ...keepsRecordsSinceRecording("order_events", "event_time"),
  // A strategy that is deleted stays named here: there is no foreign key that would have to change the row.
  immutableColumns(
    orderEvents,
    storedColumns(orderEvents, ["retain_until"]),
    "history is only ever added to.",
  ),
  ...keepsRecordsSinceRecording("audit_log", "occurred_at"),
  sqlTrigger(
    "audit_log",
    "b_act_as_session",
    /* sql */ `
before insert on audit_log
for each row when (new.actor is distinct from session_user or new.client_address is distinct from host(inet_client_addr()))
execute function act_as_session()`,
  ),
  immutableColumns(auditLog, storedColumns(auditLog, ["retain_until"]), "history is only ever added to."),
];
