// One attempt at a transaction on one connection: begin, the caller's work, commit or roll back. Not the retries (pooled-database.ts).
// Invariant: it returns only after the server confirmed COMMIT; any other end throws, and says when the outcome is unknown.

import type { CopyFill, Session } from "../connection/session.ts";
import type { Queryable, QueryResult, Statement } from "../connection/statement.ts";
import type { CopyResult } from "../copy/binary-copy.ts";
import type { BinaryCopyOptions, CopyColumn } from "../copy/copy-column.ts";
import {
  DatabaseError,
  InvalidInputError,
  RetryableError,
  UnavailableError,
  UnknownOutcomeError,
  UsageError,
} from "../errors/database-error.ts";
import { toDatabaseError } from "../errors/to-database-error.ts";
import { quoteTableName } from "../quote-identifier.ts";
import type { QueryEvent } from "./hooks.ts";
import { type Observation, observeStatement } from "./observe.ts";

const isolationLevels = ["read committed", "repeatable read", "serializable"] as const;

/** Isolation levels PostgreSQL tells apart. */
export type IsolationLevel = (typeof isolationLevels)[number];

/** What a transaction begins with. */
export interface TransactionMode {
  /** @defaultValue "read committed" */
  readonly isolationLevel?: IsolationLevel | undefined;
  /** @defaultValue false */
  readonly readOnly?: boolean | undefined;
  /** Milliseconds each statement may take, instead of the database's setting; 0 is no limit. */
  readonly statementTimeoutMilliseconds?: number | undefined;
}

/** What the caller's work is given. Valid until the work returns. */
export interface Transaction extends Queryable {
  /** Which attempt this is, from 1. */
  readonly attempt: number;
  /** Copies rows into a table, as part of this transaction. */
  copyIn<const Columns extends readonly CopyColumn[]>(
    options: BinaryCopyOptions<Columns>,
    fill: CopyFill<Columns>,
  ): Promise<CopyResult>;
}

class OpenTransaction implements Transaction {
  readonly attempt: number;
  readonly #session: Session;
  readonly #observation: Observation;
  #isOver = false;
  #firstFailure: DatabaseError | undefined;

  constructor(session: Session, attempt: number, observation: Observation) {
    this.#session = session;
    this.attempt = attempt;
    this.#observation = observation;
  }

  /** The first statement that failed: the server refuses everything after it, commit included. */
  get firstFailure(): DatabaseError | undefined {
    return this.#firstFailure;
  }

