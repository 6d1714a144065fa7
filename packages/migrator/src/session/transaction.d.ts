import type { MigrationSession } from "./session.ts";
/** Runs `work` in a transaction; its error goes up unchanged after the rollback. */
export declare function inTransaction<Result>(
  session: MigrationSession,
  lockTimeoutMs: number,
  work: () => Promise<Result>,
): Promise<Result>;
