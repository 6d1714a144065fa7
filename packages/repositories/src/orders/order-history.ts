// The history of orders: each step as it was recorded, and what was known of an order at a moment.
// "Known" counts from `recordedAt`, the database's own clock at the change; what a transaction wrote others see once it is
// committed, at most its own length later.
import { NotFoundError, type Queryable } from "@app/database";
import { timeOfId, timeOrderedId } from "../identity/time-ordered-id.ts";
import { choice } from "../input/choice-field.ts";
import { type Moment, momentUpTo } from "../input/instant-field.ts";
import { knownOptions } from "../input/known-fields.ts";
import { wholeNumber } from "../input/number-field.ts";
import { onlyOneOf, type Owner } from "../input/owner-field.ts";
import { code, namedCode } from "../input/text-field.ts";
import type { Place } from "../paging/cursor.ts";
import { historyWindow, readHistoryPage } from "../paging/history.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../paging/key-cursor.ts";
import {
  givenCursor,
  type HistoryOptions,
  type Page,
  pageFields,
  type PageOptions,
  rangeListFields,
  readPage,
} from "../paging/page.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { now } from "../time/now.ts";
import { findOrder } from "./find-order.ts";
import { listOrders } from "./list-orders.ts";
import type { OrderEvent } from "./order.ts";

/** Which events: exactly one of these. */
export type OrderEventFilter =
  | { readonly strategyId: string }
  | { readonly account: string }
  /** Events a report of this ExecID caused. */
  | { readonly exchange: string; readonly executionId: string }
  | { readonly exchange: string; readonly type: "rejected" }
  /** Events that changed this column beside state, terms and fills, such as `retain_until`. */
  | { readonly changedColumn: string };

const STEPS = "order_events.list_by_order";

/** An order as young as this lies in few chunks, whatever became of it. */
const YOUNG_HOURS = 48;

/**
 * A moment behind which nothing of an order's history lies, since each event bears the order's `updated_at`: without it the
 * chunks of all the years since an old order would be planned.
 */
async function endOfHistory(database: Queryable, orderId: string): Promise<Temporal.Instant> {
  const present = now();
  const latest = present.add({ hours: 24 });
  if (Temporal.Instant.compare(timeOfId(orderId), present.subtract({ hours: YOUNG_HOURS })) > 0)
    return latest;
  return (await findOrder(database, orderId))?.updatedAt ?? latest;
}

/** The steps of one order, oldest first. @throws {InvalidInputError} naming the field */
export async function listOrderHistory(
  database: Queryable,
  orderId: string,
  options: PageOptions = {},
): Promise<Page<OrderEvent>> {
  const of = timeOrderedId("orderId", orderId);
  const list = { name: STEPS, of: { orderId: of } };
  const { version: after } = decodeKeyCursor(list, givenCursor(options, pageFields), ["version"]);
  const version = wholeNumber("cursor", Number(after), 0, 2_147_483_647);
  return readPage(
    options,
    async (limit) => {
      const to = await endOfHistory(database, of);
      return (await database.query<OrderEvent>(catalogued(STEPS, { orderId: of, version, to, limit }))).rows;
    },
    ({ orderVersion }) => encodeKeyCursor(list, { version: `${orderVersion}` }),
  );
}

const eventAlternatives = [
  ["strategyId"],
  ["account"],
  ["executionId", "exchange"],
  ["type", "exchange"],
  ["changedColumn"],
] as const;

function eventQuery(filter: OrderEventFilter) {
  const word = onlyOneOf("filter", filter, eventAlternatives);
  const part = (name: string): unknown => Reflect.get(filter, name);
  switch (word) {
    case "strategyId": {
      const values = { strategyId: timeOrderedId("strategyId", part("strategyId")) };
      return { name: "order_events.list_by_strategy", values } as const;
    }
    case "account": {
      const values = { account: namedCode("account", part("account")) };
      return { name: "order_events.list_by_account", values } as const;
    }
    case "executionId": {
      const values = {
        exchange: namedCode("exchange", part("exchange")),
        executionId: code("executionId", part("executionId"), 200),
      };
      return { name: "order_events.find_by_execution_id", values } as const;
    }
    case "type": {
      choice("type", part("type"), ["rejected"]);
      const values = { exchange: namedCode("exchange", part("exchange")) };
      return { name: "order_events.list_rejections", values } as const;
    }
    case "changedColumn": {
      const values = { field: code("changedColumn", part("changedColumn"), 63) };
      return { name: "order_events.find_by_change", values } as const;
    }
  }
}

