// Several sessions at the same fills and positions wait for each other in one order and never in a circle; and a role needs
// no more than it writes. Deadlocks are counted by the server, since a repository would run a loser again unseen.
import { createDatabase, type Database, parseConnection } from "@app/database";
import { createTestDatabase } from "@app/local-server/testing";
import { migratedTemplate } from "@app/migrator/testing";
import { expect, it, onTestFinished } from "vitest";
import { createId } from "../identity/time-ordered-id.ts";
import { createMarketDataIn } from "../market-data/market-data.ts";
import { createOrders } from "../orders/orders.ts";
import { poolScope, transactionScope } from "../statements/scope.ts";
import { at, buy, createStrategy, nextSerial } from "./testing/fills.ts";
import { refusalOf } from "./testing/fills-database.ts";
import type { NewFill } from "./trade.ts";
import { createTrades } from "./trades.ts";

interface Sessions {
  readonly database: Database;
  /** Ends the sessions, so that what they counted is told, and gives the deadlocks among them. */
  deadlocks(this: void): Promise<number>;
  readonly urls: { readonly url: string; readonly superuserUrl: string };
}

async function openSessions(poolSize: number): Promise<Sessions> {
  const server = await createTestDatabase({ template: migratedTemplate });
  const database = createDatabase(parseConnection(server.url), { poolSize });
  onTestFinished(async () => {
    await database.close();
    await server.drop();
  });
  return {
    database,
    urls: server,
    async deadlocks() {
      await database.close();
      const observer = createDatabase(parseConnection(server.url), { poolSize: 1 });
      try {
        const { rows } = await observer.query<{ deadlocks: number }>(
          "select deadlocks::int as deadlocks from pg_stat_database where datname = current_database()",
        );
        return rows[0]?.deadlocks ?? Number.NaN;
      } finally {
        await observer.close();
      }
    },
  };
}

/** Each session has an order of its own, the same in every run. */
function shuffled<Item>(items: readonly Item[], session: number): Item[] {
  const place = (index: number): number => ((index + 1) * (2 * session + 7919)) % 307;
  return items
    .map((item, index) => ({ item, place: place(index) }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ item }) => item);
}

it("sessions that record the same fills in any order, by statements and by COPY, never deadlock", async () => {
  const { database, deadlocks } = await openSessions(6);
  const trades = createTrades(poolScope(database));
  for (let round = 0; round < 2; round += 1) {
    // Trade ids against the order of time, so that no two orders of the key agree by chance.
    const fills = Array.from({ length: 300 }, (_, index) =>
      buy("1", "100", {
        symbol: `S${index % 7}`,
        exchangeTradeId: `trade ${900 - index} of ${round}`,
        executedAt: at(10_000 * round + index),
      }),
    );
    await Promise.all(
      Array.from({ length: 6 }, (_, session): Promise<unknown> => {
        const mine: NewFill[] = shuffled(fills, session);
        return session % 2 === 0 ? trades.appendMany(mine) : trades.copyIn(mine);
      }),
    );
  }
  const { rows } = await database.query<{ fills: number }>(
    "select sum(fill_count)::int as fills from positions",
  );
  expect(rows).toEqual([{ fills: 600 }]);
  expect(await deadlocks()).toBe(0);
});

it("sessions that submit the same orders, or store the same bars, in any order never deadlock", async () => {
  const { database, deadlocks } = await openSessions(12);
  const orders = createOrders(poolScope(database));
  const bars = createMarketDataIn(poolScope(database));
  for (let round = 0; round < 3; round += 1) {
    const createdAt = at(round);
    const given = Array.from({ length: 100 }, (_, index) => ({
      id: createId(createdAt),
      createdAt,
      account: "main",
      exchange: "XTEST",
      symbol: "BTC-USD",
      clientOrderId: `order ${(index * 37) % 100} of ${round}`,
      side: "buy" as const,
      type: "limit" as const,
      quantity: "1",
      limitPrice: "100",
      source: "test",
    }));
    const minutes = Array.from({ length: 100 }, (_, minute) => ({
      time: at(minute * 60),
      open: 10 + round,
      high: 10 + round,
      low: 10 + round,
      close: 10 + round,
    }));
    const series = { exchange: "XTEST", symbol: "BTC-USD", timeframe: "1m" } as const;
    await Promise.all(
      Array.from({ length: 6 }, (_, session) => [
        orders.submitMany(shuffled(given, session)),
        bars.upsert(series, shuffled(minutes, session), { source: "test", indicators: false }),
      ]).flat(),
    );
  }
  const { rows } = await database.query(
    "select (select count(*)::int from orders) as orders, (select bar_count::int from market_series) as bars",
  );
  expect(rows).toEqual([{ orders: 300, bars: 100 }]);
  expect(await deadlocks()).toBe(0);
});

