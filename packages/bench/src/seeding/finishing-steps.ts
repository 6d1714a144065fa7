// What follows once all rows are there: what the schema computes is computed by the schema, what was loaded past its triggers is
// checked, and the database is brought into the state one that grew over time would be in.
import { type DirectConnection, parseConnection } from "@app/database";
import { maintain } from "@app/migrator";
import { convertOldChunks, tablesInColumns } from "./old-chunks.ts";
import type { SeedProfile } from "./seed-profile.ts";
import type { SeedStep } from "./seed-step.ts";

/** Tables whose rows were loaded. */
const loaded = [
  "trades",
  "orders",
  "order_events",
  "market_data",
  "portfolio_snapshots",
  "system_logs",
] as const;

async function count(connection: DirectConnection, text: string): Promise<number> {
  const { rows } = await connection.query<{ readonly n: number }>(text);
  return rows[0]?.n ?? 0;
}

/** Updates of a table that this transaction made, chunks included. */
const updatesOf = (table: string): string => `
select coalesce(sum(n_tup_upd), 0)::float8 as n from pg_stat_xact_all_tables
where relid = '${table}'::regclass or relid in (select inhrelid from pg_inherits where inhparent = '${table}'::regclass)`;

/**
 * Every position, P&L and sum by the schema's own rebuild, which rewrites each fill whose accounting it finds to be another.
 * @throws Error where it rewrote one: what is seeded would not be what the schema makes of it
 */
const accounting: SeedStep = {
  name: "accounting",
  weight: 100_000,
  mode: "transaction",
  async run(connection) {
    await connection.query("analyze trades");
    await connection.query("select rebuild_accounting()");
    const rewritten = await count(connection, updatesOf("trades"));
    if (rewritten > 0) {
      throw new Error(`The schema accounts ${rewritten} fills otherwise than they were seeded.`);
    }
    return {
      positions: await count(connection, "select count(*)::float8 as n from positions"),
      strategy_daily_performance: await count(
        connection,
        "select count(*)::float8 as n from strategy_daily_performance",
      ),
    };
  },
};

const openOrders: SeedStep = {
  name: "open orders",
  weight: 20_000,
  mode: "transaction",
  async run(connection) {
    return { open_orders: await count(connection, "select rebuild_open_orders()::float8 as n") };
  },
};

/** One row per curve, as the trigger of snapshots keeps it. */
const curves: SeedStep = {
  name: "curves",
  weight: 5_000,
  mode: "rows",
  async run(connection) {
    const { rowCount } = await connection.query(`
insert into portfolio_curves (account, strategy_id, currency, peak_equity, last_taken_at, last_snapshot_id)
select account, strategy_id, currency, max(equity), max(taken_at), (array_agg(id order by taken_at desc, id desc))[1]
from portfolio_snapshots group by account, strategy_id, currency`);
    return { portfolio_curves: rowCount };
  },
};

/** What foreign keys and constraint triggers would have refused. */
const references: readonly (readonly [string, string])[] = [
  [
    "fills without their order",
    `select count(*)::float8 as n from trades t where not exists (
       select from orders o where o.id = t.order_id and o.account = t.account and o.symbol = t.symbol and o.side = t.side)`,
  ],
  [
    "orders without their parent",
    `select count(*)::float8 as n from orders c where parent_order_id is not null and not exists (
       select from orders p where p.id = c.parent_order_id)`,
  ],
  [
    "orders whose filled quantity is not that of their fills",
    `select count(*)::float8 as n
     from orders o left join (
       select order_id, sum(quantity) as quantity from trades where busted_at is null group by order_id) f on f.order_id = o.id
     where o.filled_quantity <> coalesce(f.quantity, 0)`,
  ],
  [
    "orders whose last event is not what they are",
    `select count(*)::float8 as n
     from orders o left join (
       select order_id, count(*) as events, (array_agg(to_status order by order_version desc))[1] as status
       from order_events group by order_id) e on e.order_id = o.id
     where o.version is distinct from e.events or o.status is distinct from e.status`,
  ],
  [
    "rows without their strategy",
    `select (select count(*) from orders o where not exists (select from strategies s where s.id = o.strategy_id))::float8
       + (select count(*) from trades t where not exists (select from strategies s where s.id = t.strategy_id))::float8 as n`,
  ],
];

