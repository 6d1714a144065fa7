// Which decision each SQLSTATE asks for. Data only: five-character codes first, then two-character classes.
// Not the reading of error objects (to-database-error.ts).
// Source: PostgreSQL 18 documentation, appendix A; behaviour of the codes marked "seen" was provoked on a real server.

import type { DatabaseErrorKind } from "./database-error.ts";

/** The decision behind a code, and whether repeating the same call is safe and may help. */
export interface SqlStateMeaning {
  readonly kind: DatabaseErrorKind;
  readonly isRetryable: boolean;
}

function meaning(kind: DatabaseErrorKind, isRetryable = false): SqlStateMeaning {
  return { kind, isRetryable };
}

/** Codes that differ from the rule of their class. */
export const meaningByCode: ReadonlyMap<string, SqlStateMeaning> = new Map([
  ["08007", meaning("unknown-outcome")], // transaction_resolution_unknown
  ["08P01", meaning("internal")], // protocol_violation
  ["0A000", meaning("unsupported-server")], // feature_not_supported
  ["21000", meaning("invalid-input")], // cardinality_violation: ON CONFLICT cannot touch a row twice
  ["23001", meaning("conflict")], // restrict_violation
  ["23502", meaning("invalid-input")], // not_null_violation
  ["23503", meaning("conflict")], // foreign_key_violation
  ["23505", meaning("conflict")], // unique_violation
  ["23514", meaning("invalid-input")], // check_violation
  ["23P01", meaning("conflict")], // exclusion_violation
  ["25001", meaning("usage")], // active_sql_transaction
  ["25006", meaning("unavailable")], // read_only_sql_transaction: a standby, or a server that failed over
  ["25P01", meaning("usage")], // no_active_sql_transaction
  ["25P02", meaning("usage")], // in_failed_sql_transaction
  ["25P03", meaning("timeout", true)], // idle_in_transaction_session_timeout
  ["25P04", meaning("timeout", true)], // transaction_timeout; seen
  ["26000", meaning("schema-mismatch")], // invalid_sql_statement_name: the prepared statement is gone
  ["3D000", meaning("not-found")], // invalid_catalog_name: no such database; seen
  ["3F000", meaning("schema-mismatch")], // invalid_schema_name
  ["40001", meaning("retryable", true)], // serialization_failure; seen
  ["40002", meaning("conflict")], // transaction_integrity_constraint_violation
  ["40003", meaning("unknown-outcome")], // statement_completion_unknown
  ["40P01", meaning("retryable", true)], // deadlock_detected; seen
  ["42501", meaning("access-denied")], // insufficient_privilege
  ["42710", meaning("conflict")], // duplicate_object
  ["42723", meaning("conflict")], // duplicate_function
  ["42P04", meaning("conflict")], // duplicate_database
  ["42P06", meaning("conflict")], // duplicate_schema
  ["42P07", meaning("conflict")], // duplicate_table
  ["42601", meaning("usage")], // syntax_error: seldom a matter of the schema (a select * that no longer fits its INSERT)
  ["42701", meaning("conflict")], // duplicate_column
  ["53000", meaning("unavailable")], // insufficient_resources
  ["53100", meaning("unavailable")], // disk_full; seen
  ["53200", meaning("unavailable")], // out_of_memory: also too small a max_locks_per_transaction
  ["53300", meaning("unavailable", true)], // too_many_connections; seen
  ["55000", meaning("conflict")], // object_not_in_prerequisite_state
  ["55006", meaning("conflict", true)], // object_in_use
  ["55P02", meaning("usage")], // cant_change_runtime_param
  ["55P03", meaning("timeout", true)], // lock_not_available: lock_timeout; seen
  ["57014", meaning("timeout")], // query_canceled: statement_timeout or a cancel request; seen
  ["57P01", meaning("unavailable")], // admin_shutdown; seen
  ["57P02", meaning("unavailable")], // crash_shutdown
  ["57P03", meaning("unavailable", true)], // cannot_connect_now: starting up or shutting down; seen
  ["57P04", meaning("not-found")], // database_dropped
  ["57P05", meaning("timeout", true)], // idle_session_timeout
  ["P0002", meaning("not-found")], // no_data_found
]);

/** The rule of each class, for codes not named above. */
export const meaningByClass: ReadonlyMap<string, SqlStateMeaning> = new Map([
  ["08", meaning("unavailable")], // connection exception
  ["0B", meaning("usage")], // invalid transaction initiation
  ["0L", meaning("access-denied")], // invalid grantor
  ["0P", meaning("access-denied")], // invalid role specification
  ["20", meaning("invalid-input")], // case not found
  ["21", meaning("invalid-input")], // cardinality violation
  ["22", meaning("invalid-input")], // data exception
  ["23", meaning("invalid-input")], // integrity constraint violation
  ["24", meaning("usage")], // invalid cursor state
  ["25", meaning("usage")], // invalid transaction state
  ["28", meaning("access-denied")], // invalid authorization
  ["2B", meaning("conflict")], // dependent privilege descriptors still exist; DROP refused by dependents is 2BP01
  ["2D", meaning("usage")], // invalid transaction termination
  ["34", meaning("usage")], // invalid cursor name
  ["3B", meaning("usage")], // savepoint exception
  ["40", meaning("conflict")], // transaction rollback
  ["42", meaning("schema-mismatch")], // syntax error or access rule violation
  ["44", meaning("invalid-input")], // WITH CHECK OPTION violation
  ["53", meaning("unavailable")], // insufficient resources
  ["54", meaning("invalid-input")], // program limit exceeded
  ["55", meaning("conflict")], // object not in prerequisite state
  ["57", meaning("unavailable")], // operator intervention
  ["58", meaning("unavailable")], // system error outside PostgreSQL
  ["P0", meaning("invalid-input")], // raised by PL/pgSQL code
  ["XX", meaning("internal")], // internal error, corrupted data or index
]);

const unknownCode = meaning("internal");

/** The decision a SQLSTATE asks for; "internal" for codes neither named nor of a named class. */
export function meaningOfSqlState(sqlState: string): SqlStateMeaning {
  return meaningByCode.get(sqlState) ?? meaningByClass.get(sqlState.slice(0, 2)) ?? unknownCode;
}
