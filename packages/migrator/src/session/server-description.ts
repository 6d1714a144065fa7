// What server, database and role a session has met. Facts only; preflight.ts judges them.

/** Facts about the other end, as printed by `migrate:status`. */
export interface ServerDescription {
  /** As the server says it, `18.4`. */
  readonly version: string;
  /** `server_version_num`, 180004. */
  readonly versionNumber: number;
  readonly database: string;
  readonly role: string;
  /** `postgres`: without TimescaleDB; `timescale-apache`: its Apache edition; `timescale`: its community edition. */
  readonly edition: "postgres" | "timescale-apache" | "timescale";
  /** Version of the TimescaleDB extension in this database; null without it. */
  readonly timescaleVersion: string | null;
  /** Schema of the extension's functions, quoted; null without it. */
  readonly timescaleSchema: string | null;
  /** Version of TimescaleDB that this server has and this database does not; null where there is none, or it is created. */
  readonly availableTimescale: string | null;
  /** A standby, or a server set to read-only. */
  readonly readOnly: boolean;
  /** Null when there is no schema `public`. */
  readonly mayCreateInPublic: boolean | null;
}
