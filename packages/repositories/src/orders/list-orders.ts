// Lists of orders, newest first: the open ones through the working set, the rest through bounded windows.
import type { Queryable } from "@app/database";
import { now } from "../time/now.ts";
import { workingOrderStatuses } from "@app/schema/vocabulary";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { type Moment, timeBound } from "../input/instant-field.ts";
import { pageLimit, MOST_ROWS } from "../input/number-field.ts";
import { optional } from "../input/optional.ts";
import { refusal, refusalBecause } from "../input/refuse.ts";
import { namedCode } from "../input/text-field.ts";
import { decodeCursor, encodeCursor, type Page, type Place } from "../paging/cursor.ts";
import { readNewestFirst } from "../paging/widening-window.ts";
import { catalogued, type QueryValues } from "../statements/catalogued-statement.ts";
import type { OpenOrderKey } from "./find-order.ts";
import type { Order } from "./order.ts";

/** Whose orders. */
export type OrderOwner =
  | { readonly strategyId: string }
  | { readonly account: string }
  | { readonly exchange: string; readonly symbol: string };

/** Which orders of an owner. */
export type OrderFilter = OrderOwner | { readonly status: "rejected" };

/** Which page of a list. */
export interface PageOptions {
  /** Rows of the page, 1 to 1,000. @defaultValue 100 */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly cursor?: string | undefined;
}

/** Which page of a list that reaches back in time. */
export interface HistoryOptions extends PageOptions {
  /** Nothing older; without it the list is read back to the beginning, in windows that widen. */
  readonly since?: Moment | undefined;
  /** Nothing from this moment on. */
  readonly until?: Moment | undefined;
}

type Owner = "strategy" | "account" | "symbol";

/** @throws {InvalidInputError} naming the field, or where it is not clear whose orders are meant */
export function ownerOf(filter: OrderOwner): { readonly by: Owner; readonly values: QueryValues } {
  if (typeof filter !== "object" || filter === null) throw refusal("filter", filter, "a filter");
  if ("strategyId" in filter) {
    return { by: "strategy", values: { strategyId: timeOrderedId("strategyId", filter.strategyId) } };
  }
  if ("account" in filter)
    return { by: "account", values: { account: namedCode("account", filter.account) } };
  if ("symbol" in filter) {
    const values = {
      exchange: namedCode("exchange", filter.exchange),
      symbol: namedCode("symbol", filter.symbol),
    };
    return { by: "symbol", values };
  }
  throw refusalBecause("filter", "give strategyId, or account, or exchange and symbol.");
}

const before = (position: Place, until: Temporal.Instant | null): Place =>
  until !== null && Temporal.Instant.compare(until, position.time) < 0
    ? { time: until, id: "00000000-0000-0000-0000-000000000000" }
    : position;

/** What a page of history begins and ends with. */
export function historyWindow(
  list: string,
  options: HistoryOptions,
): { readonly before: Place; readonly since: Temporal.Instant | undefined; readonly limit: number } {
  const until = optional(options.until, (value) => timeBound("until", value));
  const since = optional(options.since, (value) => timeBound("since", value));
  if (since !== null && until !== null && Temporal.Instant.compare(since, until) > 0) {
    throw refusalBecause(
      "until",
      `the range ends at ${until.toString()}, before it begins at ${since.toString()}.`,
    );
  }
  return {
    before: before(decodeCursor(list, options.cursor), until),
    since: since ?? undefined,
    limit: pageLimit(options.limit),
  };
}

/** A page of what was read with one row more than it holds. */
export function pageOf<Row>(
  list: string,
  rows: readonly Row[],
  limit: number,
  positionOf: (row: Row) => Place,
): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    next: rows.length > limit && last !== undefined ? encodeCursor(list, positionOf(last)) : undefined,
  };
}

const placeOf = ({ createdAt, id }: Order): Place => ({ time: createdAt, id });

