// Orders read back: by every name, as pages that lose and double nothing, as history, and as they were known at a moment.
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createId } from "../identity/time-ordered-id.ts";
import type { Page } from "../paging/page.ts";
import type { Order, NewOrder } from "./order.ts";
import { useOrderMarket } from "./testing/order-market.ts";

const market = useOrderMarket();
const ids = (orders: readonly { readonly id: string }[]): string[] => orders.map(({ id }) => id);

/** Orders of an account of their own, each a day older than the last. */
async function ageingOrders(
  account: string,
  count: number,
  overrides: Partial<NewOrder> = {},
): Promise<Order[]> {
  const given = Array.from({ length: count }, (_, day) => {
    const createdAt = market.at(-86_400 * day);
    return market.newOrder({ createdAt, id: createId(createdAt), account, ...overrides });
  });
  return [...(await market.orders.submitMany(given))];
}

async function allPages(read: (cursor: string | undefined) => Promise<Page<{ readonly id: string }>>) {
  const found: string[] = [];
  let pages = 0;
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    found.push(...ids(page.items));
    cursor = page.next;
    pages += 1;
  } while (cursor !== undefined);
  return { found, pages };
}

describe("open orders", () => {
  it("are listed whatever their age, newest first, page by page", async () => {
    const orders = await ageingOrders("aged", 25, { symbol: "AGED" });
    for (const owner of [{ account: "aged" }, { exchange: "XTEST", symbol: "AGED" }]) {
      const { found, pages } = await allPages((cursor) =>
        market.orders.listOpen(owner, { limit: 10, cursor }),
      );
      expect(found).toEqual(ids(orders));
      expect(pages).toBe(3);
    }
    const [newest] = orders;
    if (newest === undefined) throw new Error("no order");
    await market.orders.applyExecutionReport(market.state(newest, "canceled"));
    expect((await market.orders.listOpen({ account: "aged" })).items).toHaveLength(24);
    expect((await market.orders.listOpen({ strategyId: createId(market.at(0)) })).items).toEqual([]);
  });

  it("are the ones of the table, after any statement", async () => {
    const [order] = await ageingOrders("moved", 1);
    const working = async (): Promise<unknown> =>
      (await market.database.query(`select client_order_id from open_orders where account = 'moved'`)).rows;
    expect(await working()).toEqual([{ client_order_id: order?.clientOrderId }]);
    await market.database.query(`update orders set client_order_id = 'renamed' where account = 'moved'`);
    expect(await working()).toEqual([{ client_order_id: "renamed" }]);
    await market.database.query(`update orders set status = 'rejected' where account = 'moved'`);
    expect(await working()).toEqual([]);
    const write = market.database.query(`delete from open_orders`);
    await expect(write).rejects.toMatchObject({ constraint: "open_orders_computed" });
  });

  it("are listed by the end of their time", async () => {
    const expiring = async (days: number): Promise<Order> =>
      market.orders.submit(
        market.newOrder({ account: "expiring", timeInForce: "gtd", expiresAt: market.at(86_400 * days) }),
      );
    const [last, first, second] = [await expiring(30), await expiring(1), await expiring(2)];
    const before = (days: number) => ({ before: market.at(86_400 * days) });
    expect(ids((await market.orders.listExpiring(before(3))).items)).toEqual(ids([first, second]));
    const { found } = await allPages((cursor) =>
      market.orders.listExpiring({ ...before(31), limit: 1, cursor }),
    );
    expect(found).toEqual(ids([first, second, last]));
  });
});

