// The accounting of fills on a real server: any order of arrival and any batching of the same fills, by single
// inserts, multi-row inserts and COPY, over one or several connections, ends in what the oracle says.
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import fc from "fast-check";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "@app/local-server/testing";
import { openClient } from "../fixtures/client.ts";
import { insertRow, insertRows, type Row } from "../fixtures/insert.ts";
import { createMigratedDatabase } from "../fixtures/migrated-database.ts";
import { moment, strategyRow, tradeRow } from "../fixtures/rows.ts";
import { idAt } from "../fixtures/time-ordered-id.ts";
import { accountByAverageCost, plain } from "./average-cost-oracle.ts";

let database: TestDatabase;
let clients: pg.Client[];

beforeAll(async () => {
  database = await createMigratedDatabase();
  clients = await Promise.all([1, 2, 3].map(() => openClient(database.url)));
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await database.drop();
});

interface Fill {
  readonly strategy: 0 | 1 | null;
  readonly account: string;
  readonly symbol: "SPOT" | "FUTURE";
  readonly second: number;
  readonly side: "buy" | "sell";
  readonly quantity: string;
  readonly price: string;
  readonly fee: string;
  readonly feeCurrency: "USD" | "BNB";
  readonly busted: boolean;
}

const multiplierOf = { SPOT: "1", FUTURE: "0.05" } as const;

const decimal = (maximum: bigint, digits: number) =>
  fc.bigInt({ min: 1n, max: maximum }).map((value) => plain(value, digits));

const fillArbitrary: fc.Arbitrary<Fill> = fc.record({
  strategy: fc.constantFrom(0, 1, null),
  account: fc.constantFrom("a", "b"),
  symbol: fc.constantFrom("SPOT", "FUTURE"),
  // Few moments, over three days, so that many fills share one and some days have several.
  second: fc.integer({ min: 0, max: 12 }).map((step) => step * 21_600),
  side: fc.constantFrom("buy", "sell"),
  // Small whole numbers meet at zero often; eighteen digits test the arithmetic.
  quantity: fc.oneof(fc.integer({ min: 1, max: 4 }).map(String), decimal(5n * 10n ** 18n, 18)),
  price: fc.oneof(decimal(500n, 1), decimal(10n ** 21n, 18)),
  fee: fc.oneof(fc.constant("0"), decimal(10n ** 6n, 6)),
  feeCurrency: fc.constantFrom("USD", "BNB"),
  busted: fc.boolean().map((busted) => busted),
});

type Method = "single" | "multi-row" | "copy";

/** Columns of the COPY below, which must be those of `tradeRow` with the ones the fills add. */
async function copyRows(client: pg.Client, rows: readonly Row[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => `${columns.map((column) => row[column] ?? "\\N").join("\t")}\n`);
  await pipeline(
    Readable.from(lines),
    client.query(copyFrom(`copy trades (${columns.join(", ")}) from stdin`)),
  );
}

async function send(client: pg.Client, method: Method, rows: readonly Row[]): Promise<void> {
  if (method === "copy") return copyRows(client, rows);
  if (method === "multi-row") return insertRows(client, "trades", rows);
  for (const row of rows) {
    // oxlint-disable-next-line no-await-in-loop -- one statement after the other is what is tested
    await insertRow(client, "trades", row);
  }
  return undefined;
}

/** Everything the accounting keeps, without what differs by arrival (row ids of positions, times of writing). */
async function readState(client: pg.Client, strategies: readonly string[], tag: string): Promise<unknown> {
  const read = async (sql: string, values: unknown[]) => (await client.query<Row>(sql, values)).rows;
  return {
    trades: await read(
      `select id, strategy_id, realized_pnl, position_quantity, position_cost_basis from trades
       where account like $1 order by id`,
      [`${tag}%`],
    ),
    positions: await read(
      `select strategy_id, account, symbol, quantity, cost_basis, average_entry_price, realized_pnl, fill_count,
         first_fill_at, last_fill_at, last_fill_id
       from positions where account like $1 order by strategy_id, account, symbol`,
      [`${tag}%`],
    ),
    days: await read(
      `select * from strategy_daily_performance where strategy_id = any($1) and (trade_count <> 0 or fees <> 0)
       order by strategy_id, trading_day, account, currency`,
      [strategies],
    ),
    totals: await read(
      `select id, total_trades, winning_trades, losing_trades, gross_profit, gross_loss, total_realized_pnl, total_fees
       from strategies where id = any($1) order by id`,
      [strategies],
    ),
  };
}

