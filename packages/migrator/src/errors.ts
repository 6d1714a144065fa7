// The errors a migration run can end with. One root, a subclass per decision the caller can take, and a `code`
// that scripts may match on. No message holds a password, and every message says what to do next.

/** Every code a {@link MigratorError} can carry. Stable: scripts match on them. */
export const migratorErrorCodes = [
  "migration-edited",
  "migration-missing",
  "migration-renamed",
  "migration-late",
  "migration-stray",
  "migration-file-missing",
  "down-file-missing",
  "down-file-invalid",
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
  "database-not-migrated",
  "server-too-old",
  "extension-too-old",
  "server-read-only",
  "schema-missing",
  "permission-denied",
  "statement-failed",
  "statement-needs-no-transaction",
  "statement-blocked",
  "repeatable-failed",
  "move-refused",
  "move-differs",
  "rollback-loses-data",
  "rollback-target-unknown",
  "rollback-incomplete-migration",
  "snapshot-missing",
  "frozen-repeatables-missing",
  "drift-found",
  "catalogue-missing",
  "catalogue-stale",
  "declaration-invalid",
  "generate-ambiguous",
  "generate-invalid",
  "setup-failed",
  "step-not-allowed",
] as const;

/** What went wrong, as a word that stays the same: scripts match on it. */
export type MigratorErrorCode = (typeof migratorErrorCodes)[number];

/** Root of everything the migrator throws on purpose. */
export class MigratorError extends Error {
  override readonly name: string = "MigratorError";
  readonly code: MigratorErrorCode;

  constructor(code: MigratorErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
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
export class MigrationHistoryError extends MigratorError {
  override readonly name = "MigrationHistoryError";
  readonly problems: readonly HistoryProblem[];

  constructor(problems: readonly [HistoryProblem, ...HistoryProblem[]]) {
    const [first, ...others] = problems;
    super(first.code, [first, ...others].map((problem) => problem.message).join("\n"));
    this.problems = problems;
  }
}

/** Who holds something this run waits for. */
export interface LockHolder {
  readonly pid: number;
  readonly application: string;
  readonly role: string;
  /**
   * When the holder's session (migration lock) or transaction (object lock) began; ISO 8601, UTC. Null where
   * this role may not see it.
   */
  readonly since: string | null;
  /** What it last ran, without literals and cut to one line. Only for object locks. */
  readonly query?: string;
}

/** Another process kept the migration lock, or a lock on a table, for longer than this run may wait: try later. */
export class MigrationBlockedError extends MigratorError {
  override readonly name = "MigrationBlockedError";
  /** Empty where it could not be told who. */
  readonly holders: readonly LockHolder[];

  constructor(
    code: "lock-wait-expired" | "statement-blocked",
    message: string,
    holders: readonly LockHolder[],
    options?: ErrorOptions,
  ) {
    super(code, message, options);
    this.holders = holders;
  }
}

/** The connection went away under the run: look at the server, then run again; a rerun continues where it stopped. */
export class MigrationConnectionError extends MigratorError {
  override readonly name = "MigrationConnectionError";
}

/** Where in which file a statement failed. */
export interface StatementPlace {
  /** Migration file, down file or repeatable object. */
  readonly name: string;
  /** 1-based. */
  readonly statement: number;
  readonly statements: number;
  /** First line of the statement's text, without literals. */
  readonly firstLine: string;
}

/** The server refused a statement: its text has to change. */
export class MigrationStatementError extends MigratorError {
  override readonly name = "MigrationStatementError";
  readonly place: StatementPlace;
  /** The server's SQLSTATE; undefined when it gave none. */
  readonly sqlState: string | undefined;

  constructor(
    code: "statement-failed" | "statement-needs-no-transaction" | "repeatable-failed",
    message: string,
    place: StatementPlace,
    sqlState: string | undefined,
    options?: ErrorOptions,
  ) {
    super(code, message, options);
    this.place = place;
    this.sqlState = sqlState;
  }
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
export class DataLossError extends MigratorError {
  override readonly name = "DataLossError";
  readonly losses: readonly DataLoss[];

  constructor(message: string, losses: readonly DataLoss[]) {
    super("rollback-loses-data", message);
    this.losses = losses;
  }
}

/** A table cannot become a hypertable as it is: the live table is as it was; see to what is named, then run again. */
export class TableMoveError extends MigratorError {
  override readonly name = "TableMoveError";
  /** What is in the way, one entry each: "trigger trades.by_hand". */
  readonly inTheWay: readonly string[];

  constructor(
    code: "move-refused" | "move-differs",
    message: string,
    inTheWay: readonly string[],
    options?: ErrorOptions,
  ) {
    super(code, message, options);
    this.inTheWay = inTheWay;
  }
}

/** This server, database or role cannot be migrated as it is: ask whoever administers it. */
export class UnsuitableServerError extends MigratorError {
  override readonly name = "UnsuitableServerError";
}
