// An order may rest for months among many chunks, and lie in columns: its reports are applied all the same, and touch a handful of chunks,
// not all of them since. Chunks are of a day here, so that there are forty of them.
import { beforeAll, describe, expect, it } from "vitest";
import { transactionScope } from "../statements/scope.ts";
import { createTrades } from "../trades/trades.ts";
import { useOrderMarket } from "./testing/order-market.ts";
import { createOrders } from "./orders.ts";

const market = useOrderMarket();

const DAYS = 40;
const day = (n: number): Temporal.Instant => market.at(n * 86_400);

async function edition(): Promise<string> {
  const { rows } = await market.database.query<{ edition: string }>(
    `select coalesce((select coalesce(nullif(current_setting('timescaledb.license', true), ''), 'timescale') from pg_extension
       where extname = 'timescaledb'), 'none') as edition`,
  );
  return rows[0]?.edition ?? "none";
}

beforeAll(async () => {
  if ((await edition()) !== "none")
    await market.database.query("select set_chunk_time_interval('trades', interval '1 day')");
  // Somebody else's fill on each day, so that each has a chunk.
  await market.database.query(
    `insert into trades (id, executed_at, account, exchange, symbol, exchange_trade_id, side, quantity, price, settlement_currency, fee_currency, source)
     select uuid_v7_at(t), t, 'other', 'XTEST', 'ETH-USD', 'of day ' || n, 'buy', 1, 100, 'USD', 'USD', 'test'
     from generate_series(0, $1::int) n, lateral (select $2::timestamptz + n * interval '1 day' as t) x`,
    [DAYS, day(0)],
  );
});

/** Chunks of trades that a transaction has locked, in whatever mode. */
const LOCKED = `select count(distinct c.oid)::int as chunks from pg_locks l join pg_inherits i on i.inhrelid = l.relation
  join pg_class c on c.oid = i.inhrelid
  where l.pid = pg_backend_pid() and i.inhparent = 'trades'::regclass`;

describe("the fills of an old order", () => {
  it("are found within its span: the week after it, or until the latest that was noted", async () => {
    const order = await market.orders.submit(market.newOrder({ createdAt: day(0) }));
    const spans = async () =>
      (
        await market.database.query(
          "select first_executed_at as first, last_executed_at as last from late_fill_spans where order_id = $1",
          [order.id],
        )
      ).rows;
    await market.orders.applyExecutionReport(market.fill(order, "2", { transactTime: day(6) }));
    expect(await spans()).toEqual([]);
    await market.orders.applyExecutionReport(market.fill(order, "3", { transactTime: day(30) }));
    expect(await spans()).toEqual([{ first: day(30), last: day(30) }]);
    // One that comes late lengthens it.
    const { order: after } = await market.orders.applyExecutionReport(
      market.fill(order, "1", { transactTime: day(20) }),
    );
    expect(await spans()).toEqual([{ first: day(20), last: day(30) }]);
    expect(after.filledQuantity).toBe("6");
    const listed = await market.database.transaction(async (transaction) =>
      createTrades(transactionScope(transaction)).list({ orderId: order.id }),
    );
    expect(listed.items.map(({ executedAt }) => executedAt)).toEqual([day(30), day(20), day(6)]);
  });

  it("are noted anew by a rebuild of the accounting", async () => {
    const spans = async () =>
      (await market.database.query("select * from late_fill_spans order by order_id")).rows;
    const noted = await spans();
    expect(noted).not.toEqual([]);
    await market.database.transaction(async (transaction) => {
      await transaction.query("select set_config('accounting.maintenance', 'on', true)");
      await transaction.query("delete from late_fill_spans");
    });
    expect(await spans()).toEqual([]);
    await market.database.query("select rebuild_accounting()");
    expect(await spans()).toEqual(noted);
  });

  it("cost a handful of chunks, whatever lies after it", async (context) => {
    context.skip((await edition()) === "none", "there are no chunks without TimescaleDB");
    const order = await market.orders.submit(market.newOrder({ createdAt: day(1), symbol: "SOL-USD" }));
    await market.orders.applyExecutionReport(market.fill(order, "1", { transactTime: day(2) }));
    const locked = await market.database.transaction(async (transaction) => {
      await createOrders(transactionScope(transaction)).applyExecutionReport(
        market.fill(order, "1", { transactTime: day(2).add({ seconds: 60 }) }),
      );
      return (await transaction.query<{ chunks: number }>(LOCKED)).rows[0]?.chunks;
    });
    // A week and the day before, for the sum of its fills.
    expect(locked).toBeLessThanOrEqual(10);
    expect(locked).toBeGreaterThan(0);

    const muchLater = await market.database.transaction(async (transaction) => {
      await createOrders(transactionScope(transaction)).applyExecutionReport(
        market.fill(order, "1", { transactTime: day(DAYS - 1) }),
      );
      return (await transaction.query<{ chunks: number }>(LOCKED)).rows[0]?.chunks;
    });
    expect(muchLater).toBeLessThanOrEqual(12);
  });
});

describe("a fill before its position's first one", () => {
  it("touches no chunk before it", async (context) => {
    context.skip((await edition()) === "none", "there are no chunks without TimescaleDB");
    const order = await market.orders.submit(market.newOrder({ createdAt: day(DAYS), symbol: "ADA-USD" }));
    await market.orders.applyExecutionReport(
      market.fill(order, "2", { transactTime: day(DAYS).add({ seconds: 9 }) }),
    );
    const locked = await market.database.transaction(async (transaction) => {
      await createTrades(transactionScope(transaction)).append({
        exchange: "XTEST",
        account: "main",
        strategyId: market.strategyId,
        symbol: "ADA-USD",
        side: "buy",
        exchangeTradeId: "the first",
        executedAt: day(DAYS).add({ seconds: 5 }),
        quantity: "1",
        price: "90",
        settlementCurrency: "USD",
        source: "test",
      });
      return (await transaction.query<{ chunks: number }>(LOCKED)).rows[0]?.chunks;
    });
    expect(locked).toBe(1);
    const { rows } = await market.database.query(
      "select quantity, cost_basis as cost, fill_count::int as fills from positions where symbol = 'ADA-USD'",
    );
    expect(rows).toEqual([{ quantity: "3", cost: "290", fills: 2 }]);
  });
});

describe("an order in columns", () => {
  it("takes every report, a new name included", async (context) => {
    context.skip((await edition()) !== "timescale", "only the community edition has columnstore");
    const order = await market.orders.submit(market.newOrder({ createdAt: day(3), symbol: "XRP-USD" }));
    const intoColumns = async (): Promise<void> => {
      await market.database.query("select compress_chunk(chunk, true) from show_chunks('orders') chunk");
    };
    await intoColumns();
    await market.orders.applyExecutionReport(market.state(order, "new"));
    await intoColumns();
    await market.orders.applyExecutionReport(market.fill(order, "2"));
    await intoColumns();
    const replaced = await market.orders.applyExecutionReport({
      type: "replaced",
      order: { orderId: order.id },
      executionId: "with a new name",
      transactTime: order.createdAt.add({ hours: 1 }),
      clientOrderId: "a new name",
      limitPrice: "99",
    });
    expect(replaced.order).toMatchObject({
      clientOrderId: "a new name",
      limitPrice: "99",
      filledQuantity: "2",
      status: "partially_filled",
    });
    await intoColumns();
    const { order: canceled } = await market.orders.applyExecutionReport(market.state(order, "canceled"));
    expect(canceled).toMatchObject({ status: "canceled", filledQuantity: "2" });
  });
});