/** @throws {InvalidInputError} naming the field */
export async function listOrders(
  database: Queryable,
  filter: OrderFilter,
  options: HistoryOptions = {},
): Promise<Page<Order>> {
  if ("status" in filter && filter.status !== "rejected")
    throw refusal("status", filter.status, '"rejected"');
  const query =
    "status" in filter ? ({ name: "orders.list_rejected", values: {} } as const) : byOwner(filter);
  const list = query.name;
  const { limit, ...window } = historyWindow(list, options);
  const rows = await readNewestFirst<Order>(
    async (from, { time: cursorTime, id: cursorId }, count) =>
      (
        await database.query<Order>(
          catalogued(query.name, { ...query.values, from, cursorTime, cursorId, limit: count }),
        )
      ).rows,
    { ...window, limit: limit + 1, now: now() },
  );
  return pageOf(list, rows, limit, placeOf);
}

function byOwner(filter: OrderOwner) {
  const { by, values } = ownerOf(filter);
  return { name: `orders.list_by_${by}`, values } as const;
}

/** Open orders of more than this are read in several statements, so that the years between them are not planned. */
const STRETCH_HOURS = 28 * 24;

const isWorking = ({ status }: Order): boolean => workingOrderStatuses.some((working) => working === status);

/** Reads orders by key, newest first, in one statement per stretch of time they lie in. */
async function readByKeys(database: Queryable, keys: readonly OpenOrderKey[]): Promise<readonly Order[]> {
  const stretches: OpenOrderKey[][] = [];
  for (const key of keys) {
    const newest = stretches.at(-1)?.[0];
    const isNear =
      newest !== undefined &&
      Temporal.Instant.compare(key.createdAt, newest.createdAt.subtract({ hours: STRETCH_HOURS })) >= 0;
    if (isNear) stretches.at(-1)?.push(key);
    else stretches.push([key]);
  }
  const orders: Order[] = [];
  for (const stretch of stretches) {
    const values = {
      ids: stretch.map(({ orderId }) => orderId),
      from: stretch.at(-1)?.createdAt,
      to: stretch[0]?.createdAt,
    };
    const { rows } = await database.query<Order>(catalogued("orders.list_by_id", values));
    orders.push(...rows);
  }
  // One may have been filled or canceled since its key was read.
  return orders.filter(isWorking);
}

/** Orders that may still be executed, newest first. @throws {InvalidInputError} naming the field */
export async function listOpenOrders(
  database: Queryable,
  owner: OrderOwner,
  options: PageOptions = {},
): Promise<Page<Order>> {
  const { by, values } = ownerOf(owner);
  const list = `open_orders.list_by_${by}` as const;
  const limit = pageLimit(options.limit);
  const { time: cursorTime, id: cursorId } = decodeCursor(list, options.cursor);
  const { rows: keys } = await database.query<OpenOrderKey>(
    catalogued(list, { ...values, cursorTime, cursorId, limit: limit + 1 }),
  );
  const page = pageOf(list, keys, limit, ({ createdAt, orderId }) => ({ time: createdAt, id: orderId }));
  return { items: await readByKeys(database, page.items), next: page.next };
}

/** Open orders whose time is up before a moment, the first to expire first. @throws {InvalidInputError} naming the field */
export async function listExpiringOrders(
  database: Queryable,
  { before: to, limit }: { readonly before: Moment; readonly limit?: number | undefined },
): Promise<readonly Order[]> {
  const { rows: keys } = await database.query<OpenOrderKey>(
    catalogued("open_orders.list_expiring", { to: timeBound("before", to), limit: pageLimit(limit) }),
  );
  const newestFirst = keys.toSorted((one, other) => Temporal.Instant.compare(other.createdAt, one.createdAt));
  const orders = await readByKeys(database, newestFirst);
  const expiry = ({ expiresAt, createdAt }: Order): Temporal.Instant => expiresAt ?? createdAt;
  return orders.toSorted((one, other) => Temporal.Instant.compare(expiry(one), expiry(other)));
}

/** The orders that hang on one, oldest first. @throws {InvalidInputError} naming the field */
export async function listChildOrders(database: Queryable, parentOrderId: string): Promise<readonly Order[]> {
  const orderId = timeOrderedId("parentOrderId", parentOrderId);
  return (await database.query<Order>(catalogued("orders.list_children", { orderId, limit: MOST_ROWS })))
    .rows;
}
