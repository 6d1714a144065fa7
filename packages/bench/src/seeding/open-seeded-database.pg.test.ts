import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { connectDirect, type DirectConnection, parseConnection } from "@app/database";
import { createTestDatabase, type TestDatabase } from "@app/local-server/testing";
import { createMigrator } from "@app/migrator";
import { connect } from "@app/repositories";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyRows } from "./copy-rows.ts";
import { openSeededDatabase, type SeededDatabase } from "./open-seeded-database.ts";
import { orderColumns, orderEventColumns } from "./orders/order-rows.ts";
import { createSeedHistory } from "./seed-history.ts";
import { seedProfiles } from "./seed-profile.ts";
import { insertStrategies } from "./strategies.ts";
import { tradingDays } from "./trading-days.ts";

const command = fileURLToPath(new URL("../commands/seed.ts", import.meta.url));
const endDay = Temporal.Now.plainDateISO("UTC").subtract({ days: 1 });

async function withExtension(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  if (database.edition !== "postgres") {
    await using superuser = await connectDirect(parseConnection(database.superuserUrl));
    await superuser.query("create extension timescaledb");
  }
  return database;
}

const open = ({ url, superuserUrl }: TestDatabase, seed = 1): Promise<SeededDatabase> =>
  openSeededDatabase({ url, superuserUrl, profile: "trial", seed, endDay });

/** What is in each table, as one hash; without what names itself or the moment of its making. */
async function fingerprints(url: string): Promise<Readonly<Record<string, string>>> {
  await using connection = await connectDirect(parseConnection(url));
  const found: Record<string, string> = {};
  const row = "to_jsonb(t) - '{}'::text[]";
  const ownId = "to_jsonb(t) - array['id', 'updated_at']";
  const tables = {
    market_data: row,
    market_series: row,
    strategies: row,
    orders: row,
    order_events: row,
    trades: row,
    portfolio_snapshots: row,
    system_logs: row,
    open_orders: row,
    strategy_daily_performance: row,
    positions: ownId,
    portfolio_curves: ownId,
  };
  for (const [table, text] of Object.entries(tables)) {
    const { rows } = await connection.query<{ readonly hash: string | null }>(
      `select md5(string_agg(h, '' order by h)) as hash from (select md5((${text})::text) as h from ${table} t) x`,
    );
    found[table] = rows[0]?.hash ?? "empty";
  }
  return found;
}

async function one<Value>(connection: DirectConnection, text: string): Promise<Value | undefined> {
  const { rows } = await connection.query<{ readonly value: Value }>(text);
  return rows[0]?.value;
}

let database: TestDatabase;
let seeded: SeededDatabase;

beforeAll(async () => {
  database = await withExtension();
  seeded = await open(database);
});
afterAll(async () => {
  await database.drop();
});

