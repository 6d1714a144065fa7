// Audit log: append-only record of changes to configuration and of administrative acts, with who and when.
// Strategies write to it by trigger, and fills when they are busted, held or given their payload. Orders do not: their history is order_events.
import { sql } from "drizzle-orm";
import { check, index, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "../columns/instant.ts";
import { lengthensRetention, recordedAt, retainUntil } from "../columns/record-keeping.ts";
import { isCode } from "../columns/text-code.ts";
import { idHoldsTime, timeOrderedId } from "../columns/time-ordered-id.ts";

export const auditLog = pgTable(
  "audit_log",
  {
    id: timeOrderedId(),
    occurredAt: instant("occurred_at").notNull(),
    /** What was done: insert, update, delete, or the name of an administrative act. */
    action: text("action").notNull(),
    /** Table, or other kind of thing, it was done to. */
    entityType: text("entity_type").notNull(),
    entityId: text("entity_id").notNull(),
    /** Database role of the session. */
    actor: text("actor")
      .notNull()
      .default(sql`session_user`),
    /** The person or service behind the role: the setting `app.actor`, where the backend sets it. */
    onBehalfOf: text("on_behalf_of"),
    application: text("application"),
    clientAddress: text("client_address"),
    /** Columns that changed, as they were and as they are. */
    before: jsonb("before"),
    after: jsonb("after"),
    reason: text("reason"),
    correlationId: text("correlation_id"),
    recordedAt: recordedAt(),
    retainUntil: retainUntil(),
  },
  (table) => [
    primaryKey({ name: "audit_log_pkey", columns: [table.id, table.occurredAt] }),
    idHoldsTime("audit_log_id_holds_occurred_at", table.id, table.occurredAt),
    check(
      "audit_log_codes_form",
      sql`${isCode(table.action, 100)} and ${isCode(table.entityType, 100)} and ${isCode(table.entityId, 200)}`,
    ),
    check("audit_log_retain_until_lengthens", lengthensRetention(table.retainUntil, table.occurredAt)),

    // Query audit_log.list_by_entity.
    index("audit_log_entity_idx").on(table.entityType, table.entityId, table.occurredAt),
    // Query audit_log.list_by_actor.
    index("audit_log_actor_idx").on(table.actor, table.occurredAt),
    // Query audit_log.list_recent.
    index("audit_log_occurred_at_idx").on(table.occurredAt, table.id),
    // Query audit_log.search_changes.
    index("audit_log_after_idx").using("gin", sql`${table.after} jsonb_path_ops`),
  ],
);