describe("an order by a name of it", () => {
  it("is the one that works, else the newest, however old", async () => {
    const name = { account: "named", exchange: "XTEST", clientOrderId: "the name" };
    const at = (days: number): Partial<NewOrder> => {
      const createdAt = market.at(-86_400 * days);
      return { createdAt, id: createId(createdAt), account: "named", clientOrderId: "the name" };
    };
    const oldest = await market.orders.submit(market.newOrder(at(3_000)));
    expect((await market.orders.findByName(name))?.id).toBe(oldest.id);
    await market.orders.applyExecutionReport(market.state(oldest, "canceled", { venueOrderId: "V-old" }));
    expect((await market.orders.findByName(name))?.id).toBe(oldest.id);
    expect((await market.orders.findByName({ exchange: "XTEST", venueOrderId: "V-old" }))?.id).toBe(
      oldest.id,
    );
    expect(await market.orders.findByName(name, { from: market.at(-86_400 * 2_000) })).toBeUndefined();
    const newer = await market.orders.submit(market.newOrder(at(400)));
    expect((await market.orders.findByName(name))?.id).toBe(newer.id);
    await market.orders.applyExecutionReport(market.state(newer, "canceled"));
    expect((await market.orders.getByName(name)).id).toBe(newer.id);
    expect(await market.orders.findByName({ ...name, clientOrderId: "another" })).toBeUndefined();
  });
});

describe("a list of orders", () => {
  let orders: Order[];
  beforeAll(async () => {
    orders = await ageingOrders("listed", 60, { symbol: "LISTED" });
  });

  it("is read newest first through years, and between two moments", async () => {
    const { found } = await allPages((cursor) =>
      market.orders.list({ account: "listed" }, { limit: 7, cursor }),
    );
    expect(found).toEqual(ids(orders));
    const between = await market.orders.list(
      { exchange: "XTEST", symbol: "LISTED" },
      { from: market.at(-86_400 * 40), to: market.at(-86_400 * 30), limit: 1_000 },
    );
    // From the first moment on, up to the second without it.
    expect(ids(between.items)).toEqual(ids(orders.slice(31, 41)));
    const streamed: string[] = [];
    for await (const { id } of market.orders.stream({ account: "listed" })) streamed.push(id);
    expect(streamed).toEqual(ids(orders));
  });

  it("of nobody is empty", async () => {
    expect(await market.orders.list({ account: "nobody" })).toEqual({ items: [], next: undefined });
  });

  it("loses and doubles nothing while orders arrive", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          limit: fc.integer({ min: 1, max: 9 }),
          ages: fc.array(fc.integer({ min: -5, max: 80 }), { minLength: 1, maxLength: 12 }),
        }),
        async ({ limit, ages }) => {
          const account = `arriving ${createId(market.at(0))}`;
          const before = new Set(ids(await ageingOrders(account, 20)));
          const arriving = [...ages];
          const { found } = await allPages(async (cursor) => {
            const page = await market.orders.list({ account }, { limit, cursor });
            const age = arriving.pop();
            if (age !== undefined) {
              const createdAt = market.at(-86_400 * age + 7);
              await market.orders.submit(market.newOrder({ createdAt, id: createId(createdAt), account }));
            }
            return page;
          });
          expect(new Set(found).size).toBe(found.length);
          expect(found.filter((id) => before.has(id))).toHaveLength(20);
        },
      ),
      { numRuns: 8 },
    );
  });

  it("takes no cursor but its own, and no limit but 1 to 1,000", async () => {
    const { next } = await market.orders.list({ account: "listed" }, { limit: 1 });
    const other = market.orders.list({ exchange: "XTEST", symbol: "LISTED" }, { cursor: next });
    await expect(other).rejects.toMatchObject({ field: "cursor" });
    for (const cursor of ["", "x", "' or true --"]) {
      await expect(market.orders.list({ account: "listed" }, { cursor })).rejects.toMatchObject({
        field: "cursor",
      });
    }
    for (const limit of [0, -1, 1.5, 1_001, 1e9, Number.NaN]) {
      await expect(market.orders.list({ account: "listed" }, { limit })).rejects.toMatchObject({
        field: "limit",
      });
    }
    const reversed = { from: market.at(1), to: market.at(0) };
    await expect(market.orders.list({ account: "listed" }, reversed)).rejects.toMatchObject({
      field: "to",
    });
    await expect(market.orders.listOpen({} as never)).rejects.toMatchObject({ field: "owner" });
  });
});

