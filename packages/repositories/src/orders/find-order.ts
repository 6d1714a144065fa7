// Finds one order: by its id, which holds its time; else by a name of it, in the working set first, then window by window.
import { NotFoundError, type Queryable } from "@app/database";
import { now } from "../time/now.ts";
import { timeOrderedId } from "../identity/time-ordered-id.ts";
import { NEWEST } from "../paging/cursor.ts";
import { type LookUpOptions, lookUpStart } from "../paging/history.ts";
import { readNewestFirst } from "../paging/widening-window.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import type { Order } from "./order.ts";
import {
  type CheckedName,
  checkName,
  checkReference,
  type OrderName,
  type OrderReference,
} from "./order-reference.ts";

/** What the working set says of an order. */
export interface OpenOrderKey {
  readonly orderId: string;
  readonly createdAt: Temporal.Instant;
}

/** @throws {InvalidInputError} for an id that is no UUIDv7 */
export async function findOrder(
  database: Queryable,
  orderId: unknown,
  field = "orderId",
): Promise<Order | undefined> {
  const id = timeOrderedId(field, orderId);
  return (await database.query<Order>(catalogued("orders.get", { id }))).rows[0];
}

/** @throws {NotFoundError} where there is no such order */
export async function getOrder(database: Queryable, orderId: unknown): Promise<Order> {
  const order = await findOrder(database, orderId);
  if (order !== undefined) return order;
  throw new NotFoundError(`There is no order ${String(orderId)}.`, { table: "orders" });
}

async function findOpen(database: Queryable, { by, values }: CheckedName): Promise<OpenOrderKey | undefined> {
  const open = await database.query<OpenOrderKey>(catalogued(`open_orders.find_by_${by}`, values));
  if (open.rows[0] !== undefined || by === "venue_order_id") return open.rows[0];
  // A report that was under way while the order was replaced bears the name it had before.
  const former = await database.query<OpenOrderKey>(
    catalogued("open_orders.find_by_former_client_order_id", values),
  );
  return former.rows[0];
}

async function findNamed(
  database: Queryable,
  name: CheckedName,
  from: Temporal.Instant | undefined,
): Promise<Order | undefined> {
  const { by, values } = name;
  const key = await findOpen(database, name);
  if (key !== undefined) return findOrder(database, key.orderId);
  const [newest] = await readNewestFirst<Order>(
    async (start, { time: cursorTime, id: cursorId }, limit) =>
      (
        await database.query<Order>(
          catalogued(`orders.find_by_${by}`, { ...values, from: start, cursorTime, cursorId, limit }),
        )
      ).rows,
    { before: NEWEST, from, limit: 1, now: now() },
  );
  return newest;
}

/**
 * The order of a name; of several the one that works, else the newest.
 * @throws {InvalidInputError} naming the field
 */
export async function findByName(
  database: Queryable,
  name: OrderName,
  options: LookUpOptions = {},
): Promise<Order | undefined> {
  return findNamed(database, checkName(name), lookUpStart(options));
}

/** @throws {NotFoundError} where there is no such order */
export async function getByName(
  database: Queryable,
  name: OrderName,
  options: LookUpOptions = {},
): Promise<Order> {
  const checked = checkName(name);
  return found(await findNamed(database, checked, lookUpStart(options)), checked);
}

/**
 * The order a reference means, as `getByName` where it is a name.
 * @throws {NotFoundError} where there is no such order
 */
export async function getReferenced(database: Queryable, reference: OrderReference): Promise<Order> {
  const checked = checkReference(reference);
  if (checked.by === "id") return getOrder(database, checked.orderId);
  return found(await findNamed(database, checked, undefined), checked);
}

function found(order: Order | undefined, { shown }: CheckedName): Order {
  if (order !== undefined) return order;
  throw new NotFoundError(`There is no order ${shown}.`, { table: "orders" });
}
