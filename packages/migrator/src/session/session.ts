// One connection for one migration run, with settings that make what it creates and reads independent of the
// role's and the database's own settings. Not a pool: the migration lock lives and dies with this connection.

import type { ConnectionSettings, DirectConnection } from "@app/database";
import { connectDirect } from "@app/database";

import { connectionFailure, lostConnection } from "./connection-failure.ts";
import { refuseTransactionPooler } from "./pooler-probe.ts";
import { requireSupportedExtension, requireSupportedVersion } from "./preflight.ts";
import type { ServerDescription } from "./server-description.ts";

/** What the rest of the migrator needs of a connection. */
export interface MigrationSession {
  readonly server: ServerDescription;
  /** Process id of the backend that answered first; it must stay the same. */
  readonly backendPid: number;
  /** Sends one statement; `Row` is what the caller knows of its own SQL. @throws DatabaseError, MigrationConnectionError */
  query<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]>;
  /** Sends text that may hold several statements. @throws DatabaseError, MigrationConnectionError */
  script(sql: string): Promise<void>;
  close(): Promise<void>;
}

interface OpeningRow {
  readonly versionNumber: number;
  readonly database: string;
  readonly role: string;
  readonly timescaleVersion: string | null;
  readonly timescaleSchema: string | null;
  readonly availableTimescale: string | null;
  readonly timescaleLicense: string | null;
  readonly readOnly: boolean;
  readonly mayCreateInPublic: boolean | null;
  readonly backendPid: number;
}

// Everything that changes what a statement means or how the catalogue prints, and the time-outs that would end a
// long index build. One round trip together with the description.
const settings: Readonly<Record<string, string>> = {
  search_path: "public",
  TimeZone: "UTC",
  DateStyle: "ISO, YMD",
  IntervalStyle: "postgres",
  extra_float_digits: "1",
  standard_conforming_strings: "on",
  quote_all_identifiers: "off",
  check_function_bodies: "on",
  default_table_access_method: "heap",
  default_tablespace: "",
  default_transaction_isolation: "read committed",
  default_transaction_deferrable: "off",
  statement_timeout: "0",
  lock_timeout: "0",
  transaction_timeout: "0",
  idle_in_transaction_session_timeout: "0",
  idle_session_timeout: "0",
  client_min_messages: "warning",
};

function openingSql(): string {
  const applied = Object.entries(settings).map(([name, value]) => `set_config('${name}', '${value}', false)`);
  return `SELECT ${applied.join(", ")},
    current_setting('server_version_num')::integer AS "versionNumber",
    current_database() AS database, current_user AS role,
    (SELECT extversion FROM pg_extension WHERE extname = 'timescaledb') AS "timescaleVersion",
    (SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace
      WHERE extname = 'timescaledb') AS "timescaleSchema",
    CASE WHEN NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') THEN
      (SELECT default_version FROM pg_available_extensions WHERE name = 'timescaledb') END AS "availableTimescale",
    current_setting('timescaledb.license', true) AS "timescaleLicense",
    pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean AS "readOnly",
    (SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = 'public') AS "mayCreateInPublic",
    pg_backend_pid() AS "backendPid"`;
}

/**
 * Connects and prepares the session.
 * @throws UnsuitableServerError or MigrationConnectionError, each one sentence on what to do.
 */
export async function openSession(connection: ConnectionSettings): Promise<MigrationSession> {
  let direct: DirectConnection;
  try {
    direct = await connectDirect(connection);
  } catch (error) {
    throw connectionFailure(error, connection);
  }
  try {
    requireSupportedVersion(direct.serverVersion);
    const session = await prepareSession(direct, connection);
    requireSupportedExtension(session.server);
    return session;
  } catch (error) {
    await direct.close();
    throw error;
  }
}

async function prepareSession(
  direct: DirectConnection,
  connection: ConnectionSettings,
): Promise<MigrationSession> {
  const guarded = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      throw lostConnection(direct.failure ?? error) ?? error;
    }
  };
  const query = async <Row extends object>(
    sql: string,
    parameters?: readonly unknown[],
  ): Promise<readonly Row[]> => (await guarded(async () => direct.query<Row>(sql, parameters))).rows;
  const [row] = await query<OpeningRow>(openingSql());
  if (row === undefined) {
    throw new TypeError("A SELECT without FROM gave no row.");
  }
  await refuseTransactionPooler(direct, connection, row.backendPid);
  return {
    server: {
      version: direct.serverVersion.text,
      versionNumber: row.versionNumber,
      database: row.database,
      role: row.role,
      edition: editionOf(row),
      timescaleVersion: row.timescaleVersion,
      timescaleSchema: row.timescaleSchema,
      availableTimescale: row.availableTimescale,
      readOnly: row.readOnly,
      mayCreateInPublic: row.mayCreateInPublic,
    },
    backendPid: row.backendPid,
    query,
    script: async (sql) => guarded(async () => direct.script(sql)),
    close: async () => direct.close(),
  };
}

function editionOf(row: OpeningRow): ServerDescription["edition"] {
  if (row.timescaleVersion === null) {
    return "postgres";
  }
  return row.timescaleLicense === "timescale" ? "timescale" : "timescale-apache";
}
