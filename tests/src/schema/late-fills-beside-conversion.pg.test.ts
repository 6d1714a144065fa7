// Fills and snapshots that come late into columns, or beside the conversion of a chunk to columns: the server shows a trigger
// neither the first row beside a chunk's columns nor, to a snapshot from before, what a conversion has moved.
import type pg from "pg";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { refusedBy } from "../fixtures/client.ts";
import { insertRow, insertRows, type Row } from "../fixtures/insert.ts";
import { moment, orderRow, snapshotRow, strategyRow, tradeRow } from "../fixtures/rows.ts";
import { untilWaiting } from "../fixtures/until-waiting.ts";
import { useDatabase } from "../fixtures/use-database.ts";
import { expectConsistentAccounting } from "./consistent-accounting.ts";

const db = useDatabase(2);
const week = 7 * 86_400;
// Chunks are made anew for each test, so that each is converted for the first time.
let first = 0;

beforeEach((context) => {
  context.skip(db.database.edition !== "timescale", "only the community edition has columnstore");
  first += 5;
});

/** Seconds of a week, which is a chunk of fills. */
const at = (weeks: number, seconds = 0): number => (first + weeks) * week + seconds;

/** A strategy with a buy in each of three weeks and a sell in the next. */
async function tradedStrategy(account: string): Promise<Row> {
  const { id } = strategyRow();
  await insertRow(db.client, "strategies", strategyRow({ id }));
  const of = { account, strategy_id: id };
  await insertRows(
    db.client,
    "trades",
    [0, 1, 2, 3].map((weeks) =>
      tradeRow({ ...of, side: weeks === 3 ? "sell" : "buy", price: `${100 + weeks}` }, at(weeks)),
    ),
  );
  return of;
}

async function convert(client: pg.Client, table: string, weeks: number): Promise<void> {
  const { rowCount } = await client.query(
    `select compress_chunk(format('%I.%I', chunk_schema, chunk_name)::regclass) from timescaledb_information.chunks
     where hypertable_name = $1 and range_start <= $2::timestamptz and range_end > $2::timestamptz`,
    [table, moment(at(weeks)).toString()],
  );
  expect(rowCount).toBe(1);
}

/** Runs `work` in a second session while the chunk of a week is converted, which it waits for. */
async function besideConversion(
  table: string,
  weeks: number,
  work: (client: pg.Client) => Promise<unknown>,
): Promise<void> {
  const [converting, working] = db.clients;
  if (converting === undefined || working === undefined) throw new Error("There are two sessions.");
  await converting.query("begin");
  onTestFinished(async () => void (await converting.query("rollback")));
  await convert(converting, table, weeks);
  const done = work(working);
  await Promise.race([done, untilWaiting(converting, working)]);
  await converting.query("commit");
  await done;
}

