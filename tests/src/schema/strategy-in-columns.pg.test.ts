// A strategy whose records are in columns is deleted like any other, however many rows that takes out of them.
import { expect, it } from "vitest";
import { insertRow, insertRows } from "../fixtures/insert.ts";
import { orderRow, strategyRow, tradeRow } from "../fixtures/rows.ts";
import { useDatabase } from "../fixtures/use-database.ts";
import { expectConsistentAccounting } from "./consistent-accounting.ts";

const db = useDatabase();

it("takes more rows out of their columns than the server lets one statement by default", async (context) => {
  context.skip(db.database.edition !== "timescale", "only the community edition has columnstore");
  await db.client.query(`
    insert into strategies (id, created_at, name, kind, base_currency)
    select uuid_v7_at(t), t, 'in columns', 'k', 'USD' from (select timestamptz '2026-01-01 00:00+00' as t) x;
    insert into portfolio_snapshots (id, taken_at, account, strategy_id, currency, equity, cash, source)
    select uuid_v7_at(t), t, 'a', s.id, 'USD', 100, 50, 'x' from strategies s,
      generate_series(1, 100) n, lateral (select timestamptz '2026-01-01 00:00+00' + n * interval '30 seconds' as t) x;
    insert into system_logs (id, logged_at, level, component, message, strategy_id)
    select uuid_v7_at(t), t, 'info', 'c', 'm', s.id from strategies s,
      generate_series(1, 100) n, lateral (select timestamptz '2026-01-01 00:00+00' + n * interval '30 seconds' as t) x;`);
  await db.client.query("select compress_chunk(chunk) from show_chunks('portfolio_snapshots') chunk");
  await db.client.query("select compress_chunk(chunk) from show_chunks('system_logs') chunk");
  await db.client.query("set timescaledb.max_tuples_decompressed_per_dml_transaction = 10");
  await db.client.query("delete from strategies");
  expect(
    await db.rows(`select (select count(*)::int from portfolio_snapshots) as snapshots, count(*)::int as lines, count(strategy_id)::int as named,
      current_setting('timescaledb.max_tuples_decompressed_per_dml_transaction') as most from system_logs`),
  ).toEqual([{ snapshots: 0, lines: 100, named: 0, most: "10" }]);
});

it("leaves its fills accounted without it, and says so in the history of its orders", async (context) => {
  context.skip(db.database.edition !== "timescale", "only the community edition has columnstore");
  const { id } = strategyRow();
  await insertRow(db.client, "strategies", strategyRow({ id }));
  const day = 86_400;
  const of = { account: "in columns", strategy_id: id };
  await insertRows(
    db.client,
    "trades",
    [1, 2, 3].map((days) => tradeRow({ ...of, side: days === 3 ? "sell" : "buy" }, days * day)),
  );
  const order = orderRow(of);
  await insertRow(db.client, "orders", order);
  for (const table of ["trades", "orders", "order_events"]) {
    const { rowCount } = await db.client.query(
      `select compress_chunk(chunk) from show_chunks('${table}') chunk`,
    );
    expect(rowCount).toBeGreaterThan(0);
  }
  await db.client.query("delete from strategies where id = $1", [id]);
  expect(
    await db.rows(
      "select strategy_id, fill_count::int, quantity from positions where account = 'in columns'",
    ),
  ).toEqual([{ strategy_id: null, fill_count: 3, quantity: "1" }]);
  expect(
    await db.rows("select strategy_id, type from order_events where order_id = $1 order by order_version", [
      order.id,
    ]),
  ).toEqual([
    { strategy_id: id, type: "created" },
    { strategy_id: null, type: "updated" },
  ]);
  await expectConsistentAccounting(db.client);
});
