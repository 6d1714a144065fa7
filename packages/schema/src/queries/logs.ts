// What is asked of the system log and of the audit log.
import { catalogued } from "./catalogued-query.ts";

export const logQueries = [
  catalogued(
    "system_logs.get",
    "operations",
    ["system_logs_logged_at_idx"],
    `select * from system_logs where id = :id
  and logged_at >= uuid_extract_timestamp(:id)
  and logged_at < uuid_extract_timestamp(:id) + interval '1 millisecond'`,
  ),
  catalogued(
    "system_logs.list_recent",
    "operations",
    ["system_logs_logged_at_idx"],
    `select * from system_logs
where logged_at >= :from and (logged_at, id) < (:cursorTime, :cursorId)
order by logged_at desc, id desc limit :limit`,
  ),
  catalogued(
    "system_logs.list_problems",
    "operations",
    ["system_logs_problems_idx"],
    `select * from system_logs
where level in ('warn', 'error', 'fatal') and logged_at >= :from
order by logged_at desc limit :limit`,
  ),
  catalogued(
    "system_logs.list_by_component",
    "operations",
    ["system_logs_component_idx"],
    `select * from system_logs where component = :component and logged_at >= :from order by logged_at desc limit :limit`,
  ),
  catalogued(
    "system_logs.list_by_strategy",
    "operations",
    ["system_logs_strategy_idx"],
    `select * from system_logs where strategy_id = :strategyId and logged_at >= :from order by logged_at desc limit :limit`,
  ),
  catalogued(
    "system_logs.list_by_correlation_id",
    "operations",
    ["system_logs_correlation_id_idx"],
    `select * from system_logs where correlation_id = :correlationId and logged_at >= :from order by logged_at limit :limit`,
  ),
  catalogued(
    "system_logs.list_slow",
    "operations",
    ["system_logs_slow_idx"],
    `select * from system_logs
where component = :component and duration_milliseconds >= 1000 and logged_at >= :from
order by duration_milliseconds desc limit :limit`,
  ),
  catalogued(
    "system_logs.search_context",
    "operations",
    ["system_logs_context_idx"],
    `select * from system_logs where context @> :context and logged_at >= :from order by logged_at desc limit :limit`,
  ),
  catalogued(
    "system_logs.search_message",
    "operations",
    ["system_logs_message_idx"],
    `select * from system_logs
where to_tsvector('english', message) @@ websearch_to_tsquery('english', :text) and logged_at >= :from
order by logged_at desc limit :limit`,
  ),
  catalogued(
    "audit_log.get",
    "operations",
    ["audit_log_occurred_at_idx"],
    `select * from audit_log where id = :id
  and occurred_at >= uuid_extract_timestamp(:id)
  and occurred_at < uuid_extract_timestamp(:id) + interval '1 millisecond'`,
  ),
  catalogued(
    "audit_log.list_recent",
    "operations",
    ["audit_log_occurred_at_idx"],
    `select * from audit_log
where occurred_at >= :from and (occurred_at, id) < (:cursorTime, :cursorId)
order by occurred_at desc, id desc limit :limit`,
  ),
  catalogued(
    "audit_log.list_by_entity",
    "operations",
    ["audit_log_entity_idx"],
    `select * from audit_log
where entity_type = :entityType and entity_id = :entityId and occurred_at >= :from
order by occurred_at desc limit :limit`,
  ),
  catalogued(
    "audit_log.list_by_actor",
    "operations",
    ["audit_log_actor_idx"],
    `select * from audit_log where actor = :actor and occurred_at >= :from order by occurred_at desc limit :limit`,
  ),
  catalogued(
    "audit_log.search_changes",
    "operations",
    ["audit_log_after_idx"],
    `select * from audit_log where after @> :context and occurred_at >= :from order by occurred_at desc limit :limit`,
  ),
];
