// For tests of the move: a database with the real schema, as ordinary tables beside an installed TimescaleDB, and a few
// thousand rows in them. Not part of the migrator.

import { parseConnection } from "@app/database";
import pg from "pg";

import type { MigratorEvent } from "../../events.ts";
import { migrateDatabase } from "../../migrate-database.ts";
import type { Run } from "../../run.ts";
import { defaultPatience, type RunPatience } from "../../session/run-patience.ts";
import { openSession } from "../../session/session.ts";

const seedSql = /* sql */ `
insert into strategies (id, created_at, name, kind, base_currency, status, activated_at)
select uuid_v7_at(t), t, 'strategy ' || n, 'mean_reversion', 'USD', 'active', t
from generate_series(1, 5) n cross join lateral (select '2025-12-01 00:00:00+00'::timestamptz + n * interval '1 hour' as t) x;

insert into orders (id, created_at, account, strategy_id, exchange, symbol, client_order_id, side, type, status, quantity,
  filled_quantity, average_fill_price, source)
select uuid_v7_at(t), t, 'account ' || n % 3, s.id, 'XTEST', 'SYM' || n % 7, 'client ' || n,
  case when n % 2 = 0 then 'buy' else 'sell' end::order_side, 'market', 'filled', 10, 10, 100, 'seed'
from generate_series(1, 800) n
cross join lateral (select '2026-01-01 00:00:00+00'::timestamptz + n * interval '25 minutes' as t) x
join (select id, row_number() over (order by id) as slot from strategies) s on s.slot = n % 5 + 1;

insert into trades (id, executed_at, account, strategy_id, order_id, exchange, symbol, exchange_trade_id, side, quantity,
  price, settlement_currency, fee, fee_currency, source)
select uuid_v7_at(created_at), created_at, account, strategy_id, id, exchange, symbol, 'fill ' || client_order_id, side, 10,
  round((100 + 5 * random())::numeric, 2), 'USD', 0.01, 'USD', 'seed'
from orders;
update trades set busted_at = executed_at + interval '1 minute' where exchange_trade_id like '%99';

insert into market_data (exchange, symbol, timeframe, time, open, high, low, close, volume, source)
select 'XTEST', 'SYM' || s, '1m', '2026-02-01 00:00:00+00'::timestamptz + n * interval '1 minute', 100, 101, 99, 100, n, 'seed'
from generate_series(1, 3) s, generate_series(1, 1000) n;
delete from market_data where volume = 500;
analyze`;

/** What to clone for a database of one's own with rows in it. */
export const seededTemplate = {
  name: "ordinary tables with rows beside TimescaleDB",
  prepare: async (url: string): Promise<void> => {
    await migrateDatabase(url);
    await queryOnce(url, "CREATE EXTENSION timescaledb");
    await queryOnce(url, seedSql);
  },
};

/** Runs SQL on a connection of its own. */
export async function queryOnce(
  url: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql, values.length === 0 ? undefined : [...values]))
      .rows;
  } finally {
    await client.end();
  }
}

/** All rows of a table in one text, in the order of its text. */
export async function contentOf(url: string, table: string): Promise<unknown> {
  const rows = await queryOnce(
    url,
    `SELECT count(*)::int AS rows, md5(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE "C")) AS md5 FROM ${table} AS t`,
  );
  return rows[0];
}

export interface OpenRun extends AsyncDisposable {
  readonly run: Run;
  readonly events: readonly MigratorEvent[];
}

/** A run with a session of its own, as the migrator would open it. */
export async function openRun(url: string, patience: Partial<RunPatience> = {}): Promise<OpenRun> {
  const connection = parseConnection(url);
  const session = await openSession(connection);
  const events: MigratorEvent[] = [];
  return {
    run: {
      session,
      connection,
      patience: { ...defaultPatience, ...patience },
      onEvent: (event) => events.push(event),
    },
    events,
    [Symbol.asyncDispose]: async () => session.close(),
  };
}

/** The same run on a connection that dies, like its process, instead of sending statement `at` (from 1). */
export function diesAt(run: Run, at: number): Run & { readonly sent: () => number } {
  let sent = 0;
  const alive = (): void => {
    sent += 1;
    if (sent >= at) throw new Error("killed");
  };
  const { session } = run;
  return {
    ...run,
    sent: () => sent,
    session: {
      ...session,
      query: async (sql, parameters) => {
        alive();
        return session.query(sql, parameters);
      },
      script: async (sql) => {
        alive();
        return session.script(sql);
      },
    },
  };
}