/** @throws Error naming what is missing */
const check: SeedStep = {
  name: "check",
  weight: 60_000,
  mode: "transaction",
  async run(connection) {
    await connection.query("set local work_mem = '128MB'");
    for (const [what, text] of references) {
      const found = await count(connection, text);
      if (found > 0) throw new Error(`Seeding left ${found} ${what}.`);
    }
    return {};
  },
};

/** Fills the candle roll-ups, the finest first: each is made of the one before it, and so has a higher number. */
const candles: SeedStep = {
  name: "candles",
  weight: 100_000,
  mode: "statements",
  async run(connection) {
    const { rows } = await connection.query<{ readonly name: string }>(
      `select format('%I.%I', user_view_schema, user_view_name) as name
       from _timescaledb_catalog.continuous_agg order by mat_hypertable_id`,
    );
    for (const { name } of rows) {
      await connection.query(`call refresh_continuous_aggregate('${name}', null, null)`);
    }
    return {};
  },
};

const columnsOf = (table: string): SeedStep => ({
  name: `columns of ${table}`,
  weight: 40_000,
  mode: "statements",
  async run(connection) {
    await connection.query(convertOldChunks(table));
    return {};
  },
});

/** What is left of the upkeep, the chunks of the candle roll-ups above all, is done by the run of maintenance that does so in production. */
const upkeep = (superuserUrl: string): SeedStep => ({
  name: "upkeep",
  weight: 20_000,
  mode: "statements",
  async run() {
    await maintain({ connection: parseConnection(superuserUrl) });
    return {};
  },
});

/** Tables the schema fills by itself. */
const computed = [
  "strategies",
  "audit_log",
  "positions",
  "strategy_daily_performance",
  "open_orders",
  "market_series",
  "portfolio_curves",
] as const;

/** As autovacuum would have left it: statistics, and pages that are known to be all visible. */
const statisticsOf = (table: string): SeedStep => ({
  name: `statistics of ${table}`,
  weight: 5_000,
  mode: "statements",
  async run(connection) {
    await connection.query(`vacuum (analyze) ${table}`);
    return {};
  },
});

const overview: SeedStep = {
  name: "overview",
  weight: 5_000,
  mode: "statements",
  async run(connection) {
    await connection.query("refresh materialized view market_overview");
    await connection.query("checkpoint");
    return {};
  },
};

/** What follows the rows, one part after the other. */
export interface FinishingSteps {
  /** Lanes that do not wait for each other, each in its order. */
  readonly lanes: readonly (readonly SeedStep[])[];
  /** As many at once as there are connections. */
  readonly columns: readonly SeedStep[];
  readonly upkeep: readonly SeedStep[];
  /** As many at once as there are connections. */
  readonly statistics: readonly SeedStep[];
  readonly overview: SeedStep;
}

/** @param edition of the server */
export function finishingSteps(
  profile: SeedProfile,
  edition: "postgres" | "timescale" | "timescale-apache",
  superuserUrl: string,
): FinishingSteps {
  const hasColumns = edition === "timescale" && profile.intoColumns;
  return {
    lanes: [
      [curves, accounting, openOrders],
      [...(edition === "timescale" ? [candles] : []), check],
    ],
    columns: hasColumns ? tablesInColumns.map(columnsOf) : [],
    upkeep: hasColumns ? [upkeep(superuserUrl)] : [],
    statistics: [...loaded, ...computed].map(statisticsOf),
    overview,
  };
}
