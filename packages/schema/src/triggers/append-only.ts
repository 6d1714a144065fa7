// Triggers of the append-only tables: order_events and audit_log take rows and never change them.
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
  immutableColumns(auditLog, storedColumns(auditLog, ["retain_until"]), "history is only ever added to."),
];
