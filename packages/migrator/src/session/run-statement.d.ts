import type { StatementPlace } from "../errors.ts";
import type { MigrationSession } from "./session.ts";
/** Sends `sql`. @throws {@link MigrationStatementError} naming the place; lock contests go up unchanged. */
export declare function runStatement(
  session: MigrationSession,
  sql: string,
  place: StatementPlace,
  kept: string,
): Promise<void>;
