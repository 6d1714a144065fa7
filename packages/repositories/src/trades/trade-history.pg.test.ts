// Trade history read page by page against a real server: complete, in order, at one price per page, while fills arrive.
import type { Database } from "@app/database";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createId } from "../identity/time-ordered-id.ts";
import type { Scope } from "../statements/scope.ts";
import { poolScope } from "../statements/scope.ts";
import { at, buy, createStrategy, fillOf, nextSerial, orderedId, sell } from "./testing/fills.ts";
import { type FillsDatabase, openFillsDatabase, refusalOf } from "./testing/fills-database.ts";
import { listTrades } from "./trade-history.ts";
import type { TradeFilter, TradeScope } from "./trade-selection.ts";
import type { NewFill, Trade } from "./trade.ts";
import type { Trades } from "./trades.ts";

let opened: FillsDatabase;
let database: Database;
let trades: Trades;

/** A strategy whose 12,000 fills are 5,999 trades won and, the oldest, one lost. */
let busy: string;
const BUSY_FILLS = 12_000;

beforeAll(async () => {
  opened = await openFillsDatabase();
  ({ database, trades } = opened);
  busy = await createStrategy(database);
  await trades.copyIn(
    Array.from({ length: BUSY_FILLS }, (_, index) =>
      fillOf(index % 2 === 0 ? "buy" : "sell", "1", index % 2 === 0 ? "100" : index === 1 ? "99" : "101", {
        strategyId: busy,
        account: "busy",
        symbol: "BUSY",
        // Eight of them at each moment, so that pages end within one.
        executedAt: at(Math.floor(index / 8)),
        id: orderedId(at(Math.floor(index / 8)), index),
      }),
    ),
    { batchSize: BUSY_FILLS },
  );
  // The accounting wrote each row twice; what is left of the first writing would be read as well.
  await database.query("vacuum analyze trades");
});
afterAll(() => opened.close());

