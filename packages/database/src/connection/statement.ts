// What a statement is, and what pg is given for it. Not its execution (session.ts).
// Invariant: parameters were encoded exactly, and the text is taken as exactly one statement.

import type { QueryConfig } from "pg";

import { encodeParameters } from "../codecs/parameters.ts";
import type { ColumnarColumns } from "../columnar/column-decoder.ts";
import { InvalidInputError } from "../errors/database-error.ts";

/** One statement; with a name it is prepared once per connection; when it is planned is the session's business. */
export interface Statement {
  readonly name?: string | undefined;
  readonly text: string;
  readonly values?: readonly unknown[] | undefined;
  /**
   * Says that running it twice does no more than running it once. Then a pool sends it again when the connection was lost
   * under it, even though it may have been done already. Counts for a pool only: not inside a transaction, and not on a
   * direct connection. @defaultValue false
   */
  readonly isIdempotent?: boolean | undefined;
  /**
   * Says that the best plan depends on the values. Where the server may keep plans (a database without TimescaleDB), such a statement is not
   * prepared, or it would be given a plan made for no values at its sixth call; elsewhere every call is planned anyway.
   * @defaultValue false
   */
  readonly isPlannedEachTime?: boolean | undefined;
  /**
   * Columns of the result, in its order: `rows` is then one object with a typed array for each, and their `length`
   * ({@link ColumnarRow}). @defaultValue an object per row
   */
  readonly columns?: ColumnarColumns | undefined;
  /** With `columns`: rows that room is made for at once; any other number may come. @defaultValue 512 */
  readonly expectedRows?: number | undefined;
}

/** What a statement gave back. */
export interface QueryResult<Row> {
  readonly rows: readonly Row[];
  /** Rows returned or changed. */
  readonly rowCount: number;
  /** The command's name as the server reports it: `SELECT`, `INSERT`, `CREATE TABLE`. */
  readonly command: string;
}

/** Anything statements can be sent to: a direct connection, a transaction, a database. */
export interface Queryable {
  /**
   * Runs one statement. `Row` is what the caller knows about its columns; it is not checked.
   * @throws {DatabaseError} a subclass per decision the caller can take
   */
  query<Row extends object = Record<string, unknown>>(
    statement: Statement | string,
    values?: readonly unknown[],
  ): Promise<QueryResult<Row>>;
}

/** pg reads `queryMode`, its published types do not have it. */
export interface EncodedStatement extends QueryConfig<unknown[]> {
  /** The extended protocol takes exactly one statement, so text never smuggles a second one in. */
  readonly queryMode: "extended";
  readonly isPlannedEachTime?: boolean | undefined;
  readonly columns?: ColumnarColumns | undefined;
  readonly expectedRows?: number | undefined;
}

/** What goes to the server of it. */
export interface SentStatement {
  readonly name: string | undefined;
  readonly text: string;
  readonly values: unknown[] | undefined;
  readonly queryMode: "extended";
}

/** Encodes a statement's parameters. @throws {InvalidInputError} naming the parameter */
export function encodeStatement(
  statement: Statement | string,
  values: readonly unknown[] | undefined,
): EncodedStatement {
  const given: Statement = typeof statement === "string" ? { text: statement } : statement;
  const parameters: unknown = given.values ?? values ?? [];
  if (!Array.isArray(parameters)) {
    throw new InvalidInputError("The values of a statement are a list, one for each $n.", {
      field: "values",
    });
  }
  return {
    queryMode: "extended",
    name: given.name,
    isPlannedEachTime: given.isPlannedEachTime,
    text: given.text,
    values: encodeParameters(parameters),
    columns: given.columns,
    expectedRows: given.expectedRows,
  };
}