/** Compares numbers by value: '1.50' and '1.5' are one amount. */
const same = (value: unknown): string => {
  const text = String(value);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
};

let run = 0;

/** Two strategies and the rows of some fills, of names no other run uses. */
async function prepare(client: pg.Client, fills: readonly Fill[]) {
  const tag = `run${(run += 1)}-`;
  const strategies = [strategyRow(), strategyRow()];
  await insertRows(client, "strategies", strategies);
  const rows = fills.map((fill) => {
    const at = moment(fill.second);
    return {
      ...tradeRow(),
      id: idAt(at),
      executed_at: at.toString(),
      account: tag + fill.account,
      strategy_id: fill.strategy === null ? null : strategies[fill.strategy]?.id,
      symbol: fill.symbol,
      side: fill.side,
      quantity: fill.quantity,
      price: fill.price,
      contract_multiplier: multiplierOf[fill.symbol],
      fee: fill.fee,
      fee_currency: fill.feeCurrency,
    };
  });
  return { tag, strategies: strategies.map(({ id }) => id).toSorted(), rows };
}

describe("the accounting of fills", () => {
  it("ends in the oracle's positions, P&L and roll-up for any order and batching of the same fills", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fillArbitrary, { minLength: 1, maxLength: 24 }),
        fc.array(
          fc.record({
            size: fc.integer({ min: 1, max: 6 }),
            method: fc.constantFrom<Method>("single", "multi-row", "copy"),
          }),
          {
            minLength: 24,
            maxLength: 24,
          },
        ),
        fc.integer(),
        async (fills, batches, seed) => {
          const client = clients[0] as pg.Client; // opened in beforeAll
          const { tag, strategies, rows } = await prepare(client, fills);

          // Arrival in an order of its own.
          const order = rows.map((row, index) => ({
            row,
            fill: fills[index] as Fill,
            at: hash(seed, index),
          }));
          order.sort((a, b) => a.at - b.at);
          const waiting = order.map(({ row }) => row);
          for (const { size, method } of batches) {
            const batch = waiting.splice(0, size);
            // oxlint-disable-next-line no-await-in-loop -- arrival is a sequence
            if (batch.length > 0) await send(client, method, batch);
          }
          await send(client, "multi-row", waiting);
          for (const { row, fill } of order) {
            // oxlint-disable-next-line no-await-in-loop
            if (fill.busted)
              await client.query("update trades set busted_at = executed_at where id = $1", [row.id]);
          }

          const state = await readState(client, strategies, tag);
          expect(normalise(state)).toEqual(normalise(expected(fills, rows, strategies)));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("gives the same rows when three connections send the fills at once", async () => {
    const random = fc.sample(fc.array(fillArbitrary, { minLength: 60, maxLength: 60 }), {
      numRuns: 3,
      seed: 7,
    });
    for (const fills of random) {
      // oxlint-disable-next-line no-await-in-loop -- each round has the server to itself
      const { tag, strategies, rows } = await prepare(clients[0] as pg.Client, fills);
      const alive = fills.map((fill) => ({ ...fill, busted: false }));
      // oxlint-disable-next-line no-await-in-loop
      await Promise.all(
        clients.map(async (client, lane) => {
          for (const row of rows.filter((_, index) => index % clients.length === lane)) {
            // oxlint-disable-next-line no-await-in-loop
            await insertRow(client, "trades", row);
          }
        }),
      );
      // oxlint-disable-next-line no-await-in-loop
      const state = await readState(clients[0] as pg.Client, strategies, tag);
      expect(normalise(state)).toEqual(normalise(expected(alive, rows, strategies)));
    }
  });

  it("is harmless to send twice: ON CONFLICT DO NOTHING accounts nothing again", async () => {
    const client = clients[0] as pg.Client; // opened in beforeAll
    const fills = fc.sample(fillArbitrary, { numRuns: 10, seed: 3 });
    const { tag, strategies, rows } = await prepare(client, fills);
    await insertRows(client, "trades", rows);
    const before = await readState(client, strategies, tag);
    const columns = Object.keys(rows[0] ?? {});
    for (const row of rows) {
      // oxlint-disable-next-line no-await-in-loop
      await client.query(
        `insert into trades (${columns.join(", ")}) values (${columns.map((_, index) => `$${index + 1}`).join(", ")}) on conflict do nothing`,
        Object.values(row),
      );
    }
    expect(await readState(client, strategies, tag)).toEqual(before);
  });
});

/** A well-mixed number from a seed and an index. */
function hash(seed: number, index: number): number {
  let value = Math.imul(seed ^ (index + 1), 0x9e3779b1);
  value = Math.imul(value ^ (value >>> 15), 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}

function normalise(state: unknown): unknown {
  return JSON.parse(
    JSON.stringify(state, (key, value: unknown) => {
      if (value === null || typeof value === "object") return value;
      return key.endsWith("_at") || key.endsWith("day") || key.endsWith("id") ? String(value) : same(value);
    }),
  );
}

/** What the oracle says the database must hold. */
function expected(
  fills: readonly Fill[],
  rows: readonly (Row & { readonly id: string })[],
  strategies: readonly string[],
): unknown {
  const joined = fills.map((fill, index) => {
    const row = rows[index] as Row & {
      readonly id: string;
      readonly executed_at: string;
      readonly account: string;
    };
    return {
      fill,
      row,
      strategy: (row["strategy_id"] as string | null | undefined) ?? null,
      oracle: {
        id: row.id,
        executedAt: Temporal.Instant.from(row.executed_at).epochNanoseconds / 1000n,
        side: fill.side,
        quantity: fill.quantity,
        price: fill.price,
        multiplier: multiplierOf[fill.symbol],
        busted: fill.busted,
      },
    };
  });
  const groups = Map.groupBy(joined, ({ row, strategy, fill }) =>
    JSON.stringify([strategy, row.account, fill.symbol]),
  );
  const pnl = new Map<string, bigint>();
  const trades: Row[] = [];
  const positions: Row[] = [];
  for (const members of groups.values()) {
    const accounted = accountByAverageCost(members.map(({ oracle }) => oracle));
    const sequence = members.toSorted((a, b) =>
      a.oracle.executedAt === b.oracle.executedAt
        ? a.oracle.id < b.oracle.id
          ? -1
          : 1
        : a.oracle.executedAt < b.oracle.executedAt
          ? -1
          : 1,
    );
    sequence.forEach(({ row, strategy }, index) => {
      const upTo = accountByAverageCost(sequence.slice(0, index + 1).map(({ oracle }) => oracle));
      trades.push({
        id: row.id,
        strategy_id: strategy,
        realized_pnl: accounted.pnlById.get(row.id),
        position_quantity: upTo.quantity,
        position_cost_basis: upTo.costBasis,
      });
      pnl.set(row.id, scale54(accounted.pnlById.get(row.id) ?? "0"));
    });
    const first = sequence[0];
    const last = sequence.at(-1);
    if (first === undefined || last === undefined) continue;
    positions.push({
      strategy_id: first.strategy,
      account: first.row.account,
      symbol: first.fill.symbol,
      quantity: accounted.quantity,
      cost_basis: accounted.costBasis,
      average_entry_price: averageOf(accounted.costBasis, accounted.quantity),
      realized_pnl: accounted.realizedPnl,
      fill_count: members.filter(({ fill }) => !fill.busted).length,
      first_fill_at: new Date(first.row.executed_at),
      last_fill_at: new Date(last.row.executed_at),
      last_fill_id: last.row.id,
    });
  }

  const counted = joined.filter(({ strategy, fill }) => strategy !== null && !fill.busted);
  const parts = counted.flatMap(({ row, strategy, fill }) => {
    const realized = pnl.get(row.id) ?? 0n;
    const notional = scale18(fill.quantity) * scale18(fill.price) * scale18(multiplierOf[fill.symbol]);
    const key = { strategy_id: strategy as string, day: row.executed_at.slice(0, 10), account: row.account };
    return [
      {
        ...key,
        currency: "USD",
        trades: 1n,
        buys: fill.side === "buy" ? 1n : 0n,
        realized,
        squared: realized * realized,
        bought: fill.side === "buy" ? notional : 0n,
        sold: fill.side === "sell" ? notional : 0n,
        fee: 0n,
      },
      {
        ...key,
        currency: fill.feeCurrency,
        trades: 0n,
        buys: 0n,
        realized: 0n,
        squared: 0n,
        bought: 0n,
        sold: 0n,
        fee: scale18(fill.fee),
      },
    ];
  });
  const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);
  const sums = (members: typeof parts) => {
    const profits = members.map(({ realized }) => (realized > 0n ? realized : 0n));
    const losses = members.map(({ realized }) => (realized < 0n ? -realized : 0n));
    return {
      trades: sum(members.map(({ trades }) => trades)),
      wins: profits.filter((value) => value > 0n).length,
      losses: losses.filter((value) => value > 0n).length,
      profit: plain(sum(profits), 54),
      loss: plain(sum(losses), 54),
      pnl: plain(sum(profits) - sum(losses), 54),
      fees: plain(sum(members.map(({ fee }) => fee)), 18),
    };
  };
  const days = [
    ...Map.groupBy(parts, (part) =>
      JSON.stringify([part.strategy_id, part.day, part.account, part.currency]),
    ).values(),
  ]
    .map((members) => {
      const [first] = members;
      const total = sums(members);
      return {
        strategy_id: first?.strategy_id,
        trading_day: new Date(`${first?.day}T00:00:00`),
        account: first?.account,
        currency: first?.currency,
        trade_count: total.trades.toString(),
        buy_count: sum(members.map(({ buys }) => buys)).toString(),
        winning_trades: total.wins,
        losing_trades: total.losses,
        gross_profit: total.profit,
        gross_loss: total.loss,
        realized_pnl: total.pnl,
        realized_pnl_squared: plain(sum(members.map(({ squared }) => squared)), 108),
        buy_notional: plain(sum(members.map(({ bought }) => bought)), 54),
        sell_notional: plain(sum(members.map(({ sold }) => sold)), 54),
        fees: total.fees,
      };
    })
    .filter((day) => day.trade_count !== "0" || day.fees !== "0");
  const totals = strategies.map((id) => {
    const total = sums(parts.filter((part) => part.strategy_id === id && part.currency === "USD"));
    return {
      id,
      total_trades: total.trades.toString(),
      winning_trades: total.wins,
      losing_trades: total.losses,
      gross_profit: total.profit,
      gross_loss: total.loss,
      total_realized_pnl: total.pnl,
      total_fees: total.fees,
    };
  });
  return {
    trades: trades.toSorted((a, b) => (String(a["id"]) < String(b["id"]) ? -1 : 1)),
    positions: positions.toSorted((a, b) =>
      compareKeys(
        [a["strategy_id"], a["account"], a["symbol"]],
        [b["strategy_id"], b["account"], b["symbol"]],
      ),
    ),
    days: days.toSorted((a, b) =>
      compareKeys(
        [a.strategy_id, a.trading_day.getTime(), a.account, a.currency],
        [b.strategy_id, b.trading_day.getTime(), b.account, b.currency],
      ),
    ),
    totals,
  };
}

/** As PostgreSQL sorts ascending: NULL last. */
function compareKeys(a: readonly unknown[], b: readonly unknown[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (left === right) continue;
    if (left === null) return 1;
    if (right === null) return -1;
    return (left as string | number) < (right as string | number) ? -1 : 1;
  }
  return 0;
}

function scale18(text: string): bigint {
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(whole) * 10n ** 18n + BigInt(fraction.padEnd(18, "0"));
}

function scale54(text: string): bigint {
  const negative = text.startsWith("-");
  const [whole = "0", fraction = ""] = text.replace("-", "").split(".");
  const value = BigInt(whole) * 10n ** 54n + BigInt(fraction.padEnd(54, "0"));
  return negative ? -value : value;
}

function averageOf(cost: string, quantity: string): string | null {
  const [whole = "0", fraction = ""] = cost.split(".");
  const cost36 = BigInt(whole) * 10n ** 36n + BigInt(fraction.padEnd(36, "0"));
  const held = scale18(quantity.replace("-", ""));
  return held === 0n ? null : plain(cost36 / held, 18);
}