describe("what is seeded", () => {
  it("is what it says, as the tables have it", async () => {
    await using connection = await connectDirect(parseConnection(database.url));
    for (const [table, rows] of Object.entries(seeded.description.rowsByTable)) {
      expect([table, await one(connection, `select count(*)::float8 as value from ${table}`)]).toEqual([
        table,
        rows,
      ]);
    }
    expect(seeded.description.rowsByTable).toMatchObject({
      orders: 1_500,
      portfolio_snapshots: 48,
      strategies: 4,
    });
    expect(seeded.description.seeding?.barsPerSecond).toBeGreaterThan(0);
    expect(seeded.wasReused).toBe(false);
  });

  it("agrees with itself in every comparison of the reconciliation", async () => {
    await using backend = connect({ database: database.url });
    const differences = [];
    const from = Temporal.Instant.from(`${seeded.facts.firstDay}T00:00:00Z`);
    const to = Temporal.Instant.from(`${seeded.facts.endDay}T00:00:00Z`);
    for await (const difference of backend.reconciliation.reconcile({ from, to }))
      differences.push(difference);
    expect(differences).toEqual([]);
  });

  it("has the catalogue, the peaks and the curves that the triggers would have kept", async () => {
    await using connection = await connectDirect(parseConnection(database.url));
    expect(
      await one(
        connection,
        `select count(*)::float8 as value from (
           select exchange, symbol, timeframe, min(time), max(time), count(*), (array_agg(close order by time desc))[1]
           from market_data group by 1, 2, 3
           except select exchange, symbol, timeframe, first_time, last_time, bar_count, last_close from market_series) d`,
      ),
    ).toBe(0);
    expect(
      await one(
        connection,
        `select count(*)::float8 as value from (
           select peak_equity, max(equity) over (partition by account, strategy_id, currency order by taken_at, id) as highest
           from portfolio_snapshots) p where peak_equity is distinct from highest`,
      ),
    ).toBe(0);
    expect(
      await one(
        connection,
        `select count(*)::float8 as value from portfolio_curves c join (
           select account, strategy_id, max(equity) as peak, max(taken_at) as last from portfolio_snapshots group by 1, 2
         ) s using (account, strategy_id) where c.peak_equity = s.peak and c.last_taken_at = s.last`,
      ),
    ).toBe(4);
  });

  it("leaves the database as declared, and nothing for a migration to do", async () => {
    const migrator = createMigrator({ connection: parseConnection(database.url) });
    expect(await migrator.verify()).toMatchObject({ differences: [] });
    expect(await migrator.plan()).toMatchObject({ steps: [] });
  });

  it("gives workloads values that are there, under every name", async () => {
    await using backend = connect({ database: database.url });
    const { orders, trades, openOrders, strategies, series, correlationIds } = seeded.facts;
    const [order, trade, working, busiest, longest] = [
      orders[0],
      trades[0],
      openOrders[0],
      strategies[0],
      series[0],
    ];
    expect(await backend.orders.get(order?.id ?? "")).toMatchObject({ clientOrderId: order?.clientOrderId });
    expect(await backend.trades.get(trade?.id ?? "")).toMatchObject({
      exchangeTradeId: trade?.exchangeTradeId,
    });
    expect(await backend.orders.get(working?.id ?? "")).toMatchObject({ status: working?.status });
    expect(new Set(orders.map(({ ageDays }) => ageDays))).toEqual(new Set([1, 2]));
    expect(busiest?.fills).toBe(Math.max(...strategies.map(({ fills }) => fills)));
    expect(strategies.reduce((sum, { fills }) => sum + fills, 0)).toBeGreaterThan(2_500);
    expect(longest).toMatchObject({ exchange: "COIN", timeframe: "1m", bars: 7_200, hasIndicators: false });
    expect(correlationIds.length).toBeGreaterThan(10);
  });
});

it("writes the history of orders as the triggers write it", async (context) => {
  context.skip(database.edition !== "postgres", "the triggers are the same on every edition");
  const history = createSeedHistory(seedProfiles.trial, 1, endDay);
  const days = [...tradingDays(history)];
  const events = days.flatMap((day) => day.events);
  const types = new Set(events.map(({ type }) => type));
  expect(types.size).toBeGreaterThan(8);
  await using other = await withExtension();
  const migrator = createMigrator({ connection: parseConnection(other.url) });
  await migrator.apply();
  await using connection = await connectDirect(parseConnection(other.superuserUrl));
  await insertStrategies(connection, history.strategies);
  const columns = orderColumns.map(({ name }) => name).join(", ");
  await connection.query(`create temporary table states as select ${columns} from orders limit 0`);
  await connection.query("create temporary table expected as select * from order_events limit 0");
  await copyRows(
    connection,
    "states",
    orderColumns,
    events.map(({ order }) => order),
  );
  await copyRows(connection, "expected", orderEventColumns, events);
  await connection.query(`insert into orders (${columns}) select ${columns} from states where version = 1`);
  const changed = columns.split(", ").filter((name) => !["id", "created_at", "version"].includes(name));
  const most = Math.max(...events.map(({ order }) => order.version));
  expect(most).toBeGreaterThan(6);
  for (let version = 2; version <= most; version += 1) {
    await connection.query(
      `update orders o set ${changed.map((name) => `${name} = s.${name}`).join(", ")}
       from states s where s.version = ${version} and o.id = s.id and o.created_at = s.created_at`,
    );
  }
  const compared = `order_id, order_version, event_time, type, account, strategy_id, exchange, symbol, client_order_id, venue_order_id,
    execution_id, transact_time, from_status, to_status, reason, quantity, filled_quantity, average_fill_price, limit_price, stop_price,
    trailing_offset, changes`;
  const { rows } = await connection.query(
    `(select 'made' as of, ${compared} from expected except select 'made', ${compared} from order_events)
     union all (select 'written', ${compared} from order_events except select 'written', ${compared} from expected) limit 3`,
  );
  expect(rows).toEqual([]);
  expect(await one(connection, "select count(*)::float8 as value from order_events")).toBe(events.length);
});

