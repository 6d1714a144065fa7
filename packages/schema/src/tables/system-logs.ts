// System logs: the application's structured log, with durations and a correlation id. Kept for weeks, not years:
// what must be kept is in order_events and audit_log.
import { sql } from "drizzle-orm";
import { check, doublePrecision, index, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "../columns/instant.ts";
import { isCode } from "../columns/text-code.ts";
import { idHoldsTime, timeOrderedId } from "../columns/time-ordered-id.ts";
import { logLevelEnum } from "./enums.ts";

export const systemLogs = pgTable(
  "system_logs",
  {
    id: timeOrderedId(),
    loggedAt: instant("logged_at").notNull(),
    level: logLevelEnum("level").notNull(),
    /** Which part of the system speaks, such as "order-router". */
    component: text("component").notNull(),
    message: text("message").notNull(),
    /**
     * Held to strategies by triggers, and NULL once the strategy is deleted: a foreign key would lock strategies with each
     * chunk that comes, is joined or goes.
     */
    strategyId: uuid("strategy_id"),
    /** Ties together what one request, order or run caused. */
    correlationId: text("correlation_id"),
    durationMilliseconds: doublePrecision("duration_milliseconds"),
    errorName: text("error_name"),
    errorStack: text("error_stack"),
    context: jsonb("context"),
    host: text("host"),
    processId: text("process_id"),
  },
  (table) => [
    primaryKey({ name: "system_logs_pkey", columns: [table.id, table.loggedAt] }),
    idHoldsTime("system_logs_id_holds_logged_at", table.id, table.loggedAt),
    check("system_logs_component_form", isCode(table.component, 100)),
    check(
      "system_logs_duration_range",
      sql`${table.durationMilliseconds} >= 0 and ${table.durationMilliseconds} < 'Infinity'`,
    ),
    check("system_logs_context_is_object", sql`jsonb_typeof(${table.context}) = 'object'`),

    // Query system_logs.list_recent: newest first, keyset.
    index("system_logs_logged_at_idx").on(table.loggedAt, table.id),
    // Query system_logs.list_problems: the few that matter at night.
    index("system_logs_problems_idx")
      .on(table.loggedAt)
      .where(sql`${table.level} in ('warn', 'error', 'fatal')`),
    // Query system_logs.list_by_component.
    index("system_logs_component_idx").on(table.component, table.loggedAt),
    // Query system_logs.list_by_strategy.
    index("system_logs_strategy_idx")
      .on(table.strategyId, table.loggedAt)
      .where(sql`${table.strategyId} is not null`),
    // Query system_logs.list_by_correlation_id.
    index("system_logs_correlation_id_idx")
      .on(table.correlationId, table.loggedAt)
      .where(sql`${table.correlationId} is not null`),
    // Query system_logs.list_slow: operations of a second and more.
    index("system_logs_slow_idx")
      .on(table.component, table.durationMilliseconds)
      .where(sql`${table.durationMilliseconds} >= 1000`),
    // Query system_logs.search_context.
    index("system_logs_context_idx").using("gin", sql`${table.context} jsonb_path_ops`),
    // Query system_logs.search_message.
    index("system_logs_message_idx").using("gin", sql`to_tsvector('english', ${table.message})`),
  ],
);
