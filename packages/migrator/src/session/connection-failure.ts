// From errors of @app/database to the migrator's own, where the connection rather than a statement is at fault.

import type { ConnectionSettings } from "@app/database";
import { DatabaseError, UnavailableError, toDatabaseError } from "@app/database";

import { MigrationConnectionError, MigratorError, UnsuitableServerError } from "../errors.ts";

/** Why no session could be opened, in one sentence with what to do. */
export function connectionFailure(error: unknown, { address, database }: ConnectionSettings): MigratorError {
  const failure = toDatabaseError(error);
  if (failure.sqlState === "3D000") {
    return new UnsuitableServerError(
      "database-missing",
      `The server at ${address} has no database "${database}": run \`pnpm setup:database\` to create and migrate it, or correct the name in DATABASE_URL.`,
      { cause: error },
    );
  }
  return new MigrationConnectionError("connection-failed", failure.message, { cause: error });
}

/** The error for a connection that ended under a statement; undefined for any other error. */
export function lostConnection(error: unknown): MigrationConnectionError | undefined {
  const failure = error instanceof DatabaseError ? error : toDatabaseError(error);
  // Class 53 (no memory, disk full) and 25006 are answers of a living server.
  const answered = failure.sqlState !== undefined && !/^(?:08|57P)/.test(failure.sqlState);
  return failure instanceof UnavailableError && !answered
    ? new MigrationConnectionError(
        "connection-lost",
        `The connection to the server was lost (${failure.message}): what was not yet committed is rolled back. Run \`pnpm migrate\` again when the server is back; it continues where it stopped.`,
        { cause: failure },
      )
    : undefined;
}
