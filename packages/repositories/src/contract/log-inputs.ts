// What the system log and the audit trail take: every method with valid arguments and the kind of each field.
import type { Audit } from "../audit/audit.ts";
import { createId } from "../identity/time-ordered-id.ts";
import type { Logs } from "../logs/logs.ts";
import type { NewLogRecord } from "../logs/log-record.ts";
import {
  bound,
  code,
  cursor,
  id,
  type Kind,
  jsonObject,
  limit,
  measure,
  moment,
  named,
  rowId,
  text,
  unchecked,
  whole,
  word,
} from "./input-kind.ts";
import type { Contract, Shape } from "./method-case.ts";

const loggedAt = Temporal.Instant.from("2026-03-02T09:00:00Z");
const later = loggedAt.add({ hours: 1 });
const recordId = createId(loggedAt);
const strategyId = createId(loggedAt);

const filter = {
  minimumLevel: "warn",
  component: "router",
  strategyId,
  correlationId: "correlation",
} as const;
const filterShape = { minimumLevel: word, component: code(100), strategyId: id, correlationId: code(200) };
const range = { from: loggedAt, to: later };
const rangeShape = { from: bound, to: bound };
const page = { ...range, limit: 10, cursor: undefined };
const pageShape = { ...rangeShape, limit: limit(), cursor };
const list = { ...filter, ...page };
const listShape = { ...filterShape, ...pageShape };
const reversed = (argument: number) => ({
  argument,
  values: { from: later, to: loggedAt },
  field: "to",
});
/** Words to look for: nothing but blanks is none. */
const words: Kind = { ...text(1_000), bad: [...text(1_000).bad, "", "  "] };
const contained: Kind = { bad: [...jsonObject.bad, {}] };

const record: Required<NewLogRecord> = {
  component: "router",
  strategyId,
  correlationId: "correlation",
  id: recordId,
  loggedAt,
  level: "info",
  message: "routed",
  durationMilliseconds: 5,
  error: new Error("thrown"),
  context: { orderId: "1" },
  host: "host",
  processId: "1",
};
const recordShape: Shape<NewLogRecord> = {
  id: rowId,
  loggedAt: moment,
  level: word,
  component: code(100),
  message: text(32_768),
  strategyId: id,
  correlationId: code(200),
  durationMilliseconds: measure(0, Number.MAX_VALUE),
  error: unchecked("anything can be thrown, and is made text of"),
  context: jsonObject,
  host: text(255),
  processId: text(64),
};

/** Every method of the system log. */
export const logInputs: Contract<Logs> = {
  get: [{ args: [recordId], shapes: [named("id", id)] }],
  find: [{ args: [recordId], shapes: [named("id", id)] }],
  list: [{ args: [list], shapes: [listShape], wrongTogether: [reversed(0)] }],
  listProblems: [{ args: [list], shapes: [listShape], wrongTogether: [reversed(0)] }],
  listSlow: [
    {
      args: [{ ...page, component: "router", strategyId, minimumDurationMilliseconds: 2_000 }],
      shapes: [
        {
          ...pageShape,
          component: code(100),
          strategyId: id,
          minimumDurationMilliseconds: measure(1_000, Number.MAX_VALUE),
        },
      ],
      wrongTogether: [reversed(0)],
    },
  ],
  searchContext: [
    {
      args: [{ orderId: "1" }, list],
      shapes: [named("contained", contained), listShape],
      prefixes: ["contained", ""],
      wrongTogether: [reversed(1)],
    },
  ],
  searchMessage: [
    { args: ["routed", list], shapes: [named("text", words), listShape], wrongTogether: [reversed(1)] },
  ],
  stream: [
    {
      args: [{ ...filter, ...range }],
      shapes: [{ ...filterShape, ...rangeShape }],
      wrongTogether: [reversed(0)],
    },
  ],
  follow: [
    {
      args: [
        {
          ...filter,
          from: loggedAt,
          pollIntervalMilliseconds: 100,
          settleMilliseconds: 0,
          signal: AbortSignal.timeout(30_000),
        },
      ],
      shapes: [
        {
          ...filterShape,
          from: bound,
          pollIntervalMilliseconds: whole(100, 60_000),
          settleMilliseconds: whole(0, 60_000),
          signal: unchecked("the platform's own"),
        },
      ],
    },
  ],
  append: [{ args: [record], shapes: [recordShape] }],
  appendMany: [{ args: [[record]], shapes: [[recordShape]], prefixes: ["records"] }],
};

/** Every method of the audit trail. */
export const auditInputs: Contract<Audit> = {
  get: [{ args: [recordId], shapes: [named("id", id)] }],
  find: [{ args: [recordId], shapes: [named("id", id)] }],
  list: [{ args: [page], shapes: [pageShape], wrongTogether: [reversed(0)] }],
  listByEntity: [
    {
      args: [{ entityType: "orders", entityId: "1" }, page],
      shapes: [{ entityType: code(100), entityId: code(200) }, pageShape],
      wrongTogether: [reversed(1)],
    },
  ],
  listByActor: [
    { args: ["app", page], shapes: [named("actor", code(63)), pageShape], wrongTogether: [reversed(1)] },
  ],
  searchChanges: [
    {
      args: [{ status: "archived" }, page],
      shapes: [named("contained", contained), pageShape],
      wrongTogether: [reversed(1)],
    },
  ],
  append: [
    {
      args: [
        {
          id: recordId,
          occurredAt: loggedAt,
          action: "restart",
          entityType: "service",
          entityId: "router",
          onBehalfOf: "somebody",
          before: { version: 1 },
          after: { version: 2 },
          reason: "as it is",
          correlationId: "correlation",
        },
      ],
      shapes: [
        {
          id: rowId,
          occurredAt: moment,
          action: { ...code(100), bad: [...code(100).bad, "insert", "UPDATE", "delete"] },
          entityType: code(100),
          entityId: code(200),
          onBehalfOf: code(200),
          before: jsonObject,
          after: jsonObject,
          reason: text(10_000),
          correlationId: code(200),
        },
      ],
    },
  ],
};
