/** Every code a {@link MigratorError} can carry. Stable: scripts match on them. */
export declare const migratorErrorCodes: readonly [
  "migration-edited",
  "migration-missing",
  "migration-renamed",
  "migration-late",
  "migration-stray",
  "migration-file-missing",
  "down-file-missing",
  "migration-empty",
  "journal-invalid",
  "transaction-control",
  "no-transaction-directive-missing",
  "ledger-foreign",
  "lock-wait-expired",
  "lock-lost",
  "connection-pooled",
  "connection-lost",
  "connection-failed",
  "database-missing",
  "database-not-created",
  "server-too-old",
  "server-read-only",
  "schema-missing",
  "permission-denied",
  "statement-failed",
  "statement-needs-no-transaction",
  "statement-blocked",
  "repeatable-failed",
  "rollback-loses-data",
  "rollback-target-unknown",
  "rollback-incomplete-migration",
  "snapshot-missing",
  "frozen-repeatables-missing",
  "drift-found",
  "catalogue-missing",
  "catalogue-stale",
  "generate-ambiguous",
  "generate-invalid",
  "setup-failed",
];
export type MigratorErrorCode = (typeof migratorErrorCodes)[number];
/** Root of everything the migrator throws on purpose. */
export declare class MigratorError extends Error {
  readonly name: string;
  readonly code: MigratorErrorCode;
  constructor(code: MigratorErrorCode, message: string, options?: ErrorOptions);
}
/** One way in which the migration files and the ledger contradict each other. */
export interface HistoryProblem {
  readonly code: MigratorErrorCode;
  /** The migration or file the problem is about. */
  readonly name: string;
  /** What is wrong and what to do. */
  readonly message: string;
}
/** The files and the ledger contradict each other: a person has to decide, nothing was run. */
export declare class MigrationHistoryError extends MigratorError {
  readonly name = "MigrationHistoryError";
  readonly problems: readonly HistoryProblem[];
  constructor(problems: readonly [HistoryProblem, ...HistoryProblem[]]);
}
/** Who holds something this run waits for. */
export interface LockHolder {
  readonly pid: number;
  readonly application: string;
  readonly role: string;
  /** When the holder's session (migration lock) or transaction (object lock) began; ISO 8601, UTC. */
  readonly since: string | null;
  /** What it last ran, cut to one line. Only for object locks. */
  readonly query?: string;
}
/** Another process kept the migration lock, or a lock on a table, for longer than this run may wait: try later. */
export declare class MigrationBlockedError extends MigratorError {
  readonly name = "MigrationBlockedError";
  readonly holders: readonly LockHolder[];
  constructor(
    code: "lock-wait-expired" | "statement-blocked",
    message: string,
    holders: readonly LockHolder[],
    options?: ErrorOptions,
  );
}
/** The connection went away under the run: look at the server, then run again; a rerun continues where it stopped. */
export declare class MigrationConnectionError extends MigratorError {
  readonly name = "MigrationConnectionError";
}
/** Where in which file a statement failed. */
export interface StatementPlace {
  /** Migration file, down file or repeatable object. */
  readonly name: string;
  /** 1-based. */
  readonly statement: number;
  readonly statements: number;
  /** First line of the statement's text. */
  readonly firstLine: string;
}
/** The server refused a statement: its text has to change. */
export declare class MigrationStatementError extends MigratorError {
  readonly name = "MigrationStatementError";
  readonly place: StatementPlace;
  readonly sqlState: string | undefined;
  constructor(
    code: "statement-failed" | "statement-needs-no-transaction" | "repeatable-failed",
    message: string,
    place: StatementPlace,
    sqlState: string | undefined,
    options?: ErrorOptions,
  );
}
/** What a rollback would lose. */
export interface DataLoss {
  readonly kind: "table" | "column" | "type";
  /** `table` or `table.column`. */
  readonly name: string;
  /** Rows (table) or non-null values (column, type) that would go. */
  readonly rows: bigint;
}
/** A rollback would delete rows: decide, and say so with the explicit flag. */
export declare class DataLossError extends MigratorError {
  readonly name = "DataLossError";
  readonly losses: readonly DataLoss[];
  constructor(message: string, losses: readonly DataLoss[]);
}
/** This server, database or role cannot be migrated as it is: ask whoever administers it. */
export declare class UnsuitableServerError extends MigratorError {
  readonly name = "UnsuitableServerError";
}
