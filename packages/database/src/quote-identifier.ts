// The one place where a name becomes part of SQL text. Not for values: those are parameters.
// Invariant: the result is one identifier whatever the name holds.

import { InvalidInputError } from "./errors/database-error.ts";

/** PostgreSQL silently cuts longer names (NAMEDATALEN - 1), so that two names could meet. */
const maximumIdentifierBytes = 63;

/**
 * Quotes one identifier for SQL text.
 * @throws {InvalidInputError} for an empty name, one over 63 bytes, or one with a NUL or a lone surrogate.
 */
export function quoteIdentifier(name: string): string {
  if (name === "") throw new InvalidInputError("An SQL identifier must not be empty.");
  if (name.includes("\0") || !name.isWellFormed()) {
    throw new InvalidInputError(
      `The SQL identifier ${JSON.stringify(name)} has a character that PostgreSQL cannot store.`,
    );
  }
  if (Buffer.byteLength(name) > maximumIdentifierBytes) {
    throw new InvalidInputError(
      `The SQL identifier ${JSON.stringify(name)} is longer than ${maximumIdentifierBytes} bytes; PostgreSQL would cut it.`,
    );
  }
  return `"${name.replaceAll('"', '""')}"`;
}

/** A table, by name and, where it is not found on the search path, by schema. */
export interface TableName {
  readonly schema?: string | undefined;
  readonly name: string;
}

/** Quotes a table name, with its schema when one is given. */
export function quoteTableName(table: TableName): string {
  const name = quoteIdentifier(table.name);
  return table.schema === undefined ? name : `${quoteIdentifier(table.schema)}.${name}`;
}
