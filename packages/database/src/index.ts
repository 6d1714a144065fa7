// The public API of @app/database, name by name.

export {
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
} from "./errors/database-error.ts";
export { toDatabaseError } from "./errors/to-database-error.ts";

export { ConnectionSettings, type Password } from "./connection/connection-settings.ts";
export type { HostAddress } from "./connection/host-address.ts";
export type { TargetSessionAttributes } from "./connection/server-role.ts";
export { parseConnection, type ParseConnectionOptions } from "./connection/parse-connection.ts";
export {
  connectDirect,
  type ConnectDirectOptions,
  type DirectConnection,
  type ServerNotice,
} from "./connection/connect-direct.ts";
export type { SessionTimeouts } from "./connection/client-config.ts";
export type { CopyFill } from "./connection/session.ts";
export type { Queryable, QueryResult, Statement } from "./connection/statement.ts";
export type { ColumnarColumns, ColumnarRow, ColumnarType } from "./columnar/column-decoder.ts";
export { requireSupportedServer, type ServerVersion } from "./connection/server-version.ts";

export type { BinaryCopy, CopyResult } from "./copy/binary-copy.ts";
export type {
  BinaryCopyOptions,
  CopyColumn,
  CopyColumns,
  CopyRow,
  CopyType,
  CopyValues,
  JsonText,
} from "./copy/copy-column.ts";

// The exact decimal string that money is in TypeScript, for the repositories of orders, trades and positions.
export { type Decimal, isDecimal, parseDecimal } from "./codecs/decimal.ts";
export { instantToMicroseconds, microsecondsToInstant } from "./codecs/instant.ts";
export { jsonParameter } from "./codecs/parameters.ts";

export { quoteIdentifier, quoteTableName, type TableName } from "./quote-identifier.ts";

export { createDatabase } from "./pool/pooled-database.ts";
export type {
  CopyInOptions,
  Database,
  DatabaseOptions,
  PoolStatus,
  RetryEvent,
  TransactionOptions,
} from "./pool/database.ts";
export type { DatabaseHealth, HealthOptions, ReplicaHealth } from "./pool/health.ts";
export type {
  ConnectionEvent,
  ConnectionEventKind,
  DatabaseHooks,
  QueryEvent,
  TransactionEvent,
  TransactionOutcome,
} from "./pool/hooks.ts";
// For who sends again by a loop of its own.
export { retryDelayMilliseconds } from "./pool/retry-delay.ts";
export type { IsolationLevel, Transaction, TransactionMode } from "./pool/transaction.ts";
