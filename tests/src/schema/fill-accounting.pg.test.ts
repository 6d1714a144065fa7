// The accounting of fills on a real server: any order of arrival and any batching of the same fills, by single
// inserts, multi-row inserts and COPY, over one or several connections, ends in what the oracle says.
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import fc from "fast-check";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { migratedTemplate } from "@app/migrator/testing";
import { openClient } from "../fixtures/client.ts";
import { insertRow, insertRows, type Row } from "../fixtures/insert.ts";
import { moment, strategyRow, tradeRow } from "../fixtures/rows.ts";
import { idAt } from "../fixtures/time-ordered-id.ts";
import { expectedAccounting, normalise } from "./expected-accounting.ts";
import { type Fill, fillArbitrary, multiplierOf } from "./fill-arbitrary.ts";

let database: TestDatabase;
let clients: pg.Client[];

beforeAll(async () => {
  database = await createTestDatabase({ template: migratedTemplate });
  clients = await Promise.all([1, 2, 3].map(() => openClient(database.url)));
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await database.drop();
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
            if (batch.length > 0) await send(client, method, batch);
          }
          await send(client, "multi-row", waiting);
          for (const { row, fill } of order) {
            if (fill.busted)
              await client.query("update trades set busted_at = executed_at where id = $1", [row.id]);
          }

          const state = await readState(client, strategies, tag);
          expect(normalise(state)).toEqual(normalise(expectedAccounting(fills, rows, strategies)));
        },
      ),
      { numRuns: 80, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: true },
    );
  });

  it("gives the same rows when three connections send the fills at once", async () => {
    const random = fc.sample(fc.array(fillArbitrary, { minLength: 60, maxLength: 60 }), {
      numRuns: 3,
      seed: 7,
    });
    for (const fills of random) {
      const { tag, strategies, rows } = await prepare(clients[0] as pg.Client, fills);
      const alive = fills.map((fill) => ({ ...fill, busted: false }));
      await Promise.all(
        clients.map(async (client, lane) => {
          for (const row of rows.filter((_, index) => index % clients.length === lane)) {
            await insertRow(client, "trades", row);
          }
        }),
      );
      const state = await readState(clients[0] as pg.Client, strategies, tag);
      expect(normalise(state)).toEqual(normalise(expectedAccounting(alive, rows, strategies)));
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
