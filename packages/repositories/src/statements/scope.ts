// Where a repository sends its statements: a pool, or the one transaction a caller opened over several repositories.
// Invariant: what must happen as a whole does, in either of them.
import type { Database, Queryable, Transaction, TransactionOptions } from "@app/database";
import { withField } from "./refused-field.ts";

/** Where a repository sends its statements. */
export interface Scope extends Queryable {
  /**
   * Runs work as a whole: in a transaction of its own, or as part of the one this scope is. There the caller's transaction
   * decides about retries, and a failure dooms it.
   */
  atomically<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options?: TransactionOptions,
  ): Promise<Result>;
}

/** Every statement on a connection of the pool; whole work in a transaction of its own. */
export function poolScope(database: Database): Scope {
  return {
    query: (statement, values) => database.query(statement, values),
    atomically: (work, options) => telling(database.transaction(work, options)),
  };
}

/** Everything in one transaction. */
export function transactionScope(transaction: Transaction): Scope {
  return {
    query: (statement, values) => transaction.query(statement, values),
    atomically: (work) => telling(work(transaction)),
  };
}

/** What a check of one field refused names the field. */
async function telling<Result>(outcome: Promise<Result>): Promise<Result> {
  try {
    return await outcome;
  } catch (error) {
    throw withField(error);
  }
}