it("busts and late fills of positions without a strategy never deadlock", async () => {
  const { database, deadlocks } = await openSessions(8);
  const trades = createTrades(poolScope(database));
  const symbols = ["A", "B"];
  const fills = await trades.appendMany(
    symbols.flatMap((symbol) =>
      Array.from({ length: 16 }, (_, index) => buy("1", "100", { symbol, executedAt: at(5_000 + index) })),
    ),
  );
  const ordered = shuffled(fills, 3);
  // In waves, so that nobody waits for a connection for long.
  for (let from = 0; from < ordered.length; from += 4) {
    await Promise.all(
      ordered
        .slice(from, from + 4)
        .flatMap(({ id, symbol }, index) => [
          trades.bust(id, { bustedAt: at(9_000) }),
          trades.append(buy("2", "100", { symbol, executedAt: at(4_000 + from + index) })),
        ]),
    );
  }
  const { rows } = await database.query(
    "select symbol, quantity::int as quantity, fill_count::int as fills from positions order by symbol",
  );
  expect(rows).toEqual([
    { symbol: "A", quantity: 32, fills: 16 },
    { symbol: "B", quantity: 32, fills: 16 },
  ]);
  expect(await deadlocks()).toBe(0);
});

it("transactions that bust several fills in opposite order never deadlock where each locks them all first", async () => {
  const { database, deadlocks } = await openSessions(6);
  const trades = createTrades(poolScope(database));
  const fills = await trades.appendMany(
    Array.from({ length: 24 }, (_, index) =>
      buy("1", "100", { symbol: `S${index % 4}`, executedAt: at(6_000 + index) }),
    ),
  );
  await Promise.all(
    Array.from({ length: 6 }, (_, session) =>
      database.transaction(async (transaction) => {
        const mine = shuffled(
          fills.filter((__, index) => index % 6 === session),
          session,
        );
        await transaction.query("select lock_accounting($1)", [mine.map(({ id }) => id)]);
        const within = createTrades(transactionScope(transaction));
        for (const { id } of mine) await within.bust(id, { bustedAt: at(9_000) });
      }),
    ),
  );
  const { rows } = await database.query("select sum(fill_count)::int as fills from positions");
  expect(rows).toEqual([{ fills: 0 }]);
  expect(await deadlocks()).toBe(0);
});

it("a role that may write fills and nothing else records, busts and corrects them; one that may not, locks nothing", async () => {
  const { database, urls } = await openSessions(1);
  const superuser = createDatabase(parseConnection(urls.superuserUrl), { poolSize: 1 });
  const suffix = `${process.pid}_${nextSerial()}`;
  const [writer, reader] = [`fills_writer_${suffix}`, `fills_reader_${suffix}`];
  onTestFinished(async () => {
    for (const role of [writer, reader]) {
      await superuser.query(`drop owned by ${role}`);
      await superuser.query(`drop role ${role}`);
    }
    await superuser.close();
  });
  for (const role of [writer, reader]) {
    await superuser.query(`create role ${role}`);
    await superuser.query(`grant select on trades, strategies to ${role}`);
  }
  await superuser.query(`grant insert, update on trades to ${writer}`);
  const strategyId = await createStrategy(database);
  const as = async <Result>(
    role: string,
    work: (trades: ReturnType<typeof createTrades>) => Promise<Result>,
  ) =>
    superuser.transaction(async (transaction) => {
      await transaction.query(`set local role ${role}`);
      return work(createTrades(transactionScope(transaction)));
    });
  const [first, second] = await as(writer, (trades) =>
    trades.appendMany([1, 2].map((seconds) => buy("1", "100", { strategyId, executedAt: at(seconds) }))),
  );
  const bust = { bustedAt: at(9_000) };
  expect(await refusalOf(as(reader, (trades) => trades.bust(first?.id ?? "", bust)))).toMatchObject({
    sqlState: "42501",
  });
  expect(await as(writer, (trades) => trades.bust(first?.id ?? "", bust))).toMatchObject({
    realizedPnl: "0",
  });
  expect(
    await as(writer, (trades) => trades.correct(second?.id ?? "", { ...bust, price: "90", source: "test" })),
  ).toMatchObject({ replacement: { positionCostBasis: "90" } });
});