describe("a database that was seeded before", () => {
  it("is used again within two seconds, with the same facts", async () => {
    const began = performance.now();
    const again = await open(database);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect([again.wasReused, again.description.seeding]).toEqual([true, undefined]);
    expect(again.facts).toEqual(seeded.facts);
    expect(again.description.rowsByTable).toEqual(seeded.description.rowsByTable);
  });

  it("is refused for another seed, and once it is too old", async () => {
    await expect(open(database, 2)).rejects.toThrow(
      /was seeded with profile trial and seed 1: drop it, or name another/u,
    );
    await using connection = await connectDirect(parseConnection(database.superuserUrl));
    await connection.query("update bench.seeding set end_day = end_day - 10");
    try {
      await expect(open(database)).rejects.toThrow(/ends 11 days ago, and is used for 7 days/u);
    } finally {
      await connection.query("update bench.seeding set end_day = end_day + 10");
    }
  });
});

describe("a database with other data", () => {
  it("is refused, and left as it was", async () => {
    await using other = await withExtension();
    await createMigrator({ connection: parseConnection(other.url) }).apply();
    await using connection = await connectDirect(parseConnection(other.url));
    await connection.query(
      `insert into strategies (id, created_at, name, kind, base_currency)
       select uuid_v7_at(t), t, 'real', 'real', 'USD' from (values ('2026-01-01 00:00:00+00'::timestamptz)) v (t)`,
    );
    await expect(open(other)).rejects.toThrow(/has rows in strategies that were not seeded/u);
    expect(await one(connection, "select to_regclass('bench.seeding') is null as value")).toBe(true);
    expect(await one(connection, "select count(*)::float8 as value from market_data")).toBe(0);
  });

  it("is not begun with where only what was seeded may be opened, though it be empty", async () => {
    await using other = await withExtension();
    await createMigrator({ connection: parseConnection(other.url) }).apply();
    const { url, superuserUrl } = other;
    await expect(
      openSeededDatabase({ url, superuserUrl, profile: "trial", seed: 3, mayBegin: false }),
    ).rejects.toThrow(
      /was not seeded for benchmarks.*pnpm bench:seed --profile trial --seed 3 --database-url/u,
    );
    await using connection = await connectDirect(parseConnection(url));
    expect(await one(connection, "select to_regclass('bench.seeding') is null as value")).toBe(true);
  });

  it("is refused where its tables are of another schema", async () => {
    await using other = await createTestDatabase();
    await using connection = await connectDirect(parseConnection(other.url));
    await connection.query("create table ledger (amount numeric)");
    await expect(open(other)).rejects.toThrow(/holds tables that are not of this schema \(public\.ledger\)/u);
    expect(await one(connection, "select to_regclass('public.orders') is null as value")).toBe(true);
  });

  it("is refused to a role that may not switch triggers off", async () => {
    await using other = await createTestDatabase();
    await expect(openSeededDatabase({ url: other.url, profile: "trial", endDay })).rejects.toThrow(
      /GRANT SET ON PARAMETER session_replication_role/u,
    );
  });
});

it("ends with the same rows when it is killed in the middle and called again", async (context) => {
  context.skip(
    database.edition === "timescale-apache",
    "what it does is a part of what the community edition does",
  );
  await using other = await withExtension();
  await using watch = await connectDirect(parseConnection(other.superuserUrl));
  const steps = async (): Promise<number> => {
    if (
      (await one<boolean>(watch, "select to_regclass('bench.seeding_steps') is not null as value")) !== true
    )
      return 0;
    return (await one<number>(watch, "select count(*)::float8 as value from bench.seeding_steps")) ?? 0;
  };
  const killed: number[] = [];
  // In the bars, and in the days; migrating is killed elsewhere.
  for (const after of [2, 6]) {
    const args = ["--profile", "trial", "--end-day", endDay.toString(), "--database-url", other.superuserUrl];
    const child = spawn(process.execPath, [command, ...args], { stdio: "ignore" });
    const ended = once(child, "exit");
    while ((await steps()) < after && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill("SIGKILL");
    expect(await ended).toEqual([null, "SIGKILL"]);
    killed.push(await steps());
  }
  const complete = await openSeededDatabase({ url: other.superuserUrl, profile: "trial" });
  expect(killed[1]).toBeLessThan(await steps());
  expect(complete.description.rowsByTable).toEqual(seeded.description.rowsByTable);
  // It was not seeded in one go, so there is no speed to tell.
  expect(complete.description.seeding).toBeUndefined();
  expect(await fingerprints(other.superuserUrl)).toEqual(await fingerprints(database.url));
});
