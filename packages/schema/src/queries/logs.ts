// What is asked of the system log and of the audit log. Both are read in a stretch of time bounded on both sides, newest
// first behind a cursor; the indexes end with the time, so the last step of the order is an incremental sort.
import { behindCursor } from "./behind-cursor.ts";
import { catalogued } from "./catalogued-query.ts";
import { selectList } from "./select-list.ts";

const logColumns = selectList([
  "id",
  "logged_at",
  "level",
  "component",
  "message",
  "strategy_id",
  "correlation_id",
  "duration_milliseconds",
  "error_name",
  "error_stack",
  "context",
  "host",
  "process_id",
]);

const auditColumns = selectList([
  "id",
  "occurred_at",
  "action",
  "entity_type",
  "entity_id",
  "actor",
  "on_behalf_of",
  "application",
  "client_address",
  "before",
  "after",
  "reason",
  "correlation_id",
  "recorded_at",
  "retain_until",
]);

const loggedBefore = behindCursor("logged_at");
const newestLogs = `order by logged_at desc, id desc limit :limit`;
const occurredBefore = behindCursor("occurred_at");
const newestAudits = `order by occurred_at desc, id desc limit :limit`;

// Filters that may be NULL: planned for each execution, so what is NULL is gone before an index is chosen.
const onlyLevel = `(:minimumLevel is null or level >= :minimumLevel)`;
const onlyComponent = `(:onlyComponent is null or component = :onlyComponent)`;
const onlyStrategy = `(:onlyStrategyId is null or strategy_id = :onlyStrategyId)`;
const onlyCorrelation = `(:onlyCorrelationId is null or correlation_id = :onlyCorrelationId)`;

export const logQueries = [
  catalogued(
    "system_logs.get",
    "operations",
    ["system_logs_logged_at_idx"],
    `select ${logColumns} from system_logs where id = :id
  and logged_at >= uuid_extract_timestamp(:id)
  and logged_at < uuid_extract_timestamp(:id) + interval '1 millisecond'`,
  ),
  catalogued(
    "system_logs.list_recent",
    "operations",
    ["system_logs_logged_at_idx"],
    `select ${logColumns} from system_logs
where ${loggedBefore} and ${onlyLevel}
${newestLogs}`,
  ),
  catalogued(
    "system_logs.list_problems",
    "operations",
    ["system_logs_problems_idx"],
    `select ${logColumns} from system_logs
where level in ('warn', 'error', 'fatal') and ${loggedBefore}
  and ${onlyLevel} and ${onlyComponent} and ${onlyStrategy}
${newestLogs}`,
  ),
  catalogued(
    "system_logs.list_by_component",
    "operations",
    ["system_logs_component_idx"],
    `select ${logColumns} from system_logs
where component = :component and ${loggedBefore} and ${onlyLevel}
${newestLogs}`,
  ),
  catalogued(
    "system_logs.list_by_strategy",
    "operations",
    ["system_logs_strategy_idx"],
    `select ${logColumns} from system_logs
where strategy_id = :strategyId and ${loggedBefore} and ${onlyLevel} and ${onlyComponent}
${newestLogs}`,
  ),
  catalogued(
    "system_logs.list_by_correlation_id",
    "operations",
    ["system_logs_correlation_id_idx"],
    `select ${logColumns} from system_logs
where correlation_id = :correlationId and ${loggedBefore}
  and ${onlyLevel} and ${onlyComponent} and ${onlyStrategy}
${newestLogs}`,
  ),
  catalogued(
    "system_logs.list_slow",
    "operations",
    ["system_logs_slow_idx"],
    `select ${logColumns} from system_logs
where duration_milliseconds >= 1000 and duration_milliseconds >= :milliseconds
  and logged_at >= :from and logged_at < :to and ${onlyComponent} and ${onlyStrategy}
  and (duration_milliseconds, logged_at, id) < (:cursorMilliseconds, :cursorTime, :cursorId)
order by duration_milliseconds desc, logged_at desc, id desc limit :limit`,
  ),
  catalogued(
    "system_logs.search_context",
    "operations",
    ["system_logs_context_idx"],
    `select ${logColumns} from system_logs
where context @> :context and ${loggedBefore}
  and ${onlyLevel} and ${onlyComponent} and ${onlyStrategy} and ${onlyCorrelation}
${newestLogs}`,
  ),
  catalogued(
    "system_logs.search_message",
    "operations",
    ["system_logs_message_idx"],
    `select ${logColumns} from system_logs
where to_tsvector('english', message) @@ websearch_to_tsquery('english', :text) and ${loggedBefore}
  and ${onlyLevel} and ${onlyComponent} and ${onlyStrategy} and ${onlyCorrelation}
${newestLogs}`,
  ),
  catalogued(
    "system_logs.read_forward",
    "operations",
    ["system_logs_logged_at_idx"],
    `select ${logColumns} from system_logs
where logged_at >= :cursorTime and (logged_at, id) > (:cursorTime, :cursorId) and logged_at < :to
  and ${onlyLevel} and ${onlyComponent} and ${onlyStrategy} and ${onlyCorrelation}
order by logged_at, id limit :limit`,
  ),
  catalogued(
    "audit_log.get",
    "operations",
    ["audit_log_occurred_at_idx"],
    `select ${auditColumns} from audit_log where id = :id
  and occurred_at >= uuid_extract_timestamp(:id)
  and occurred_at < uuid_extract_timestamp(:id) + interval '1 millisecond'`,
  ),
  catalogued(
    "audit_log.list_recent",
    "operations",
    ["audit_log_occurred_at_idx"],
    `select ${auditColumns} from audit_log
where ${occurredBefore}
${newestAudits}`,
  ),
  catalogued(
    "audit_log.list_by_entity",
    "operations",
    ["audit_log_entity_idx"],
    `select ${auditColumns} from audit_log
where entity_type = :entityType and entity_id = :entityId and ${occurredBefore}
${newestAudits}`,
  ),
  catalogued(
    "audit_log.list_by_actor",
    "operations",
    ["audit_log_actor_idx"],
    `select ${auditColumns} from audit_log
where actor = :actor and ${occurredBefore}
${newestAudits}`,
  ),
  catalogued(
    "audit_log.search_changes",
    "operations",
    ["audit_log_after_idx"],
    `select ${auditColumns} from audit_log
where after @> :context and ${occurredBefore}
${newestAudits}`,
  ),
];
