// The errors of this package: one root, and one subclass per decision a caller can take.
// Not the classification itself (sqlstate.ts) and not the reading of pg's errors (to-database-error.ts).
// Invariant: no message, field or cause ever holds a password.

/** What the caller can do about an error; the discriminant of every {@link DatabaseError}. */
export type DatabaseErrorKind =
  | "retryable"
  | "conflict"
  | "not-found"
  | "invalid-input"
  | "unavailable"
  | "unknown-outcome"
  | "timeout"
  | "access-denied"
  | "schema-mismatch"
  | "unsupported-server"
  | "usage"
  | "internal";

/** What the server (or this package) tells about a failure beside its message. */
export interface DatabaseErrorFields {
  /** Five-character SQLSTATE, when the server gave one. */
  readonly sqlState?: string | undefined;
  readonly schema?: string | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
  readonly constraint?: string | undefined;
  /** Name of the caller's input field that was refused: `symbol`, `bars[3].high`. */
  readonly field?: string | undefined;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  /** Where in the work it happened, in the server's words: `COPY bars, line 12, column "open"`. */
  readonly context?: string | undefined;
  readonly isRetryable?: boolean | undefined;
  readonly cause?: unknown;
}

/** Root of every error this package throws; thrown itself where no subclass fits (a bug in the server or here). */
export class DatabaseError extends Error {
  static {
    this.prototype.name = "DatabaseError";
  }
  readonly kind: DatabaseErrorKind = "internal";
  readonly sqlState: string | undefined;
  readonly schema: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;
  readonly constraint: string | undefined;
  /** Name of the caller's input field that was refused; undefined where no single field was to blame. */
  readonly field: string | undefined;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly context: string | undefined;
  /** True only when nothing of the failed call was kept and the same call may succeed when made again. */
  readonly isRetryable: boolean;

  constructor(message: string, fields: DatabaseErrorFields = {}) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.sqlState = fields.sqlState;
    this.schema = fields.schema;
    this.table = fields.table;
    this.column = fields.column;
    this.constraint = fields.constraint;
    this.field = fields.field;
    this.detail = fields.detail;
    this.hint = fields.hint;
    this.context = fields.context;
    this.isRetryable = fields.isRetryable ?? false;
  }
}

/** The transaction lost against a concurrent one (serialization failure, deadlock): run all of it again. */
export class RetryableError extends DatabaseError {
  static {
    this.prototype.name = "RetryableError";
  }
  override readonly kind = "retryable";
}

/** Rows already there refuse it (unique, exclusion, foreign key): read them, then decide. */
export class ConflictError extends DatabaseError {
  static {
    this.prototype.name = "ConflictError";
  }
  override readonly kind = "conflict";
}

/** What was asked for is not there. */
export class NotFoundError extends DatabaseError {
  static {
    this.prototype.name = "NotFoundError";
  }
  override readonly kind = "not-found";
}

/** The input can never be accepted as it is (bad value, check, not-null, bad connection URL): correct it. */
export class InvalidInputError extends DatabaseError {
  static {
    this.prototype.name = "InvalidInputError";
  }
  override readonly kind = "invalid-input";
}

/** The server cannot be reached or cannot serve now: wait, fail over, or stop trading. */
export class UnavailableError extends DatabaseError {
  static {
    this.prototype.name = "UnavailableError";
  }
  override readonly kind: "unavailable" | "unknown-outcome" = "unavailable";
}

/**
 * COMMIT was sent and its answer was lost: the work may or may not have been kept.
 * Read the data back, or repeat only what is idempotent.
 */
export class UnknownOutcomeError extends UnavailableError {
  static {
    this.prototype.name = "UnknownOutcomeError";
  }
  override readonly kind = "unknown-outcome";
}

/** A deadline passed (statement, lock, idle transaction, pool wait, reply): nothing was kept unless the message says so. */
export class TimeoutError extends DatabaseError {
  static {
    this.prototype.name = "TimeoutError";
  }
  override readonly kind = "timeout";
}

/** The role may not log in, or may not do this. */
export class AccessDeniedError extends DatabaseError {
  static {
    this.prototype.name = "AccessDeniedError";
  }
  override readonly kind = "access-denied";
}

/** The statement names something this database does not have (table, column, function): migrate, or correct the code. */
export class SchemaMismatchError extends DatabaseError {
  static {
    this.prototype.name = "SchemaMismatchError";
  }
  override readonly kind = "schema-mismatch";
}

/** The server is too old or lacks a feature this code needs: upgrade it. */
export class UnsupportedServerError extends DatabaseError {
  static {
    this.prototype.name = "UnsupportedServerError";
  }
  override readonly kind = "unsupported-server";
}

/** This package was used wrongly (nested transaction, use after close, SQL that is none): correct the calling code. */
export class UsageError extends DatabaseError {
  static {
    this.prototype.name = "UsageError";
  }
  override readonly kind = "usage";
}
