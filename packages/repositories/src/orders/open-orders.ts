// Lists of the orders that may still be executed, of any age: their keys from the working set, then the orders themselves.
// Invariant: no statement plans the years between two orders.
import type { Queryable } from "@app/database";
import { workingOrderStatuses } from "@app/schema/vocabulary";
import { type Moment, timeBound } from "../input/instant-field.ts";
import { ownerField, type Owner } from "../input/owner-field.ts";
import { BEGINNING, decodeCursor, encodeCursor } from "../paging/cursor.ts";
import { givenCursor, type Page, pageFields, type PageOptions, readPage } from "../paging/page.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import type { OpenOrderKey } from "./find-order.ts";
import type { Order } from "./order.ts";

/** Which orders are about to expire. */
export interface ExpiringOptions extends PageOptions {
  /** Those whose time is up before this. */
  readonly before: Moment;
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

/** Open orders of an owner, newest first. @throws {InvalidInputError} naming the field */
export async function listOpenOrders(
  database: Queryable,
  owner: Owner,
  options: PageOptions = {},
): Promise<Page<Order>> {
  const { by, values } = ownerField(owner);
  const query = `open_orders.list_by_${by}` as const;
  const list = { name: query, of: { ...values } };
  const { time: cursorTime, id: cursorId } = decodeCursor(list, givenCursor(options, pageFields));
  const page = await readPage(
    options,
    async (limit) =>
      (await database.query<OpenOrderKey>(catalogued(query, { ...values, cursorTime, cursorId, limit })))
        .rows,
    ({ createdAt, orderId }) => encodeCursor(list, { time: createdAt, id: orderId }),
  );
  return { items: await readByKeys(database, page.items), next: page.next };
}

interface ExpiringKey extends OpenOrderKey {
  readonly expiresAt: Temporal.Instant;
}

const EXPIRING = "open_orders.list_expiring";

/** Open orders whose time is up before a moment, the first to expire first. @throws {InvalidInputError} naming the field */
export async function listExpiringOrders(
  database: Queryable,
  options: ExpiringOptions,
): Promise<Page<Order>> {
  const cursor = givenCursor(options, { ...pageFields, before: true });
  const to = timeBound("before", options.before);
  const list = { name: EXPIRING, of: {} };
  const { time: cursorTime, id: cursorId } = decodeCursor(list, cursor, BEGINNING);
  const { items: keys, next } = await readPage(
    options,
    async (limit) =>
      (await database.query<ExpiringKey>(catalogued(EXPIRING, { to, cursorTime, cursorId, limit }))).rows,
    ({ expiresAt, orderId }) => encodeCursor(list, { time: expiresAt, id: orderId }),
  );
  const newestFirst = keys.toSorted((one, other) => Temporal.Instant.compare(other.createdAt, one.createdAt));
  const orders = new Map((await readByKeys(database, newestFirst)).map((order) => [order.id, order]));
  return { items: keys.flatMap(({ orderId }) => orders.get(orderId) ?? []), next };
}
