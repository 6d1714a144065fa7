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
  #isOver = false;
  #firstFailure: DatabaseError | undefined;

  constructor(session: Session, attempt: number) {
    this.#session = session;
    this.attempt = attempt;
  }

  /** The first statement that failed: the server refuses everything after it, commit included. */
  get firstFailure(): DatabaseError | undefined {
    return this.#firstFailure;
  }

  async query<Row extends object = Record<string, unknown>>(
    statement: Statement | string,
    values?: readonly unknown[],
  ): Promise<QueryResult<Row>> {
    return this.#noteFailure(() => this.#session.query<Row>(statement, values));
  }

  async copyIn<const Columns extends readonly CopyColumn[]>(
    options: BinaryCopyOptions<Columns>,
    fill: CopyFill<Columns>,
  ): Promise<CopyResult> {
    return this.#noteFailure(() => this.#session.copyIn(options, fill));
  }

  finish(): void {
    this.#isOver = true;
  }

  async #noteFailure<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#isOver) throw new UsageError("This transaction has ended; await each statement inside it.");
    try {
      return await work();
    } catch (error) {
      if (error instanceof DatabaseError) this.#firstFailure ??= error;
      throw error;
    }
  }
}

function beginText(mode: TransactionMode): string {
  const level = mode.isolationLevel ?? "read committed";
  if (!isolationLevels.includes(level)) {
    throw new InvalidInputError(`isolationLevel must be one of ${isolationLevels.join(", ")}.`);
  }
  const access = mode.readOnly === true ? "READ ONLY" : "READ WRITE";
  const begin = `BEGIN ISOLATION LEVEL ${level.toUpperCase()} ${access}`;
  const timeout = mode.statementTimeoutMilliseconds;
  if (timeout === undefined) return begin;
  if (!Number.isInteger(timeout) || timeout < 0 || timeout > 2_147_483_647) {
    throw new InvalidInputError("statementTimeoutMilliseconds must be a whole number from 0 to 2147483647.");
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

/** A connection lost before COMMIT was sent: the server rolls back, so running it again cannot do it twice. */
function lostInside(error: unknown): unknown {
  if (!(error instanceof UnavailableError) || error instanceof UnknownOutcomeError) return error;
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
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  await session.script(beginText(mode));
  const transaction = new OpenTransaction(session, attempt);
  let result: Result;
  try {
    result = await work(transaction);
    if (await session.abortOpenCopy())
      throw new UsageError("The transaction's work returned with a COPY left open.");
  } catch (error) {
    transaction.finish();
    await rollBack(session);
    throw lostInside(error);
  }
  transaction.finish();
  await commit(session, transaction);
  return result;
}
