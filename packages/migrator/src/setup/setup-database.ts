// `pnpm setup:database`: from a server and a name to a database that can be migrated. Creates what is missing, sets what
// every session should have, and leaves an existing database's data alone. Does not migrate; the caller does.

import type { ConnectionSettings, DirectConnection } from "@app/database";
import { connectDirect, quoteIdentifier, toDatabaseError } from "@app/database";

import { UnsuitableServerError } from "../errors.ts";
import { connectionFailure } from "../session/connection-failure.ts";
import { requireSupportedVersion } from "../session/preflight.ts";

/** Set on the database, so that they hold for every session of it, psql's included. */
export const databaseSettings: Readonly<Record<string, { readonly value: string; readonly reason: string }>> =
  {
    timezone: { value: "UTC", reason: "timestamps mean the same in every session" },
    plan_cache_mode: {
      value: "force_custom_plan",
      reason: "a prepared statement is planned for its own time range, not for all of them",
    },
  };

/** Whether the database had to be created, and which settings could be made. */
export interface SetupResult {
  readonly database: string;
  /** False when it was there. */
  readonly created: boolean;
  /** What every session of the database should have, one entry each. */
  readonly settings: readonly {
    readonly name: string;
    readonly value: string;
    /** False when this role does not own the database, or on a standby; then `sql` is what its owner should run. */
    readonly done: boolean;
    /** What the setting is for. */
    readonly reason: string;
    readonly sql: string;
  }[];
}

/**
 * Creates the database where it is missing and sets what every session of it should have; the data of an existing one
 * is left alone. Does not migrate.
 * @throws {UnsuitableServerError} when the server is too old, or the database is missing and cannot be created
 * @throws {MigrationConnectionError} when no connection can be had
 * @throws {DatabaseError} when a setting fails for another reason than that this role may not make it
 */
export async function setupDatabase(connection: ConnectionSettings): Promise<SetupResult> {
  const { created, direct } = await connectOrCreate(connection);
  try {
    requireSupportedVersion(direct.serverVersion);
    return {
      database: connection.database,
      created,
      settings: await applySettings(direct, connection.database),
    };
  } finally {
    await direct.close();
  }
}

async function connectOrCreate(
  connection: ConnectionSettings,
): Promise<{ readonly created: boolean; readonly direct: DirectConnection }> {
  try {
    return { created: false, direct: await connectDirect(connection) };
  } catch (error) {
    if (toDatabaseError(error).sqlState !== "3D000") {
      throw connectionFailure(error, connection);
    }
  }
  const created = await createDatabase(connection);
  try {
    return { created, direct: await connectDirect(connection) };
  } catch (error) {
    throw connectionFailure(error, connection);
  }
}

/** False when somebody else created it in the same moment. */
async function createDatabase(connection: ConnectionSettings): Promise<boolean> {
  const maintenance = await connectToMaintenance(connection);
  try {
    requireSupportedVersion(maintenance.serverVersion);
    // Built-in C.UTF-8: its order never changes with an operating system's libraries, so no index goes bad by an upgrade.
    await maintenance.query(
      `CREATE DATABASE ${quoteIdentifier(connection.database)} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'`,
    );
    return true;
  } catch (error) {
    const failure = toDatabaseError(error);
    // 42P04: it exists; 23505: two CREATE DATABASE met.
    if (failure.sqlState === "42P04" || failure.sqlState === "23505") {
      return false;
    }
    if (failure.sqlState === "42501") {
      throw new UnsuitableServerError(
        "database-not-created",
        `The role "${connection.user}" may not create databases: ask the server's administrator to run \`CREATE DATABASE ${quoteIdentifier(connection.database)} OWNER ${quoteIdentifier(connection.user)}\`, then run \`pnpm setup:database\` again.`,
        { cause: error },
      );
    }
    if (failure.sqlState === "25006") {
      throw new UnsuitableServerError(
        "server-read-only",
        "This server is a standby or set to read-only, so no database can be created here: point DATABASE_URL at the primary.",
        { cause: error },
      );
    }
    throw new UnsuitableServerError(
      "database-not-created",
      `The database "${connection.database}" could not be created: ${failure.message}`,
      { cause: error },
    );
  } finally {
    await maintenance.close();
  }
}

/** One always has to connect to some database in order to create another. */
async function connectToMaintenance(connection: ConnectionSettings): Promise<DirectConnection> {
  try {
    return await connectDirect(connection.with({ database: "postgres" }));
  } catch (error) {
    const { sqlState } = toDatabaseError(error);
    if (sqlState !== "3D000" && sqlState !== "42501") {
      throw connectionFailure(error, connection);
    }
  }
  try {
    return await connectDirect(connection.with({ database: "template1" }));
  } catch (error) {
    throw connectionFailure(error, connection.with({ database: "template1" }));
  }
}

async function applySettings(direct: DirectConnection, database: string): Promise<SetupResult["settings"]> {
  const results: SetupResult["settings"][number][] = [];
  for (const [name, { value, reason }] of Object.entries(databaseSettings)) {
    const sql = `ALTER DATABASE ${quoteIdentifier(database)} SET ${name} TO '${value}'`;
    results.push({ name, value, reason, sql, done: await isDone(direct, sql) });
  }
  return results;
}

async function isDone(direct: DirectConnection, sql: string): Promise<boolean> {
  try {
    await direct.query(sql);
    return true;
  } catch (error) {
    const failure = toDatabaseError(error);
    // Not the owner, or a standby: useful but not necessary, since every connection of ours sets them too.
    if (failure.sqlState === "42501" || failure.sqlState === "25006") {
      return false;
    }
    throw failure;
  }
}
