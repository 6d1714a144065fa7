import type { ConnectionSettings } from "@app/database";
import { MigrationConnectionError, MigratorError } from "../errors.ts";
/** Why no session could be opened, in one sentence with what to do. */
export declare function connectionFailure(
  error: unknown,
  { address, database }: ConnectionSettings,
): MigratorError;
/** The error for a connection that ended under a statement; undefined for any other error. */
export declare function lostConnection(error: unknown): MigrationConnectionError | undefined;
