// A transaction on the migrating session with its lock_timeout. Commits or leaves nothing.

import type { MigrationSession } from "./session.ts";

/** Runs `work` in a transaction; its error goes up unchanged after the rollback. */
export async function inTransaction<Result>(
  session: MigrationSession,
  lockTimeoutMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  await session.query("BEGIN");
  try {
    await session.query("SELECT set_config('lock_timeout', $1, true)", [`${lockTimeoutMs}ms`]);
    const result = await work();
    await session.query("COMMIT");
    return result;
  } catch (error) {
    await rollBack(session);
    throw error;
  }
}

async function rollBack(session: MigrationSession): Promise<void> {
  try {
    await session.query("ROLLBACK");
  } catch {
    // The connection is gone, and the transaction with it; the first error tells more.
  }
}
