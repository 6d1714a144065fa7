// Values for what operations ask: the reconciliation of a day, the system log, the audit log.
import type { AuditFact, LogFact } from "./bench-facts.ts";
import {
  type DrawValues,
  dayOf,
  NEWEST,
  PAGE,
  type QueryValues,
  USUAL,
  windowBefore,
} from "./query-values.ts";

/** The day of a fill, of its strategy and account. */
const day: DrawValues = (facts, draw) => {
  const { account, strategyId, exchange, currency, executedAt } = draw.one("fills", facts.trades);
  return { account, strategyId, exchange, currency, ...dayOf(executedAt), carried: "[]", limit: PAGE };
};

const dayOfStrategy: DrawValues = (facts, draw) => ({ ...day(facts, draw), account: null });

/** From the first row on, of everybody. */
const fromTheFirst: DrawValues = (facts, draw) => ({
  ...day(facts, draw),
  account: null,
  strategyId: null,
  cursorTime: "1970-01-01T00:00:00Z",
  cursorId: "00000000-0000-0000-0000-000000000000",
});

const strategyFromTheFirst: DrawValues = (facts, draw) => {
  const { strategyId } = day(facts, draw);
  return { ...fromTheFirst(facts, draw), strategyId };
};

const ordersById: DrawValues = (facts, draw) => {
  const { id, createdAt } = draw.one("orders", facts.orders);
  return { ids: [id], from: createdAt, to: createdAt.add({ milliseconds: 1 }) };
};

const curveOfStrategy: DrawValues = (facts, draw) => {
  const { account, strategyId, currency, takenAt } = draw.one(
    "snapshots of a strategy",
    facts.snapshots.filter((snapshot) => snapshot.strategyId !== null),
  );
  return { account, strategyId, currency, ...dayOf(takenAt) };
};

function logKeys({
  id,
  loggedAt,
  component,
  strategyId,
  correlationId,
  context,
  message,
}: LogFact): QueryValues {
  const [first] = Object.entries(context ?? {});
  return {
    ...USUAL,
    id,
    component,
    strategyId: strategyId ?? "00000000-0000-0000-0000-000000000000",
    correlationId: correlationId ?? "none",
    context: JSON.stringify(first === undefined ? { none: true } : { [first[0]]: first[1] }),
    // Of its words the longest, which few others have.
    text: message.split(" ").reduce((longest, word) => (word.length > longest.length ? word : longest), ""),
    milliseconds: 1_000,
    cursorMilliseconds: Number.MAX_VALUE,
    ...windowBefore(loggedAt, 1),
  };
}

const log: DrawValues = (facts, draw) => logKeys(draw.one("log records", facts.logs));

const logOfStrategy: DrawValues = (facts, draw) =>
  logKeys(
    draw.one(
      "log records of a strategy",
      facts.logs.filter(({ strategyId }) => strategyId !== null),
    ),
  );

/** An hour of the log, oldest first. */
const logForward: DrawValues = (facts, draw) => {
  const { loggedAt } = draw.one("log records", facts.logs);
  return {
    ...USUAL,
    cursorTime: loggedAt,
    cursorId: "00000000-0000-0000-0000-000000000000",
    to: loggedAt.add({ hours: 1 }),
  };
};

/** What is sought by is rare, so a search widens its window, in these steps, until it is full: hours. */
const SEARCH_WINDOWS = [1, 24, 24 * 7, 24 * 31] as const;

const logSearch: DrawValues = (facts, draw) => {
  const drawn = draw.one("log records", facts.logs);
  return { ...logKeys(drawn), ...windowBefore(drawn.loggedAt, draw.one("windows", SEARCH_WINDOWS)) };
};

/** A request has few records, which fill no page: the hour and the day are read, which is as far as a list goes unless told. */
const logOfRequest: DrawValues = (facts, draw) => {
  const drawn = draw.one("log records", facts.logs);
  return { ...logKeys(drawn), ...windowBefore(drawn.loggedAt, draw.one("windows", [1, 24])) };
};

function auditKeys({ id, occurredAt, entityType, entityId, actor }: AuditFact): QueryValues {
  return {
    id,
    entityType,
    entityId,
    actor,
    context: JSON.stringify({ status: "active" }),
    ...windowBefore(occurredAt, 24 * 30),
    cursorId: NEWEST.cursorId,
    limit: PAGE,
  };
}

const audit: DrawValues = (facts, draw) => auditKeys(draw.one("audit records", facts.audits));

/** Values for the questions of reconciliation, logs and audit. */
export const operationsValues = {
  "reconciliation.positions_of_day": day,
  "reconciliation.positions_of_day_of_account": day,
  "reconciliation.positions_of_day_of_strategy": dayOfStrategy,
  "reconciliation.steps_of_day": day,
  "reconciliation.steps_of_day_of_account": day,
  "reconciliation.steps_of_day_of_strategy": dayOfStrategy,
  "reconciliation.orders_filled_on_day": day,
  "reconciliation.orders_filled_on_day_of_account": day,
  "reconciliation.orders_filled_on_day_of_strategy": dayOfStrategy,
  "reconciliation.performance_of_day": day,
  "reconciliation.performance_of_day_of_account": day,
  "reconciliation.performance_of_day_of_strategy": dayOfStrategy,
  "reconciliation.orders_of_day": day,
  "reconciliation.orders_of_day_of_account": day,
  "reconciliation.orders_of_day_of_strategy": dayOfStrategy,
  "reconciliation.orders_by_id": ordersById,
  "reconciliation.positions": fromTheFirst,
  "reconciliation.positions_of_strategy": dayOfStrategy,
  "reconciliation.strategy_curves": fromTheFirst,
  "reconciliation.last_snapshots_of_days": curveOfStrategy,
  "reconciliation.positions_of_curve": curveOfStrategy,
  "reconciliation.moves_of_curve": day,
  "reconciliation.positions_at_venue": day,
  "reconciliation.open_orders_at_venue": (facts, draw) => ({
    ...strategyFromTheFirst(facts, draw),
    account: day(facts, draw).account,
  }),
  "system_logs.get": log,
  "system_logs.list_recent": log,
  "system_logs.list_problems": log,
  "system_logs.list_by_component": log,
  "system_logs.list_by_strategy": logOfStrategy,
  "system_logs.list_by_correlation_id": logOfRequest,
  "system_logs.list_slow": logSearch,
  "system_logs.search_context": logSearch,
  "system_logs.search_message": logSearch,
  "system_logs.read_forward": logForward,
  "audit_log.get": audit,
  "audit_log.list_recent": audit,
  "audit_log.list_by_entity": audit,
  "audit_log.list_by_actor": audit,
  "audit_log.search_changes": audit,
} as const satisfies Readonly<Record<string, DrawValues>>;
