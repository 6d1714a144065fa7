// The declared time series on a real server: from an empty database, from one with rows, and back from every drift that
// can be made by hand. After each, verify has nothing to say.
import { setTimeout as sleep } from "node:timers/promises";
import { parseConnection } from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { timeSeries } from "@app/schema";
import { Client } from "pg";
import { beforeEach, describe, expect, inject, it } from "vitest";
import { createMigrator, type Migrator } from "../migrator.ts";
import { onTimescaleOnly } from "../testing/timescale-only.ts";

beforeEach(onTimescaleOnly);

const isCommunity = (): boolean => inject("testServer")?.edition === "timescale";
const TIMEOUT = 180_000;

interface Scene extends AsyncDisposable {
  readonly migrator: Migrator;
  readonly client: Client;
}

async function scene(): Promise<Scene> {
  const database: TestDatabase = await createTestDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  return {
    migrator: createMigrator({ connection: parseConnection(database.url) }),
    client,
    async [Symbol.asyncDispose]() {
      await client.end();
      await database.drop();
    },
  };
}

const bars = `
insert into market_data (exchange, symbol, timeframe, time, open, high, low, close, volume, source)
select 'X', 'S' || s, '1m', t, 100 + s, 102 + s, 99 + s, 101 + s, 5 + extract(minute from t), 'seed'
from generate_series(1, 3) s, generate_series(timestamptz '2026-03-01', '2026-03-05 12:34', interval '1 minute') t`;

/** A row of each other kind: an order with its fills and events, a bar that was corrected, a snapshot, a log record; the triggers make the rest. */
const trading = `
insert into strategies (id, created_at, name, kind, base_currency)
values (uuid_v7_at('2026-03-01'), '2026-03-01', 'trend', 'test', 'USD');
insert into orders (id, created_at, updated_at, account, strategy_id, exchange, symbol, client_order_id, side, type, time_in_force, status, quantity,
  limit_price, source)
select uuid_v7_at(t), t, t, 'main', s.id, 'X', 'S1', 'c' || row_number() over (), 'buy', 'limit', 'gtc', 'pending_new', 10, 101, 'test'
from strategies s, generate_series(timestamptz '2026-03-02', '2026-03-04', interval '1 hour') t;
update orders set status = 'new', updated_at = updated_at + interval '1 second' where client_order_id in ('c1', 'c2');
insert into trades (id, executed_at, account, strategy_id, order_id, exchange, symbol, exchange_trade_id, side, quantity, price, settlement_currency, fee,
  fee_currency, source)
select uuid_v7_at(o.created_at + interval '1 minute'), o.created_at + interval '1 minute', 'main', o.strategy_id, o.id, 'X', 'S1',
  o.client_order_id, 'buy', 2, 100, 'USD', 0, 'USD', 'test'
from orders o where o.client_order_id in ('c1', 'c2', 'c3');
update market_data set close = 100.5 where symbol = 'S1' and time = '2026-03-02 10:00+00';
insert into portfolio_snapshots (id, taken_at, account, strategy_id, currency, equity, cash, source)
select uuid_v7_at(t), t, 'main', null, 'USD', 1000, 500, 'test' from generate_series(timestamptz '2026-03-02', '2026-03-02 05:00', interval '1 hour') t;
insert into system_logs (id, logged_at, level, component, message)
select uuid_v7_at(t), t, 'info', 'test', 'hour' from generate_series(now() - interval '5 hours', now(), interval '1 hour') t;`;

/** Every row of every table but the migrator's own, as one text for each: what triggers keep must not change as rows are moved. */
async function rowsOf(client: Client): Promise<ReadonlyMap<string, string>> {
  const { rows: tables } = await client.query<{ readonly name: string }>(
    "select relname::text as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relname not like 'schema_migration%' order by 1",
  );
  const all = new Map<string, string>();
  for (const { name } of tables) {
    const { rows } = await client.query<{ readonly rows: string }>(
      `select count(*) || ' ' || coalesce(md5(string_agg(r::text, ',' order by r::text)), '') as rows from ${name} r`,
    );
    all.set(name, rows[0]?.rows ?? "");
  }
  return all;
}

/** The candles of every view; sums of floats in another order differ in their last digits. */
async function candlesOf(client: Client): Promise<readonly (readonly unknown[])[]> {
  const all: unknown[][] = [];
  for (const { view } of timeSeries.continuousAggregates) {
    const { rows } = await client.query(
      `select exchange, symbol, time, open, high, low, close, trade_count, bar_count, round(volume::numeric, 6) as volume,
         round(vwap::numeric, 9) as vwap from ${view} order by 1, 2, 3`,
    );
    all.push(rows);
  }
  return all;
}

