// Puts new orders into the database, all or none, each once: an order that is there already is returned as it is now, if it
// was submitted with the same contents, and is a conflict if not. Events are written by the database itself.
import { ConflictError, jsonParameter, type Transaction } from "@app/database";
import { orderColumns, selectList } from "@app/schema/queries";
import { recordList } from "../input/record-list.ts";
import { refusal, refusalBecause } from "../input/refuse.ts";
import type { Scope } from "../statements/scope.ts";
import type { NewOrder, Order } from "./order.ts";
import { newOrderRow, type NewOrderRow } from "./new-order-row.ts";
import { type PlaceOf, refusedSubmission } from "./refused-submission.ts";

/** What a caller gives; the rest is the table's own. */
const givenColumns = orderColumns.filter(
  (column) =>
    ![
      "updated_at",
      "version",
      "venue_order_id",
      "status",
      "ended_as",
      "status_reason",
      "last_execution_id",
      "transact_time",
      "filled_quantity",
      "remaining_quantity",
      "average_fill_price",
    ].includes(column),
);

const INSERT = `
insert into orders (${givenColumns.join(", ")}, updated_at)
select ${givenColumns.map((column) => `n.${column}`).join(", ")}, n.created_at
from jsonb_populate_recordset(null::orders, $1::jsonb) n
order by n.id -- in every session, so that two that submit the same orders never wait in a circle
on conflict do nothing
returning ${selectList(orderColumns)}`;

/**
 * Orders as they are, and which of the given columns differ from what each was submitted with. What was changed since is
 * taken from the first event that says so.
 */
const COMPARE = `
select ${selectList(orderColumns, "o")}, (
  select array_agg(given.key order by given.key)
  from jsonb_each(to_jsonb(n)) given
  where given.key = any($2) and given.value is distinct from (to_jsonb(o) || coalesce(submitted.first, '{}')) -> given.key
) as "differing"
from jsonb_populate_recordset(null::orders, $1::jsonb) n
join orders o on o.id = n.id and o.created_at = n.created_at and o.created_at >= $3 and o.created_at <= $4
left join lateral (
  select jsonb_object_agg(key, before) as first
  from (
    select distinct on (c.key) c.key, c.value -> 0 as before
    from order_events e cross join lateral jsonb_each(e.changes) c
    where e.order_id = o.id and e.event_time >= $3 and e.event_time <= $5 and e.changes is not null
    order by c.key, e.order_version
  ) changes
) submitted on true`;

type Compared = Order & { readonly differing: readonly string[] | null };

const property = (column: string): string =>
  column.replaceAll(/_([a-z])/gu, (_, letter: string) => letter.toUpperCase());

function otherContents(id: string, differing: readonly string[]): ConflictError {
  const fields = differing.map(property);
  return new ConflictError(
    `Order ${id} was submitted before with another ${fields.join(", ")}; an id names one order for ever.`,
    { field: fields[0], table: "orders" },
  );
}

async function readSubmitted(
  transaction: Transaction,
  rows: readonly NewOrderRow[],
): Promise<ReadonlyMap<string, Order>> {
  const times = rows.map((row) => row.created_at).toSorted();
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return new Map();
  // No event is later than its order says it was changed last, which only a look at the order tells.
  let compared: readonly Compared[];
  let until = Temporal.Instant.from(last);
  for (;;) {
    const bound = until;
    const answer = await transaction.query<Compared>({
      name: "orders.compare_submitted",
      text: COMPARE,
      values: [jsonParameter(rows), givenColumns, first, last, bound],
    });
    compared = answer.rows;
    for (const { updatedAt } of compared)
      if (Temporal.Instant.compare(updatedAt, until) > 0) until = updatedAt;
    if (until === bound) break;
  }
  return new Map(
    compared.map(({ differing, ...order }) => {
      if (differing !== null) throw otherContents(order.id, differing);
      return [order.id, order];
    }),
  );
}

/** Submits rows that were checked. @returns the orders as they are now, in the order given */
async function submitRows(transaction: Transaction, rows: readonly NewOrderRow[]): Promise<readonly Order[]> {
  if (rows.length === 0) return [];
  const { rows: inserted } = await transaction.query<Order>({
    name: "orders.submit",
    text: INSERT,
    values: [jsonParameter(rows)],
  });
  const byId = new Map(inserted.map((order) => [order.id, order]));
  const known = rows.filter(({ id }) => !byId.has(id));
  const before = known.length === 0 ? undefined : await readSubmitted(transaction, known);
  return rows.map(({ id }) => {
    const order = byId.get(id) ?? before?.get(id);
    if (order === undefined)
      throw new ConflictError(`Order ${id} was deleted as it was submitted.`, {
        table: "orders",
        field: "id",
      });
    return order;
  });
}

/**
 * Submits orders in one statement, all or none.
 * @throws {InvalidInputError} naming the field, also for an id given twice
 * @throws {ConflictError} where an id was submitted with other contents, or a name is that of another working order
 */
export async function submitOrders(scope: Scope, orders: readonly NewOrder[]): Promise<readonly Order[]> {
  const rows = recordList("orders", orders).map((order, index) => newOrderRow(order, index));
  refuseRepeatedIds(rows, (index) => `orders[${index}]`);
  return submitAtOnce(scope, rows, (index) => `orders[${index}].`);
}

/**
 * Submits rows that were checked, in a transaction of their own or the caller's. @param placeOf what errors put before a field
 * @throws {ConflictError} naming the field, where the name, the strategy or the parent is to blame
 */
export async function submitAtOnce(
  scope: Scope,
  rows: readonly NewOrderRow[],
  placeOf: PlaceOf,
): Promise<readonly Order[]> {
  try {
    return await scope.atomically((transaction) => submitRows(transaction, rows), { idempotent: true });
  } catch (error) {
    throw refusedSubmission(error, rows, placeOf);
  }
}

/** Submits one order. @throws as submitOrders, the field without a place before it */
export async function submitOrder(scope: Scope, order: NewOrder): Promise<Order> {
  if (typeof order !== "object" || order === null) throw refusal("order", order, "an order");
  const row = newOrderRow(order);
  const [submitted] = await submitAtOnce(scope, [row], () => "");
  if (submitted === undefined) throw new TypeError("One order was submitted and none came back.");
  return submitted;
}

/** Two orders of one id in one call are a mistake of the caller's, whichever was meant. */
export function refuseRepeatedIds(rows: readonly NewOrderRow[], placeOf: (index: number) => string): void {
  const seen = new Set<string>();
  for (const [index, { id }] of rows.entries()) {
    if (seen.has(id)) throw refusalBecause(`${placeOf(index)}.id`, `${id} is given twice.`);
    seen.add(id);
  }
}
