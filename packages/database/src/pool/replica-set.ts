// Reads that may be a little old: in turn over the replicas that can be used, else to the database itself.
// Invariant: read only wherever it ends up, so that it works the same on a machine that has no replica.

import {
  encodeStatement,
  type Queryable,
  type QueryResult,
  type Statement,
} from "../connection/statement.ts";
import {
  DatabaseError,
  RetryableError,
  TimeoutError,
  UnavailableError,
  UsageError,
} from "../errors/database-error.ts";
import type { ReplicaHealth } from "./health.ts";
import type { Replica } from "./replica.ts";
import { refusedWrite } from "./transaction.ts";

/** Where a read goes when no replica will do. */
export type ReadHere = <Row extends object>(statement: Statement) => Promise<QueryResult<Row>>;

/** The replicas of one database. */
export class ReplicaSet implements Queryable {
  readonly #replicas: readonly Replica[];
  readonly #isInsideTransaction: () => boolean;
  readonly #readHere: ReadHere;
  #turn = 0;

  constructor(replicas: readonly Replica[], isInsideTransaction: () => boolean, readHere: ReadHere) {
    this.#replicas = replicas;
    this.#isInsideTransaction = isInsideTransaction;
    this.#readHere = readHere;
  }

  async query<Row extends object = Record<string, unknown>>(
    statement: Statement | string,
    values?: readonly unknown[],
  ): Promise<QueryResult<Row>> {
    if (this.#isInsideTransaction()) {
      throw new UsageError(
        "A read inside a transaction may decide what it writes, so it must not come from a replica; use the transaction its work was given.",
      );
    }
    const given =
      typeof statement === "string"
        ? { text: statement, values }
        : { ...statement, values: statement.values ?? values };
    const encoded = encodeStatement(given, undefined);
    for (const replica of this.#inTurn()) {
      if (!replica.claim()) continue;
      try {
        await replica.requireFresh();
        const result = await replica.pool.send<Row>(encoded);
        replica.noteSuccess();
        return result;
      } catch (error) {
        if (error instanceof DatabaseError && error.sqlState === "25006") throw refusedWrite(error, true);
        // Also one that did not answer at all, though this statement is not sent again: it may be too long for any server.
        if (error instanceof UnavailableError || isSilence(error)) replica.noteFailure();
        else replica.noteSuccess();
        if (!(error instanceof UnavailableError || error instanceof RetryableError)) throw error;
      }
    }
    return this.#readHere<Row>(given);
  }

  /** Never throws. */
  async health(late: Promise<void>): Promise<readonly ReplicaHealth[]> {
    return Promise.all(this.#replicas.map(async (replica) => replica.health(late)));
  }

  async close(drainMilliseconds: number): Promise<void> {
    await Promise.all(this.#replicas.map(async ({ pool }) => pool.close(drainMilliseconds)));
  }

  /** All replicas, each time beginning with the next one. */
  #inTurn(): readonly Replica[] {
    const first = this.#turn;
    this.#turn = (first + 1) % Math.max(1, this.#replicas.length);
    return [...this.#replicas.slice(first), ...this.#replicas.slice(0, first)];
  }
}

/** No reply within the driver's deadline; the server's own time limits carry a SQLSTATE. */
function isSilence(error: unknown): boolean {
  return error instanceof TimeoutError && error.sqlState === undefined && !error.isRetryable;
}