describe("the time series of the schema", { timeout: TIMEOUT }, () => {
  it("come into an empty database, are verified, and need nothing a second time", async () => {
    await using own = await scene();
    await own.client.query("create extension timescaledb");
    const { steps, differences } = await own.migrator.apply();
    expect(differences).toEqual([]);
    expect(steps.filter(({ kind, safety }) => kind === "declared" && safety !== "online")).toEqual([]);
    const { rows } = await own.client.query<{ table: string }>(
      `select hypertable_name::text as table from timescaledb_information.hypertables where hypertable_schema = 'public'`,
    );
    expect(rows.map(({ table }) => table).toSorted()).toEqual(
      timeSeries.hypertables.map(({ table }) => table).toSorted(),
    );
    expect(await own.migrator.apply()).toMatchObject({ steps: [], differences: [] });
    expect(await own.migrator.status()).toMatchObject({ pending: [], drift: [] });
  });

  it("come after the extension, with every row and every candle as before", async () => {
    await using own = await scene();
    await own.migrator.apply();
    await own.client.query(bars);
    await own.client.query(trading);
    const before = await rowsOf(own.client);
    // Or nothing would be held against anything.
    for (const { table } of timeSeries.hypertables) expect(before.get(table), table).not.toMatch(/^0 /u);
    expect(before.get("market_series")).toMatch(/^3 /u);
    const candlesBefore = await candlesOf(own.client);
    await own.client.query("create extension timescaledb");
    // Until then each of them is named as one that is no hypertable yet.
    const { differences: unconverted } = await own.migrator.verify();
    const named = new Set(
      unconverted.filter((found) => found.class === "hypertable").map(({ name }) => name),
    );
    expect([...named].toSorted()).toEqual(timeSeries.hypertables.map(({ table }) => table).toSorted());
    // The session that saw the tables without chunks is not the one a backend goes on with.
    expect(await own.migrator.apply()).toMatchObject({ differences: [] });
    expect(await rowsOf(own.client)).toEqual(before);
    expect(await candlesOf(own.client)).toEqual(candlesBefore);
    expect(candlesBefore.map((rows) => rows.length > 0)).toEqual([true, true, true, true, true]);
  });

  it("are not taken for those of another schema with the same names", async () => {
    await using own = await scene();
    await own.client.query("create extension timescaledb");
    await own.migrator.apply();
    await own.client.query(
      `create schema archive;
       create table archive.market_data (time timestamptz not null, symbol text, close float8);
       select create_hypertable('archive.market_data', by_range('time', interval '3 days'));
       create table archive.schema_migrations (name text);`,
    );
    if (isCommunity()) {
      await own.client.query(
        `alter table archive.market_data set (timescaledb.enable_columnstore, timescaledb.segmentby = 'symbol');
         call add_columnstore_policy('archive.market_data', after => interval '1 day');
         select add_retention_policy('archive.market_data', interval '2 days');
         create materialized view archive.candles_5m_rollup with (timescaledb.continuous) as
           select time_bucket('5 minutes', time) as bucket, symbol, last(close, time) as close
           from archive.market_data group by 1, 2 with no data;
         select add_continuous_aggregate_policy('archive.candles_5m_rollup', interval '1 day', interval '1 hour', interval '1 hour')`,
      );
    }
    expect(await own.migrator.apply()).toMatchObject({ steps: [], differences: [] });
    await own.migrator.rollback({ to: "none" });
    const { rows } = await own.client.query(
      "select hypertable_schema::text as schema from timescaledb_information.hypertables where hypertable_schema <> '_timescaledb_internal'",
    );
    expect(rows).toEqual([{ schema: "archive" }]);
    expect(await own.migrator.apply()).toMatchObject({ differences: [] });
  });

  it("go with the tables on the way down, leave no job behind, and come again", async () => {
    await using own = await scene();
    await own.client.query("create extension timescaledb");
    await own.migrator.apply();
    await own.migrator.rollback({ to: "none" });
    const { rows } = await own.client.query(
      "select from timescaledb_information.jobs where job_id >= 1000 union all select from timescaledb_information.hypertables",
    );
    expect(rows).toEqual([]);
    expect(await own.migrator.apply()).toMatchObject({ differences: [] });
  });
});