  async query<Row extends object = Record<string, unknown>>(
    statement: Statement | string,
    values?: readonly unknown[],
  ): Promise<QueryResult<Row>> {
    const { name, text } = typeof statement === "string" ? { name: undefined, text: statement } : statement;
    return this.#noteFailure(
      { name, text },
      ({ rowCount }) => rowCount,
      async () => this.#session.query<Row>(statement, values),
    );
  }

  async copyIn<const Columns extends readonly CopyColumn[]>(
    options: BinaryCopyOptions<Columns>,
    fill: CopyFill<Columns>,
  ): Promise<CopyResult> {
    const text = `COPY ${quoteTableName(options.table)}`;
    return this.#noteFailure(
      { name: undefined, text },
      ({ rows }) => rows,
      async () => this.#session.copyIn(options, fill),
    );
  }

  finish(): void {
    this.#isOver = true;
  }

  async #noteFailure<Result>(
    statement: Pick<QueryEvent, "name" | "text">,
    rowsOf: (result: Result) => number,
    work: () => Promise<Result>,
  ): Promise<Result> {
    if (this.#isOver) throw new UsageError("This transaction has ended; await each statement inside it.");
    try {
      return await observeStatement(this.#observation, statement, work, rowsOf);
    } catch (error) {
      if (error instanceof DatabaseError) this.#firstFailure ??= error;
      throw error;
    }
  }
}

function beginText(mode: TransactionMode): string {
  const level = mode.isolationLevel ?? "read committed";
  if (!isolationLevels.includes(level)) {
    throw new InvalidInputError(`isolationLevel must be one of ${isolationLevels.join(", ")}.`, {
      field: "isolationLevel",
    });
  }
  // Never READ WRITE: a standby refuses that word as such, and it would lift a read-only default set to fence a server off.
  const begin = `BEGIN ISOLATION LEVEL ${level.toUpperCase()}${mode.readOnly === true ? " READ ONLY" : ""}`;
  const timeout = mode.statementTimeoutMilliseconds;
  if (timeout === undefined) return begin;
  if (!Number.isInteger(timeout) || timeout < 0 || timeout > 2_147_483_647) {
    throw new InvalidInputError("statementTimeoutMilliseconds must be a whole number from 0 to 2147483647.", {
      field: "statementTimeoutMilliseconds",
    });
  }
  return `${begin}; SET LOCAL statement_timeout = ${timeout}`;
}

/**
 * True when COMMIT failed for certain. An error that ended the session could have come after the commit was done; a
 * session that answers the next statement has refused the COMMIT. (The error's severity cannot tell: it is translated.)
 */
async function refusedForCertain(session: Session, error: DatabaseError): Promise<boolean> {
  if (error.sqlState === undefined) return false;
  try {
    await session.query("ROLLBACK");
    return true;
  } catch {
    return false;
  }
}

async function commit(session: Session, transaction: OpenTransaction): Promise<void> {
  let command: string;
  try {
    ({ command } = await session.query("COMMIT"));
  } catch (error) {
    const typed = toDatabaseError(error);
    if (await refusedForCertain(session, typed)) throw typed;
    throw new UnknownOutcomeError(
      `The answer to COMMIT was lost (${typed.message}), so the transaction may or may not have been kept. ` +
        "Read it back before repeating anything that is not idempotent.",
      { sqlState: typed.sqlState, cause: typed },
    );
  }
  if (command === "COMMIT") return;
  // The server answers COMMIT of a failed transaction with ROLLBACK, and no error.
  const failure = transaction.firstFailure;
  const message = `The transaction was rolled back, because a statement in it failed${failure === undefined ? "" : `: ${failure.message}`}`;
  throw failure instanceof RetryableError
    ? new RetryableError(message, { sqlState: failure.sqlState, isRetryable: true, cause: failure })
    : new UsageError(`${message}; let its error leave the transaction.`, { cause: failure });
}

async function rollBack(session: Session): Promise<void> {
  if (session.failure !== undefined) return;
  try {
    await session.abortOpenCopy();
    await session.query("ROLLBACK");
  } catch {
    // The connection is not idle then, so it is not reused, and the server rolls back when it is cut.
  }
}

/** read_only_sql_transaction */
const readOnlyState = "25006";

/** A write that was refused: a mistake where reading was all that was asked for, a server that failed over elsewhere. */
export function refusedWrite(error: DatabaseError, askedForReading: boolean): DatabaseError {
  const fields = { sqlState: error.sqlState, cause: error };
  if (askedForReading) {
    return new UsageError(`A statement that was to read only tried to write: ${error.message}`, fields);
  }
  return new UnavailableError(
    `The server takes no writes, it may have become a standby (${error.message}).`,
    { ...fields, isRetryable: true },
  );
}

/** A connection lost before COMMIT was sent: the server rolls back, so running it again cannot do it twice. */
function lostInside(error: unknown, mode: TransactionMode): unknown {
  if (!(error instanceof UnavailableError) || error instanceof UnknownOutcomeError) return error;
  if (error.sqlState === readOnlyState) return refusedWrite(error, mode.readOnly === true);
  return new UnavailableError(
    `The connection was lost inside a transaction, which is rolled back: ${error.message}`,
    {
      sqlState: error.sqlState,
      isRetryable: true,
      cause: error,
    },
  );
}

/** Runs the work in a transaction on this session, once. */
export async function runTransaction<Result>(
  session: Session,
  mode: TransactionMode,
  attempt: number,
  observation: Observation,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  await session.script(beginText(mode));
  const transaction = new OpenTransaction(session, attempt, observation);
  let result: Result;
  try {
    result = await work(transaction);
    if (await session.abortOpenCopy())
      throw new UsageError("The transaction's work returned with a COPY left open.");
  } catch (error) {
    transaction.finish();
    await rollBack(session);
    throw lostInside(error, mode);
  }
  transaction.finish();
  await commit(session, transaction);
  return result;
}
