// Turns whatever pg, the socket or this package threw into a DatabaseError.
// Not the meaning of codes (sqlstate.ts), and not the sentences for a failed login (connection-failure.ts).
// Invariant: total and idempotent. A DatabaseError comes back as it is; anything else gets a class, its own message, and itself as cause.

import {
  AccessDeniedError,
  ConflictError,
  DatabaseError,
  type DatabaseErrorFields,
  type DatabaseErrorKind,
  InvalidInputError,
  NotFoundError,
  RetryableError,
  SchemaMismatchError,
  TimeoutError,
  UnavailableError,
  UnknownOutcomeError,
  UnsupportedServerError,
  UsageError,
} from "./database-error.ts";
import { meaningOfSqlState, type SqlStateMeaning } from "./sqlstate.ts";

const sqlStatePattern = /^[0-9A-Z]{5}$/u;

/** Socket and resolver codes of node that mean the server is not there or went away. */
const socketCodes: ReadonlySet<string> = new Set([
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ERR_SOCKET_CLOSED",
  "ERR_STREAM_DESTROYED",
  "ERR_STREAM_WRITE_AFTER_END",
  "ETIMEDOUT",
]);

interface UncodedFailure extends SqlStateMeaning {
  readonly pattern: RegExp;
}

/** Failures that pg reports by message alone, without any code. */
const uncodedFailures: readonly UncodedFailure[] = [
  { pattern: /^Connection terminated due to connection timeout/u, kind: "timeout", isRetryable: true },
  { pattern: /^timeout expired$/u, kind: "timeout", isRetryable: true },
  { pattern: /^timeout exceeded when trying to connect/u, kind: "timeout", isRetryable: true },
  { pattern: /^Connection terminated/u, kind: "unavailable", isRetryable: false },
  { pattern: /^Client has encountered a connection error/u, kind: "unavailable", isRetryable: true },
  { pattern: /^Client was closed and is not queryable/u, kind: "unavailable", isRetryable: true },
  { pattern: /^Cannot use a pool after calling end/u, kind: "usage", isRetryable: false },
  { pattern: /^Client network socket disconnected/u, kind: "unavailable", isRetryable: true },
  { pattern: /^The server does not support SSL connections/u, kind: "unavailable", isRetryable: false },
  { pattern: /^There was an error establishing an SSL connection/u, kind: "unavailable", isRetryable: false },
  { pattern: /^SASL: |password must be a string/u, kind: "access-denied", isRetryable: false },
  { pattern: /^Prepared statements must be unique/u, kind: "usage", isRetryable: false },
];

function stringField(source: object, field: string): string | undefined {
  const value: unknown = Reflect.get(source, field);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The SQLSTATE of an error the server sent, or undefined for errors made on this side. */
export function sqlStateOf(error: unknown): string | undefined {
  if (error instanceof DatabaseError) return error.sqlState;
  if (!(error instanceof Error)) return undefined;
  // EPIPE and the like have five capital letters too: only the server's errors carry a severity.
  const code = stringField(error, "code");
  return code !== undefined && sqlStatePattern.test(code) && stringField(error, "severity") !== undefined
    ? code
    : undefined;
}

function fieldsOf(error: Error, sqlState: string | undefined): DatabaseErrorFields {
  // pg-pool hangs the client on errors of idle connections: session state has no place in a log.
  if ("client" in error) Reflect.deleteProperty(error, "client");
  if (sqlState === undefined) return { cause: error };
  return {
    sqlState,
    schema: stringField(error, "schema"),
    table: stringField(error, "table"),
    column: stringField(error, "column"),
    constraint: stringField(error, "constraint"),
    detail: stringField(error, "detail"),
    hint: stringField(error, "hint"),
    context: stringField(error, "where"),
    cause: error,
  };
}

const classes: Readonly<
  Record<DatabaseErrorKind, new (message: string, fields: DatabaseErrorFields) => DatabaseError>
> = {
  retryable: RetryableError,
  conflict: ConflictError,
  "not-found": NotFoundError,
  "invalid-input": InvalidInputError,
  unavailable: UnavailableError,
  "unknown-outcome": UnknownOutcomeError,
  timeout: TimeoutError,
  "access-denied": AccessDeniedError,
  "schema-mismatch": SchemaMismatchError,
  "unsupported-server": UnsupportedServerError,
  usage: UsageError,
  internal: DatabaseError,
};

/** Makes an error of the class that stands for a decision. */
export function createDatabaseError(
  kind: DatabaseErrorKind,
  message: string,
  fields: DatabaseErrorFields,
): DatabaseError {
  return new classes[kind](message, fields);
}

function meaningOf(error: Error, sqlState: string | undefined): SqlStateMeaning {
  if (sqlState !== undefined) return meaningOfSqlState(sqlState);
  const code = stringField(error, "code");
  if (code !== undefined && socketCodes.has(code)) return { kind: "unavailable", isRetryable: false };
  const uncoded = uncodedFailures.find(({ pattern }) => pattern.test(error.message));
  return uncoded ?? { kind: "internal", isRetryable: false };
}

/** The first non-empty message of an error; node's AggregateError of several addresses has an empty one itself. */
function messageOf(error: Error): string {
  if (error.message !== "") return error.message;
  if (error instanceof AggregateError) {
    const first: unknown = error.errors[0];
    if (first instanceof Error) return first.message;
  }
  return error.name;
}

/** What of a schema is missing: a table or view, a column, a function, a type. */
const MISSING: ReadonlySet<string> = new Set(["42P01", "42703", "42883", "42704"]);

/** The server names what is missing; what to do about it is said here. */
function withRemedy(message: string, sqlState: string | undefined): string {
  if (sqlState === undefined || !MISSING.has(sqlState)) return message;
  return `${message}; where the database was not migrated, or not far enough, run pnpm migrate`;
}

/** Turns anything thrown into a typed {@link DatabaseError}; a DatabaseError is returned as it is. */
export function toDatabaseError(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error;
  if (!(error instanceof Error)) {
    return new DatabaseError(`The database driver threw ${typeof error} instead of an error.`, {
      cause: error,
    });
  }
  const sqlState = sqlStateOf(error);
  const { kind, isRetryable } = meaningOf(error, sqlState);
  return createDatabaseError(kind, withRemedy(messageOf(error), sqlState), {
    ...fieldsOf(error, sqlState),
    isRetryable,
  });
}
