// When a session's prepared statements are planned. A login asks for a plan per execution (client-config.ts), which tables in
// thousands of chunks need. A database without TimescaleDB has none, and there the server may decide by itself: it keeps one plan
// after five executions where that is estimated to be as cheap as planning anew.
// Measured (PostgreSQL 18.4, 2 cores): one row by its key takes 65 us with a kept plan and 91 us planned anew.

import type { ConnectionSettings } from "./connection-settings.ts";
import type { Session } from "./session.ts";

/**
 * Leaves planning to the server where there are no chunks; what the URL's own options say about it stays.
 * @returns whether this session need not plan every execution
 */
export async function planAsServerDecides(
  session: Pick<Session, "query">,
  settings: ConnectionSettings,
): Promise<boolean> {
  if (settings.startupOptions?.includes("plan_cache_mode") === true) return false;
  const { rowCount } = await session.query(
    `select set_config('plan_cache_mode', 'auto', false)
     where not exists (select from pg_catalog.pg_extension where extname = 'timescaledb')`,
  );
  return rowCount === 1;
}
