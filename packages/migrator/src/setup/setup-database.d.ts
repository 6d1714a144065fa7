import type { ConnectionSettings } from "@app/database";
/** Set on the database, so that they hold for every session of it, psql's included. */
export declare const databaseSettings: Readonly<
  Record<
    string,
    {
      readonly value: string;
      readonly reason: string;
    }
  >
>;
export interface SetupResult {
  readonly database: string;
  /** False when it was there. */
  readonly created: boolean;
  readonly settings: readonly {
    readonly name: string;
    readonly value: string;
    /** False when this role does not own the database; then `sql` is what its owner should run. */
    readonly done: boolean;
    readonly reason: string;
    readonly sql: string;
  }[];
}
/** @throws UnsuitableServerError or MigrationConnectionError, each one sentence on what to do */
export declare function setupDatabase(connection: ConnectionSettings): Promise<SetupResult>;
