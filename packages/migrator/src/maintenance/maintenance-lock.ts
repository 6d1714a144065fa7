// The lock that lets one maintenance run at a time work on a database: a session-level advisory lock, tried once, since
// whoever finds it taken has nothing to wait for. Never held in an open transaction, and gone with the connection.

import type { LockHolder } from "../errors.ts";
import { readLockHolder } from "../session/lock-holders.ts";
import type { MigrationSession } from "../session/session.ts";

/** Key of the advisory lock: the first 8 bytes of sha256("public.maintenance"), as a signed number. */
export const maintenanceLockKey = "-1785764112766537641";

export type MaintenanceLock =
  | { readonly taken: true; release(): Promise<void> }
  /** Undefined where the other run ended in the meantime. */
  | { readonly taken: false; readonly holder: LockHolder | undefined };

/** Takes the lock, or says who has it. */
export async function tryMaintenanceLock(session: MigrationSession): Promise<MaintenanceLock> {
  const [row] = await session.query<{ readonly taken: boolean }>(
    "SELECT pg_try_advisory_lock($1::bigint) AS taken",
    [maintenanceLockKey],
  );
  if (row?.taken !== true) {
    return { taken: false, holder: await readLockHolder(session, maintenanceLockKey) };
  }
  return {
    taken: true,
    release: async () => {
      await session.query("SELECT pg_advisory_unlock($1::bigint)", [maintenanceLockKey]);
    },
  };
}