describe("the history of orders", () => {
  it("tells what was known at each moment, and nothing that came later", async () => {
    const order = await market.orders.submit(market.newOrder({ account: "known" }));
    const now = async (): Promise<Temporal.Instant> =>
      (await market.database.query<{ now: Temporal.Instant }>("select clock_timestamp() as now")).rows[0]
        ?.now ?? market.at(0);
    const submitted = await now();
    await market.orders.applyExecutionReport(market.fill(order, "4"));
    const filled = await now();
    await market.orders.applyExecutionReport(market.state(order, "canceled"));
    const statusAt = async (at: Temporal.Instant) =>
      (await market.orders.findKnownAt(order.id, { knownAt: at }))?.toStatus;
    expect(await statusAt(submitted)).toBe("pending_new");
    expect(await statusAt(filled)).toBe("partially_filled");
    expect(await statusAt(await now())).toBe("canceled");
    // The order is dated months before it was recorded: then nobody knew it.
    expect(await statusAt(order.createdAt)).toBeUndefined();
    await expect(market.orders.getKnownAt(order.id, { knownAt: order.createdAt })).rejects.toMatchObject({
      kind: "not-found",
    });
    const history = await allPages((cursor) => market.orders.listHistory(order.id, { limit: 2, cursor }));
    expect(history.found).toEqual(ids((await market.orders.listHistory(order.id)).items));
    expect(history.found).toHaveLength(3);
    const later = await market.orders.submit(market.newOrder({ account: "known" }));
    const known = await market.orders.listKnownAt({ account: "known" }, { knownAt: filled });
    expect(known.items.map(({ orderId, toStatus }) => [orderId, toStatus])).toEqual([
      [order.id, "partially_filled"],
    ]);
    const present = await market.orders.listKnownAt({ account: "known" }, { knownAt: await now() });
    expect(present.items[0]?.orderId).toBe(later.id);
  });

  it("is found by account, by execution and by what was changed", async () => {
    const order = await market.orders.submit(market.newOrder({ account: "traced" }));
    const report = market.fill(order, "4");
    await market.orders.applyExecutionReport(report);
    await market.database.query(`update orders set retain_until = '2044-01-01' where account = 'traced'`);
    const types = async (filter: Parameters<typeof market.orders.listEvents>[0]) =>
      (await market.orders.listEvents(filter)).items.map(({ type }) => type);
    expect(await types({ account: "traced" })).toEqual(["updated", "filled", "created"]);
    expect(await types({ exchange: "XTEST", executionId: report.executionId })).toContain("filled");
    expect(await types({ changedColumn: "retain_until" })).toEqual(["updated"]);
    await market.orders.applyExecutionReport(
      market.state(await market.orders.submit(market.newOrder({ exchange: "XREJECT" })), "rejected"),
    );
    expect(await types({ exchange: "XREJECT", type: "rejected" })).toEqual(["rejected"]);
    expect((await market.orders.list({ status: "rejected" })).items.length).toBeGreaterThan(0);
  });
});

describe("the working set", () => {
  it("is made anew by the owner after its triggers were off", async () => {
    const orders = await ageingOrders("rebuilt", 3);
    const [first] = orders;
    if (first === undefined) throw new Error("no order");
    await market.database.query("alter table orders disable trigger d_relist_open");
    await market.orders.applyExecutionReport(market.state(first, "canceled"));
    await market.database.query("alter table orders enable trigger d_relist_open");
    const keys = async () =>
      (
        await market.database.query(
          `select order_id as id from open_orders where account = 'rebuilt' order by 1`,
        )
      ).rows;
    expect(await keys()).toHaveLength(3);
    const before = await market.database.query(
      "select * from open_orders where order_id <> $1 order by order_id",
      [first.id],
    );
    await market.database.query("select rebuild_open_orders()");
    expect(await keys()).toEqual(
      ids(orders.slice(1))
        .toSorted()
        .map((id) => ({ id })),
    );
    expect((await market.database.query("select * from open_orders order by order_id")).rows).toEqual(
      before.rows,
    );
  });
});
