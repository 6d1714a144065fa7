// Orders that hang on other orders: as deep as one likes, in any order of arrival, but never in a circle.
import { beforeEach, describe, expect, it } from "vitest";
import { refusedBy } from "../fixtures/client.ts";
import { insertRow, insertRows, type Row } from "../fixtures/insert.ts";
import { orderRow } from "../fixtures/rows.ts";
import { useDatabase } from "../fixtures/use-database.ts";

const db = useDatabase(2);
const acyclic = "orders_parent_acyclic";
const accepted = "nothing: it was accepted";

let first = 0;
beforeEach(() => {
  first += 10;
});

/** Orders on days of their own, each on the next of them. */
async function chain(length: number): Promise<(Row & { readonly id: string })[]> {
  const orders = Array.from({ length }, (_, index) => orderRow({}, (first + index) * 86_400));
  await insertRows(
    db.client,
    "orders",
    orders.map((order, index) => ({ ...order, parent_order_id: orders[index + 1]?.id ?? null })),
  );
  return orders;
}

const hang = (client: number, child: Row | undefined, parent: Row | undefined): Promise<unknown> =>
  db.clients[client]?.query("update orders set parent_order_id = $2 where id = $1 and created_at = $3", [
    child?.["id"],
    parent?.["id"] ?? null,
    child?.["created_at"],
  ]) ?? Promise.reject(new Error("There are two sessions."));

const parents = async (orders: readonly Row[]): Promise<unknown[]> =>
  (
    await db.rows("select parent_order_id from orders where id = any($1) order by id", [
      orders.map(({ id }) => id),
    ])
  ).map((row) => row["parent_order_id"]);

describe("an order", () => {
  it("hangs on others over any number, and may be hung elsewhere", async () => {
    const orders = await chain(8);
    const [last] = await chain(1);
    await hang(0, orders.at(-1), last);
    await hang(0, orders[2], last);
    await hang(0, orders[2], orders[3]);
    expect((await parents(orders)).slice(0, 7)).toEqual(orders.slice(1).map(({ id }) => id));
  });

  it("is refused where it comes with another that hangs on it", async () => {
    const one = orderRow({}, first * 86_400);
    const other = orderRow({ parent_order_id: one.id }, first * 86_400);
    const both = [{ ...one, parent_order_id: other.id }, other];
    expect(await refusedBy(insertRows(db.client, "orders", both))).toBe(acyclic);
    await db.client.query("begin");
    for (const row of both) await insertRow(db.client, "orders", row);
    expect(await refusedBy(db.client.query("commit"))).toBe(acyclic);
    expect(await parents([one, other])).toEqual([]);
  });

  it("is refused a parent that hangs on it, directly or over others", async () => {
    const orders = await chain(4);
    for (const child of orders.slice(1)) expect(await refusedBy(hang(0, child, orders[0]))).toBe(acyclic);
    expect(await refusedBy(hang(0, orders[2], undefined))).toBe(accepted);
    expect(await refusedBy(hang(0, orders[1], orders[0]))).toBe(acyclic);
    expect(await refusedBy(hang(0, orders[3], orders[0]))).toBe(accepted);
  });

  it("and another that are hung on each other by two sessions at once do not both succeed", async () => {
    const [one, other] = [...(await chain(1)), ...(await chain(1))];
    const outcomes: (string | undefined)[] = [];
    for (const client of db.clients) await client.query("begin");
    await hang(0, one, other);
    await hang(1, other, one);
    await Promise.all(
      db.clients.map(async (client) => outcomes.push(await refusedBy(client.query("commit")))),
    );
    expect(outcomes.filter((outcome) => outcome === accepted)).toHaveLength(1);
    // The other is told to try again, or sees the circle.
    expect(["40P01", acyclic]).toContain(outcomes.find((outcome) => outcome !== accepted));
  });

  it("in columns is refused all the same", async (context) => {
    context.skip(db.database.edition !== "timescale", "only the community edition has columnstore");
    const orders = await chain(3);
    await db.client.query("select compress_chunk(c, true) from show_chunks('orders') c");
    expect(await refusedBy(hang(0, orders[2], orders[0]))).toBe(acyclic);
    expect(await refusedBy(hang(0, orders[1], undefined))).toBe(accepted);
    expect(await refusedBy(hang(0, orders[2], orders[0]))).toBe(accepted);
  });
});