async function pagesOf(
  scope: TradeScope,
  limit: number,
  filter: TradeFilter = {},
): Promise<readonly (readonly Trade[])[]> {
  const pages: (readonly Trade[])[] = [];
  let cursor: string | undefined;
  do {
    const page = await trades.list(scope, { ...filter, cursor, limit });
    pages.push(page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return pages;
}

const collect = async (scope: TradeScope, filter?: TradeFilter): Promise<Trade[]> =>
  Array.fromAsync(trades.stream(scope, filter));

function isNewestFirst(items: readonly Trade[]): boolean {
  return items.every((trade, index) => {
    const before = items[index - 1];
    if (before === undefined) return true;
    const order = Temporal.Instant.compare(before.executedAt, trade.executedAt);
    return order > 0 || (order === 0 && before.id > trade.id);
  });
}

describe("a list", () => {
  it("is complete and in order over its pages, and a stream of it is the same", async () => {
    const pages = await pagesOf({ strategyId: busy }, 997);
    const items = pages.flat();
    expect(items).toHaveLength(BUSY_FILLS);
    expect(isNewestFirst(items)).toBe(true);
    expect(new Set(items.map(({ id }) => id)).size).toBe(BUSY_FILLS);
    const streamed = await collect({ account: "busy" });
    expect(streamed.map(({ id }) => id)).toEqual(items.map(({ id }) => id));
  });

  it("is the same by strategy, account, instrument and position", async () => {
    const scopes: readonly TradeScope[] = [
      { strategyId: busy },
      { account: "busy" },
      { exchange: "XTEST", symbol: "BUSY" },
      { position: { strategyId: busy, account: "busy", exchange: "XTEST", symbol: "BUSY" } },
    ];
    const [first, ...others] = await Promise.all(scopes.map((scope) => trades.list(scope, { limit: 1_000 })));
    for (const other of others) expect(other.items).toEqual(first?.items);
  });

  it("is of one order, by the order's id", async () => {
    const order = { id: createId(at(50_000)), at: at(50_000) };
    await database.query(
      `insert into orders (id, created_at, account, exchange, symbol, client_order_id, side, type, quantity, source)
       values ($1, $2, 'main', 'XTEST', 'ORDER', 'order', 'buy', 'market', 10, 'test')`,
      [order.id, order.at],
    );
    const fills = await trades.appendMany(
      [1, 2, 3].map((second) =>
        buy("1", "100", { symbol: "ORDER", orderId: order.id, executedAt: at(50_000 + second) }),
      ),
    );
    expect((await trades.list({ orderId: order.id })).items).toEqual(fills.toReversed());
    expect(await pagesOf({ orderId: order.id }, 2)).toEqual([fills.slice(1).toReversed(), fills.slice(0, 1)]);
  });

  it("is empty, without a next page, where there is nothing", async () => {
    const nothing = await createStrategy(database);
    expect(await trades.list({ strategyId: nothing })).toEqual({ items: [], next: undefined });
    expect(await trades.list({ account: "nobody" })).toEqual({ items: [], next: undefined });
    expect(await trades.list({ exchange: "XTEST", symbol: "NOTHING" })).toEqual({
      items: [],
      next: undefined,
    });
    expect(await collect({ orderId: createId(at(1)) })).toEqual([]);
    expect(await trades.list({ strategyId: busy }, { from: at(0), to: at(0) })).toEqual({
      items: [],
      next: undefined,
    });
  });

  it("reaches fills of any age, past years without any", async () => {
    const strategyId = await createStrategy(database);
    const years = ["2026-02-01", "2025-12-20", "2023-06-01", "2019-03-04", "2019-03-03"];
    const fills = await trades.appendMany(
      years.map((year) =>
        buy("1", "100", { strategyId, account: "ages", symbol: "AGES", executedAt: `${year}T12:00:00Z` }),
      ),
    );
    const ids = fills.map(({ id }) => id);
    const selections: readonly (readonly [TradeScope, TradeFilter])[] = [
      [{ strategyId }, {}],
      [{ account: "ages" }, {}],
      [{ account: "ages" }, { includeBusted: true }],
      [{ exchange: "XTEST", symbol: "AGES" }, {}],
      [{ position: { strategyId, account: "ages", exchange: "XTEST", symbol: "AGES" } }, {}],
    ];
    for (const [scope, filter] of selections) {
      for (const limit of [1, 2, 100]) {
        expect((await pagesOf(scope, limit, filter)).flat().map(({ id }) => id)).toEqual(ids);
      }
      expect((await collect(scope, { ...filter, side: "buy" })).map(({ id }) => id)).toEqual(ids);
    }
    const from2023 = await collect(
      { strategyId },
      { from: "2023-06-01T12:00:00Z", to: "2026-02-01T12:00:00Z" },
    );
    expect(from2023.map(({ id }) => id)).toEqual(ids.slice(1, 3));
  });

  it("of an account holds the fills of no strategy too, however old", async () => {
    const [old] = await trades.appendMany([
      buy("1", "100", { account: "mixed", executedAt: "2018-05-05T00:00:00Z" }),
      buy("1", "100", { account: "mixed", strategyId: await createStrategy(database) }),
    ]);
    expect((await collect({ account: "mixed" })).at(-1)).toEqual(old);
  });

  it("leaves out what the venue took back, unless it is asked for", async () => {
    const strategyId = await createStrategy(database);
    const [kept, gone] = await trades.appendMany([
      buy("1", "100", { strategyId, account: "took back", symbol: "BUSTED" }),
      buy("1", "100", { strategyId, account: "took back", symbol: "BUSTED" }),
    ]);
    await trades.bust(gone?.id ?? "", { bustedAt: at(900_000) });
    expect((await trades.list({ strategyId })).items.map(({ id }) => id)).toEqual([kept?.id]);
    for (const scope of [{ strategyId }, { account: "took back" }, { exchange: "XTEST", symbol: "BUSTED" }]) {
      expect((await trades.list(scope, { includeBusted: true })).items).toHaveLength(2);
    }
  });
});

describe("a filtered list", () => {
  it("holds what it says, by side and sign of P&L", async () => {
    const won = await collect({ strategyId: busy }, { pnl: "profit" });
    expect(won).toHaveLength(BUSY_FILLS / 2 - 1);
    expect(won.every(({ realizedPnl, side }) => Number(realizedPnl) === 1 && side === "sell")).toBe(true);
    expect(await collect({ strategyId: busy }, { pnl: "flat", side: "buy" })).toHaveLength(BUSY_FILLS / 2);
    expect(await collect({ strategyId: busy }, { pnl: "flat", side: "sell" })).toEqual([]);
  });

  it("looks at a bounded number of fills per page, and goes on where it stopped", async () => {
    for (const scope of [{ strategyId: busy }, { account: "busy" }, { exchange: "XTEST", symbol: "BUSY" }]) {
      const pages = await pagesOf(scope, 10, { pnl: "loss" });
      expect(pages.length).toBeGreaterThan(1);
      expect(pages[0]).toEqual([]);
      expect(pages.flat().map(({ realizedPnl }) => Number(realizedPnl))).toEqual([-1]);
    }
  });

  it("loses and doubles nothing where pages end within one moment", async () => {
    for (const limit of [1, 3, 7]) {
      const pages = await pagesOf({ strategyId: busy }, limit, { side: "sell", to: at(30) });
      const items = pages.flat();
      expect(items).toHaveLength(120);
      expect(isNewestFirst(items)).toBe(true);
    }
  });
});

describe("the cost of a page", () => {
  /** Buffers the statements of a page touch, by the server's own account. */
  async function buffersOf(cursor: string | undefined): Promise<number> {
    const sent: Parameters<Scope["query"]>[0][] = [];
    const pool = poolScope(database);
    const listening: Scope = {
      ...pool,
      query: (statement, values) => {
        sent.push(statement);
        return pool.query(statement, values);
      },
    };
    await listTrades(listening, { strategyId: busy }, { cursor, limit: 100 });
    let buffers = 0;
    for (const statement of sent) {
      if (typeof statement === "string") throw new Error("A reading is a named statement.");
      const { rows } = await database.query<{
        "QUERY PLAN": readonly { readonly Plan: Record<string, number> }[];
      }>(`explain (analyze, buffers, format json) ${statement.text}`, statement.values ?? []);
      const plan = rows[0]?.["QUERY PLAN"][0]?.Plan ?? {};
      buffers += (plan["Shared Hit Blocks"] ?? 0) + (plan["Shared Read Blocks"] ?? 0);
    }
    return buffers;
  }

  it("is the same 11,700 fills deep as at the beginning", async () => {
    const deep = (await trades.list({ strategyId: busy }, { to: at(40), limit: 1 })).next;
    expect(deep).toBeDefined();
    const first = await buffersOf(undefined);
    expect(first).toBeGreaterThan(0);
    expect(await buffersOf(deep)).toBeLessThanOrEqual(first * 1.1);
  });
});

describe("a cursor", () => {
  it("is refused by another list, and where it is none", async () => {
    const { next } = await trades.list({ strategyId: busy }, { limit: 1 });
    expect(await refusalOf(trades.list({ account: "busy" }, { cursor: next }))).toMatchObject({
      field: "cursor",
    });
    for (const cursor of ["", "nonsense", 7, null]) {
      expect(await refusalOf(trades.list({ strategyId: busy }, { cursor: cursor as string }))).toMatchObject({
        kind: "invalid-input",
        field: "cursor",
      });
    }
  });
});

describe("bad input to a list", () => {
  it.each([
    ["scope", {}, {}],
    ["scope", { strategyId: createId(at(1)), account: "a" }, {}],
    ["strategyId", { strategyId: "x" }, {}],
    ["account", { account: "" }, {}],
    ["symbol", { exchange: "X" }, {}],
    ["orderId", { orderId: "01890a5d-ac96-474b-bcce-b302099a8057" }, {}],
    ["strategyId", { position: { account: "a", exchange: "b", symbol: "c" } }, {}],
    ["side", { account: "a" }, { side: "short" }],
    ["pnl", { account: "a" }, { pnl: "big" }],
    ["from", { account: "a" }, { from: "yesterday" }],
    ["to", { account: "a" }, { from: at(2), to: at(1) }],
    ["includeBusted", { account: "a" }, { includeBusted: "yes" }],
  ])("is refused, naming %s: %o %o", async (field, scope, filter) => {
    expect(await refusalOf(trades.list(scope as TradeScope, filter as TradeFilter))).toMatchObject({
      kind: "invalid-input",
      field,
    });
  });

  it.each([0, -1, 1_001, 1.5, Number.NaN, 1e9])("is refused for a limit of %s", async (limit) => {
    expect(await refusalOf(trades.list({ account: "a" }, { limit }))).toMatchObject({ field: "limit" });
  });
});

describe("while fills arrive", () => {
  it("no fill that was there is lost or doubled", async () => {
    const moments = fc.integer({ min: 0, max: 6 }).map((step) => at(700_000 + step));
    await fc.assert(
      fc.asyncProperty(
        fc.array(moments, { minLength: 1, maxLength: 12 }),
        fc.array(fc.array(moments, { maxLength: 3 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(undefined, "buy" as const),
        async (there, arriving, limit, side) => {
          const symbol = `ARRIVING-${nextSerial()}`;
          const make = (executedAt: Temporal.Instant): NewFill =>
            (executedAt.epochMilliseconds % 2_000 === 0 ? buy : sell)("1", "100", { symbol, executedAt });
          const before = await trades.appendMany(there.map(make));
          const seen: Trade[] = [];
          let cursor: string | undefined;
          let turn = 0;
          do {
            const page = await trades.list({ exchange: "XTEST", symbol }, { side, cursor, limit });
            seen.push(...page.items);
            cursor = page.next;
            await trades.appendMany((arriving[turn] ?? []).map(make));
            turn += 1;
          } while (cursor !== undefined);
          const ids = seen.map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
          expect(isNewestFirst(seen)).toBe(true);
          const wanted = before.filter((trade) => side === undefined || trade.side === side);
          expect(ids).toEqual(expect.arrayContaining(wanted.map(({ id }) => id)));
        },
      ),
      { numRuns: 25 },
    );
  });
});
