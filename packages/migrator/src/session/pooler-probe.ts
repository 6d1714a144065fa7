// Tells a transaction pooler from a server (or a session pooler). The migration lock belongs to a server session; behind a
// transaction pooler two runs could share one session, and both be told that they hold it.

import type { ConnectionSettings, DirectConnection } from "@app/database";
import { connectDirect } from "@app/database";

import { MigrationConnectionError } from "../errors.ts";

const rounds = 3;

/** Connection through which the session's lock would not be its own. */
export function pooledConnection(): MigrationConnectionError {
  return new MigrationConnectionError(
    "connection-pooled",
    "The connection goes through a transaction pooler (PgBouncer and the like), which changes the server process between statements: point DATABASE_URL at the server itself, or at a session pool, for migrations.",
  );
}

/**
 * Costs nothing where the process id given at login is the one that answers. Elsewhere a second connection opens a
 * transaction: a pooler gives it this session's idle process, or gives this session another one next time.
 * @throws MigrationConnectionError `connection-pooled`
 */
export async function refuseTransactionPooler(
  direct: DirectConnection,
  connection: ConnectionSettings,
  backendPid: number,
): Promise<void> {
  if (direct.processId === backendPid) {
    return;
  }
  const other = await connectDirect(connection);
  try {
    for (let round = 0; round < rounds; round += 1) {
      const own = await pidOf(direct);
      await other.query("BEGIN");
      const taken = await pidOf(other);
      const again = await pidOf(direct);
      await other.query("COMMIT");
      if (taken === own || again !== own || own !== backendPid) {
        throw pooledConnection();
      }
    }
  } finally {
    await other.close();
  }
}

async function pidOf(direct: DirectConnection): Promise<number> {
  const { rows } = await direct.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return rows[0]?.pid ?? 0;
}
