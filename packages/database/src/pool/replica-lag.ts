// How far a standby lies behind its primary. Not what follows from it (replica.ts).
// Source: PostgreSQL 18 documentation, 9.28.3, recovery information functions, and 27.2.2, pg_stat_wal_receiver.

import type { Queryable } from "../connection/statement.ts";

/**
 * The age of the last replayed commit, and 0 when everything received is replayed and a receiver is running: a primary where
 * nothing happens sends no commits, and its standby is up to date all the same. Both clocks must agree, as commits carry the
 * primary's time. A link that has gone silent is noticed by the server itself, after wal_receiver_timeout (60 s).
 */
const lagText = `
  SELECT CASE
    WHEN NOT pg_is_in_recovery() THEN 0
    WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() AND EXISTS (SELECT FROM pg_stat_wal_receiver) THEN 0
    ELSE greatest(0, extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)
  END::float8 AS lag`;

/** @returns milliseconds; undefined when the standby has replayed no commit since it started, so that nothing is known */
export async function readReplicaLag(queryable: Queryable): Promise<number | undefined> {
  const { rows } = await queryable.query<{ lag: number | null }>(lagText);
  return rows[0]?.lag ?? undefined;
}