const placeOf = ({ eventTime, id }: OrderEvent): Place => ({ time: eventTime, id });

/** Events of many orders, newest first. @throws {InvalidInputError} naming the field */
export async function listOrderEvents(
  database: Queryable,
  filter: OrderEventFilter,
  options: HistoryOptions = {},
): Promise<Page<OrderEvent>> {
  const { name, values } = eventQuery(filter);
  const list = { name, of: { ...values } };
  return readHistoryPage<OrderEvent>(
    { list, placeOf },
    historyWindow(list, options),
    async (from, { time: cursorTime, id: cursorId }, limit) =>
      (await database.query<OrderEvent>(catalogued(name, { ...values, from, cursorTime, cursorId, limit })))
        .rows,
  );
}

/** The moment as of which orders are looked at. */
export interface KnownAtOptions {
  /** What was recorded by then, and with it. */
  readonly knownAt: Moment;
}

/** No event bears a time more than a day after its recording. */
const lastEventRecordedBy = (moment: Temporal.Instant): Temporal.Instant => moment.add({ hours: 24 });

/** The order as it was known at a moment, as the last event recorded by then; undefined where nothing was known of it. */
export async function findOrderKnownAt(
  database: Queryable,
  orderId: string,
  options: KnownAtOptions,
): Promise<OrderEvent | undefined> {
  const of = timeOrderedId("orderId", orderId);
  const knownAt = momentUpTo("knownAt", knownOptions("options", options, { knownAt: true }).knownAt);
  const recorded = lastEventRecordedBy(knownAt);
  const end = await endOfHistory(database, of);
  const to = Temporal.Instant.compare(recorded, end) < 0 ? recorded : end;
  const values = { orderId: of, knownAt, to };
  return (await database.query<OrderEvent>(catalogued("order_events.known_at", values))).rows[0];
}

/** As {@link findOrderKnownAt}. @throws {NotFoundError} where nothing was known of it */
export async function getOrderKnownAt(
  database: Queryable,
  orderId: string,
  options: KnownAtOptions,
): Promise<OrderEvent> {
  const event = await findOrderKnownAt(database, orderId, options);
  if (event !== undefined) return event;
  throw new NotFoundError(`Nothing was known of order ${orderId} at ${String(options.knownAt)}.`, {
    table: "order_events",
  });
}

/**
 * The orders of an owner as they were known at a moment, newest first. Orders recorded only later are left out, so a page
 * may hold fewer than `limit` while `next` goes on.
 */
export async function listOrdersKnownAt(
  database: Queryable,
  owner: Owner,
  options: KnownAtOptions & HistoryOptions,
): Promise<Page<OrderEvent>> {
  const { knownAt: moment, ...page } = knownOptions("options", options, {
    ...rangeListFields,
    knownAt: true,
  });
  const knownAt = momentUpTo("knownAt", moment);
  const { items, next } = await listOrders(database, owner, page, "orders.list_known_at");
  const oldest = items.at(-1);
  if (oldest === undefined) return { items: [], next };
  const { rows } = await database.query<OrderEvent>(
    catalogued("order_events.list_known_at", {
      ids: items.map(({ id }) => id),
      from: oldest.createdAt,
      knownAt,
      to: lastEventRecordedBy(knownAt),
    }),
  );
  const known = new Map(rows.map((event) => [event.orderId, event]));
  return { items: items.flatMap(({ id }) => known.get(id) ?? []), next };
}