const drifts: readonly (readonly [name: string, sql: string, says: RegExp])[] = [
  [
    "a chunk interval",
    "select set_chunk_time_interval('orders', interval '2 days')",
    /hypertable orders: its chunk interval is 2 days, declared is 7 days/,
  ],
  [
    "what segments and orders",
    "alter table trades set (timescaledb.segmentby = 'exchange', timescaledb.orderby = 'executed_at')",
    /hypertable trades: it segments by exchange, declared is account/,
  ],
  [
    "a dropped compression policy",
    "call remove_columnstore_policy('trades')",
    /hypertable trades: no job converts its chunks/,
  ],
  [
    "a changed compression policy",
    "call remove_columnstore_policy('trades'); call add_columnstore_policy('trades', after => interval '90 days')",
    /converted after 90 days, declared is 60 days/,
  ],
  [
    "a retention job that is gone",
    "select delete_job(job_id) from timescaledb_information.jobs where proc_name = 'drop_expired_chunks' and config ->> 'hypertable' = 'orders'",
    /hypertable orders: no job drops what is older than 7 years/,
  ],
  [
    "a retention that knows no holds",
    "select delete_job(job_id) from timescaledb_information.jobs where proc_name = 'drop_expired_chunks' and config ->> 'hypertable' = 'orders'; select add_retention_policy('orders', interval '7 years')",
    /hypertable orders: its retention job is not the declared one/,
  ],
  [
    "a job that is switched off",
    "select alter_job(job_id, scheduled => false) from timescaledb_information.jobs where hypertable_name = 'candles_1h_rollup' and proc_name = 'policy_refresh_continuous_aggregate'",
    /aggregate candles_1h_rollup: its job \d+ .* is switched off/,
  ],
  [
    "another refresh window",
    "select remove_continuous_aggregate_policy('candles_4h_rollup'); select add_continuous_aggregate_policy('candles_4h_rollup', interval '9 days', interval '4 hours', interval '1 hour')",
    /candles_4h_rollup: it is refreshed from 9 days to 4 hours ago every 1 hour, declared is from 4 days/,
  ],
  [
    "an aggregate that adds rows while it is read",
    "alter materialized view candles_1d_rollup set (timescaledb.materialized_only = false)",
    /candles_1d_rollup: it adds rows of the source while it is read/,
  ],
  [
    "a candle view of another text",
    "create or replace view candles_5m as select exchange, symbol, bucket as time, open, high, low, close, volume, trade_count, volume as vwap, bar_count from candles_5m_rollup",
    /view candles_5m: its definition is not the declared one/,
  ],
];

describe("drift of time series", { timeout: TIMEOUT }, () => {
  it("of every kind is found, and mended by the next migrate", async (context) => {
    context.skip(!isCommunity(), "only the community edition has columnstore, jobs and aggregates");
    await using own = await scene();
    await own.client.query("create extension timescaledb");
    await own.migrator.apply();
    for (const [name, sql, says] of drifts) {
      for (const statement of sql.split("; ")) await own.client.query(statement);
      const { differences } = await own.migrator.verify();
      expect(
        differences.map(({ message }) => message),
        name,
      ).toEqual([expect.stringMatching(says)]);
      expect((await own.migrator.apply()).differences, name).toEqual([]);
    }
  });

  it("of an index is mended by the advice that verify gives", async () => {
    await using own = await scene();
    await own.client.query("create extension timescaledb");
    await own.migrator.apply();
    await own.client.query(bars);
    const { rows } = await own.client.query<{ name: string; definition: string }>(
      `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
       where indrelid in ('market_data'::regclass, 'orders'::regclass) and not indisprimary order by 1`,
    );
    expect(rows.some(({ definition }) => definition.includes(" WHERE "))).toBe(true);
    const [changed, ...dropped] = rows;
    for (const { name } of dropped) await own.client.query(`drop index ${name}`);
    await own.client.query(`drop index ${changed?.name ?? ""}`);
    await own.client.query(`create index ${changed?.name ?? ""} on market_data (volume, time)`);
    await own.client.query("create index by_hand on market_data (volume, time)");
    const { differences } = await own.migrator.verify();
    expect(differences.map(({ kind, name }) => [kind, name])).toEqual([
      ...dropped.map(({ name }) => ["missing", name]),
      ["different", changed?.name],
      ["undeclared", "by_hand"],
    ]);
    for (const { mend } of differences) {
      const [sql = ""] = mend.split(", or declare it");
      for (const statement of sql.split("; ")) await own.client.query(statement);
    }
    expect((await own.migrator.verify()).differences).toEqual([]);
  });

  it("of a job that fails is named with its reason", async (context) => {
    context.skip(!isCommunity(), "only the community edition has jobs");
    await using own = await scene();
    await own.client.query("create extension timescaledb");
    await own.migrator.apply();
    const { rows } = await own.client.query<{ id: number }>(
      `select (alter_job(job_id, next_start => now(), config => config - 'time_column')).job_id as id
       from timescaledb_information.jobs where proc_name = 'drop_expired_chunks' and config ->> 'hypertable' = 'orders'`,
    );
    const failed = `select from timescaledb_information.job_stats where job_id = ${rows[0]?.id ?? 0} and last_run_status = 'Failed'`;
    while ((await own.client.query(failed)).rowCount === 0) await sleep(100);
    const { differences } = await own.migrator.verify();
    expect(differences.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        /^job \d+ \(public\.drop_expired_chunks\) failed its last \d+ runs: drop_expired_chunks needs time_column/,
      ),
    );
  });

  it("of an aggregate made otherwise is not mended before rows may be lost", async (context) => {
    context.skip(!isCommunity(), "only the community edition has aggregates");
    await using own = await scene();
    await own.client.query("create extension timescaledb");
    await own.migrator.apply();
    await own.client.query(bars);
    await own.client.query("drop view candles_1d");
    await own.client.query("drop materialized view candles_1d_rollup");
    await own.client.query(
      `create materialized view candles_1d_rollup with (timescaledb.continuous) as
       select symbol, time_bucket('1 day', bucket) as bucket, max(high) as high from candles_4h_rollup group by 1, 2 with no data`,
    );
    await expect(own.migrator.apply()).rejects.toMatchObject({
      code: "step-not-allowed",
      message: expect.stringMatching(/candles_1d_rollup .*--allow destructive/),
    });
  });
});