describe("a fill", () => {
  it("that is the first beside the columns of its chunk is accounted like any other", async () => {
    expect.hasAssertions();
    const of = await tradedStrategy("columns");
    for (const weeks of [0, 1, 2, 3]) await convert(db.client, "trades", weeks);
    await insertRow(db.client, "trades", tradeRow({ ...of, price: "90" }, at(1, 60)));
    await expectConsistentAccounting(db.client);
    await insertRows(
      db.client,
      "trades",
      [0, 2, 3, 4].map((weeks) => tradeRow({ ...of, account: "other", price: "80" }, at(weeks, 60))),
    );
    await expectConsistentAccounting(db.client);
  });

  it.each([1, 2])("that is late and meets the conversion of week %i finds all fills", async (weeks) => {
    expect.hasAssertions();
    const of = await tradedStrategy("late");
    await besideConversion("trades", weeks, (client) =>
      insertRow(client, "trades", tradeRow({ ...of, price: "90" }, at(1, 60))),
    );
    await expectConsistentAccounting(db.client);
  });

  it("that is busted beside the conversion of a later week finds all fills", async () => {
    expect.hasAssertions();
    const of = await tradedStrategy("bust");
    await besideConversion("trades", 2, (client) =>
      client.query(
        "update trades set busted_at = executed_at where strategy_id = $1 and executed_at = $2 and account = 'bust'",
        [of["strategy_id"], moment(at(1)).toString()],
      ),
    );
    await expectConsistentAccounting(db.client);
  });

  it("is accounted whatever the server's limit to rows that a statement takes out of columns", async () => {
    const of = await tradedStrategy("limit");
    for (const weeks of [0, 1, 2, 3]) await convert(db.client, "trades", weeks);
    await db.client.query("set timescaledb.max_tuples_decompressed_per_dml_transaction = 2");
    try {
      expect(
        await refusedBy(
          db.client.query("update trades set fee = 1 where account = 'limit' and executed_at >= $1", [
            moment(at(0)).toString(),
          ]),
        ),
      ).toBe("53400");
      await insertRow(db.client, "trades", tradeRow({ ...of, price: "90" }, at(0, 60)));
      const [limit] = await db.rows("show timescaledb.max_tuples_decompressed_per_dml_transaction");
      expect(Object.values(limit ?? {})).toEqual(["2"]);
    } finally {
      await db.client.query("reset timescaledb.max_tuples_decompressed_per_dml_transaction");
    }
    await expectConsistentAccounting(db.client);
  });

  it("is told to try again where its transaction began before a conversion, and cannot see what that moved", async () => {
    const [, working] = db.clients;
    if (working === undefined) throw new Error("There are two sessions.");
    const of = await tradedStrategy("old view");
    await working.query("begin isolation level repeatable read");
    await working.query("select from strategies");
    await convert(db.client, "trades", 2);
    expect(await refusedBy(insertRow(working, "trades", tradeRow({ ...of, price: "90" }, at(1, 60))))).toBe(
      "40001",
    );
    await working.query("rollback");
    await expectConsistentAccounting(db.client);
  });

  it("finds its order beside the conversion of the chunk that order lies in", async () => {
    expect.hasAssertions();
    const order = orderRow({ account: "order" }, at(0));
    await insertRow(db.client, "orders", order);
    await besideConversion("orders", 0, (client) =>
      insertRow(client, "trades", tradeRow({ account: "order", order_id: order.id }, at(1))),
    );
    await expectConsistentAccounting(db.client);
  });
});

describe("a snapshot", () => {
  const peaks = (): Promise<Row[]> =>
    db.rows(
      `select equity::float8 as equity, peak_equity::float8 as peak from portfolio_snapshots
       where account = $1 order by taken_at`,
      [`curve ${first}`],
    );
  const snapshot = (equity: string, seconds: number): Row =>
    snapshotRow({ account: `curve ${first}`, equity }, seconds);

  it("that is the first beside the columns of its chunk has its peak", async () => {
    await insertRows(db.client, "portfolio_snapshots", [snapshot("100", at(0)), snapshot("90", at(0, 60))]);
    await convert(db.client, "portfolio_snapshots", 0);
    await insertRow(db.client, "portfolio_snapshots", snapshot("120", at(0, 30)));
    expect(await peaks()).toEqual([
      { equity: 100, peak: 100 },
      { equity: 120, peak: 120 },
      { equity: 90, peak: 120 },
    ]);
  });

  it.each([0, 1])("that is late and meets the conversion of week %i finds the whole curve", async (weeks) => {
    await insertRows(db.client, "portfolio_snapshots", [
      snapshot("130", at(0)),
      snapshot("90", at(1)),
      snapshot("80", at(2)),
    ]);
    await besideConversion("portfolio_snapshots", weeks, (client) =>
      insertRow(client, "portfolio_snapshots", snapshot("120", at(0, 7_200))),
    );
    expect(await peaks()).toEqual([
      { equity: 130, peak: 130 },
      { equity: 120, peak: 130 },
      { equity: 90, peak: 130 },
      { equity: 80, peak: 130 },
    ]);
  });
});
