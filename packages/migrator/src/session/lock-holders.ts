// Who stands in a statement's way: other sessions that hold what this one waits for. Asked on a connection of its
// own, because the migrating one is busy waiting.

import type { ConnectionSettings } from "@app/database";
import { connectDirect } from "@app/database";

import type { LockHolder } from "../errors.ts";
import { withoutLiterals } from "../files/sql-text.ts";
import type { MigrationSession } from "./session.ts";

/** One line about a holder, without secrets. */
export function describeHolder(holder: LockHolder): string {
  const application = holder.application === "" ? "" : ` "${holder.application}"`;
  const since = holder.since === null ? "" : ` since ${holder.since}`;
  const query = holder.query === undefined || holder.query === "" ? "" : `: ${holder.query}`;
  return `process ${holder.pid}${application}, role ${holder.role}${since}${query}`;
}

const blockersSql = `
  SELECT a.pid, a.application_name AS application, coalesce(a.usename::text, '') AS role,
         to_char(coalesce(a.xact_start, a.backend_start) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since,
         left(a.query, 2000) AS query
  FROM unnest(pg_blocking_pids($1::integer)) AS blocker (pid)
  JOIN pg_stat_activity a ON a.pid = blocker.pid
  ORDER BY a.xact_start NULLS LAST LIMIT 5`;

/** Null where this role may not see the other's statement. */
type BlockerRow = Omit<LockHolder, "query"> & { readonly query: string | null };

function toHolder({ query, ...holder }: BlockerRow): LockHolder {
  return {
    ...holder,
    query: withoutLiterals(query ?? "")
      .replace(/\s+/g, " ")
      .trim()
      .slice(0, 100),
  };
}

/** Who holds a session-level advisory lock of this database now; undefined when it was just given back. */
export async function readLockHolder(
  session: MigrationSession,
  key: string,
): Promise<LockHolder | undefined> {
  const rows = await session.query<LockHolder>(
    `SELECT l.pid, coalesce(a.application_name, '') AS application, coalesce(a.usename::text, '') AS role,
            to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since
     FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND (l.classid::bigint << 32 | l.objid::bigint) = $1::bigint`,
    [key],
  );
  return rows[0];
}

export interface BlockerWatch {
  /** The last blockers seen while the statement waited. */
  readonly blockers: readonly LockHolder[];
  /** Ends the watch. */
  stop(): Promise<void>;
}

export interface BlockerWatchOptions {
  readonly connection: ConnectionSettings;
  readonly backendPid: number;
  /** How long a statement may run before anyone looks, in milliseconds; a fast one costs no connection. */
  readonly afterMs: number;
  readonly onBlocked: (blockers: readonly LockHolder[]) => void;
}

const lookAgainMs = 5000;

/** Looks, from `afterMs` on and then every 5 s, who blocks a backend. Failing to look is never an error. */
export function watchBlockers(options: BlockerWatchOptions): BlockerWatch {
  let blockers: readonly LockHolder[] = [];
  let looking: Promise<void> | undefined;
  let timer = setTimeout(begin, options.afterMs);
  let stopped = false;

  async function look(): Promise<void> {
    try {
      const observer = await connectDirect(options.connection);
      try {
        const { rows } = await observer.query<BlockerRow>(blockersSql, [options.backendPid]);
        const found = rows.map(toHolder);
        if (found.length > 0) {
          blockers = found;
          if (!stopped) {
            options.onBlocked(found);
          }
        }
      } finally {
        await observer.close();
      }
    } catch {
      // Naming the blocker is a courtesy: a server out of connections must not fail the migration.
    }
  }

  function begin(): void {
    looking = look().finally(() => {
      if (!stopped) {
        timer = setTimeout(begin, lookAgainMs);
      }
    });
  }

  return {
    get blockers() {
      return blockers;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
