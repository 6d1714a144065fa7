import type { ConnectionSettings } from "@app/database";
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
/**
 * Connects and prepares the session.
 * @throws UnsuitableServerError or MigrationConnectionError, each one sentence on what to do.
 */
export declare function openSession(connection: ConnectionSettings): Promise<MigrationSession>;
