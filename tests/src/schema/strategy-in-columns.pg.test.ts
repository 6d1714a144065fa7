// A strategy whose snapshots and log lines are in columns is deleted like any other, however many rows that takes out of them.
import { expect, it } from "vitest";
import { useDatabase } from "../fixtures/use-database.ts";

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
