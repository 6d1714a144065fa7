// Lists of orders in any state, through bounded windows; those that still work are open-orders.ts.
import type { Queryable } from "@app/database";
import { timeOfId, timeOrderedId } from "../identity/time-ordered-id.ts";
import { choice } from "../input/choice-field.ts";
import { onlyOneOf, type Owner, ownerAlternatives, ownerField } from "../input/owner-field.ts";
import { decodeCursor, encodeCursor, LOWEST_ID, type Place } from "../paging/cursor.ts";
import { historyWindow, readHistoryPage } from "../paging/history.ts";
import {
  givenCursor,
  type HistoryOptions,
  type Page,
  pageFields,
  type PageOptions,
  readPage,
} from "../paging/page.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import type { Order } from "./order.ts";

/** Which orders: an owner's, or the rejected ones of all. */
export type OrderFilter = Owner | { readonly status: "rejected" };

const placeOf = ({ createdAt, id }: Order): Place => ({ time: createdAt, id });

function queryOf(filter: OrderFilter) {
  if (onlyOneOf("filter", filter, [...ownerAlternatives, ["status"]]) === "status") {
    choice("status", Reflect.get(filter, "status"), ["rejected"]);
    return { name: "orders.list_rejected", values: {} } as const;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of the words, one of an owner's is left
  const { by, values } = ownerField(filter as Owner);
  return { name: `orders.list_by_${by}`, values } as const;
}

/** Orders, newest first; `listName` is what their cursors belong to. @throws {InvalidInputError} naming the field */
export async function listOrders(
  database: Queryable,
  filter: OrderFilter,
  options: HistoryOptions = {},
  listName = "orders.list",
): Promise<Page<Order>> {
  const { name, values } = queryOf(filter);
  const list = { name: listName, of: { name, ...values } };
  return readHistoryPage<Order>(
    { list, placeOf },
    historyWindow(list, options),
    async (from, { time: cursorTime, id: cursorId }, limit) =>
      (await database.query<Order>(catalogued(name, { ...values, from, cursorTime, cursorId, limit }))).rows,
  );
}

const CHILDREN = "orders.list_children";

/** The orders that hang on one, oldest first. @throws {InvalidInputError} naming the field */
export async function listChildOrders(
  database: Queryable,
  parentOrderId: string,
  options: PageOptions = {},
): Promise<Page<Order>> {
  const orderId = timeOrderedId("parentOrderId", parentOrderId);
  const list = { name: CHILDREN, of: { orderId } };
  // A child may be made a moment before its parent.
  const start = { time: timeOfId(orderId).subtract({ hours: 24 }), id: LOWEST_ID };
  const { time: from, id: cursorId } = decodeCursor(list, givenCursor(options, pageFields), start);
  return readPage(
    options,
    async (limit) =>
      (await database.query<Order>(catalogued(CHILDREN, { orderId, from, cursorId, limit }))).rows,
    (last) => encodeCursor(list, placeOf(last)),
  );
}
