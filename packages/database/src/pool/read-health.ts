// Looks at one server: what it is, and what of its settings threatens the work. Not the deadline (health-check.ts).
// Invariant: reads settings and catalogues, which everybody may, and no table.

import type { Queryable } from "../connection/statement.ts";
import type { DatabaseHealth } from "./health.ts";

/** What the server tells about itself. */
export type ServerHealth = Pick<
  DatabaseHealth,
  "serverVersion" | "isInRecovery" | "isReadOnly" | "timescaledb" | "maxLocksPerTransaction"
> & { readonly lockProblem: string | undefined };

interface HealthRow {
  readonly serverVersion: string;
  readonly isInRecovery: boolean;
  readonly isReadOnly: boolean;
  readonly extensionVersion: string | null;
  readonly license: string | null;
  readonly maxLocks: number;
  readonly lockSpace: number;
  readonly parent: string | null;
  readonly partitions: number | null;
  readonly locks: number | null;
}

/**
 * A statement that cannot leave partitions out locks all of them and all their indexes while it is planned; hypertables are
 * inheritance parents of their chunks, so one look at pg_inherits serves both. The lock table has room for
 * max_locks_per_transaction × (max_connections + max_prepared_transactions) of them, for all sessions together (PostgreSQL 18
 * documentation, 19.12); that much is promised, and for a statement alone on the server there was room for about 2.3 times as many
 * (measured, 18.4: 6,400 promised, 14,700 taken). TimescaleDB's advice, 2 × chunks ÷ max_connections, is the same sum with one index per chunk.
 */
const healthText = `
  WITH settings AS (
    SELECT current_setting('max_locks_per_transaction')::int4 AS max_locks,
      current_setting('max_connections')::int8 + current_setting('max_prepared_transactions')::int8 AS sessions
  ),
  indexes AS (
    SELECT indrelid, count(*) AS indexes FROM pg_index GROUP BY indrelid
  ),
  widest AS (
    SELECT inhparent, count(*) AS partitions, sum(1 + coalesce(indexes, 0)) AS locks
    FROM pg_inherits
    JOIN pg_class ON pg_class.oid = inhrelid AND relkind IN ('r', 'p', 'f')
    LEFT JOIN indexes ON indrelid = inhrelid
    GROUP BY inhparent
    ORDER BY locks DESC, inhparent
    LIMIT 1
  )
  SELECT current_setting('server_version') AS "serverVersion",
    pg_is_in_recovery() AS "isInRecovery",
    current_setting('transaction_read_only')::bool AS "isReadOnly",
    (SELECT extversion FROM pg_extension WHERE extname = 'timescaledb') AS "extensionVersion",
    current_setting('timescaledb.license', true) AS license,
    max_locks AS "maxLocks",
    (max_locks * sessions)::float8 AS "lockSpace",
    inhparent::regclass::text AS parent,
    partitions::float8 AS partitions,
    locks::float8 AS locks
  FROM settings LEFT JOIN widest ON true`;

/** Asks the server. */
export async function readHealth(queryable: Queryable): Promise<ServerHealth | undefined> {
  const { rows } = await queryable.query<HealthRow>(healthText);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { extensionVersion } = row;
  return {
    serverVersion: row.serverVersion,
    isInRecovery: row.isInRecovery,
    isReadOnly: row.isReadOnly,
    timescaledb:
      extensionVersion === null
        ? undefined
        : { version: extensionVersion, license: row.license ?? "unknown" },
    maxLocksPerTransaction: row.maxLocks,
    lockProblem: lockProblem(row),
  };
}

function lockProblem({ parent, partitions, locks, lockSpace, maxLocks }: HealthRow): string | undefined {
  if (parent === null || partitions === null || locks === null || locks <= lockSpace) return undefined;
  const needed = Math.ceil((maxLocks * locks) / lockSpace);
  return (
    `max_locks_per_transaction is ${maxLocks}, room for ${lockSpace} locks in all, and one statement over all ${partitions} ` +
    `partitions of ${parent} takes ${locks}: it may fail with "out of shared memory". Set it to ${needed * 2} or more and restart the server.`
  );
}
