// One logged-in pg client, used one statement at a time. Not a pool, not a transaction: both are built on it.
// Invariant: statements never interleave, nothing runs beside an open COPY, and every failure is a DatabaseError.

import type { ClientBase } from "pg";

import { readColumns } from "../columnar/read-columns.ts";
import { type BinaryCopy, type CopyResult, openBinaryCopy } from "../copy/binary-copy.ts";
import type { BinaryCopyOptions, CopyColumn } from "../copy/copy-column.ts";
import {
  type DatabaseError,
  RetryableError,
  TimeoutError,
  UnavailableError,
  UsageError,
} from "../errors/database-error.ts";
import { sqlStateOf, toDatabaseError } from "../errors/to-database-error.ts";
import { DescribedStatements, readRows } from "./read-rows.ts";
import { ReplyDeadline } from "./reply-deadline.ts";
import {
  type EncodedStatement,
  encodeStatement,
  type Queryable,
  type QueryResult,
  type Statement,
} from "./statement.ts";
import { isStaleStatement, StatementNames } from "./statement-names.ts";

/** Fills an open COPY with rows. */
export type CopyFill<Columns extends readonly CopyColumn[]> = (
  copy: BinaryCopy<Columns>,
) => Promise<void> | void;

/** One client and the order of its statements. */
export class Session implements Queryable {
  readonly #client: ClientBase;
  readonly #names: StatementNames;
  readonly #reply: ReplyDeadline;
  #keepsPlans = false;
  readonly #described = new DescribedStatements();
  #isBusy = false;
  readonly #waiting: (() => void)[] = [];
  #copy: { readonly isOpen: boolean; abort(reason: string): Promise<void> } | undefined;
  #retiredBecause: string | undefined;
  #failure: DatabaseError | undefined;

  /** @param replyMilliseconds how long a statement waits for its answer, 0 for ever (reply-deadline.ts) */
  constructor(client: ClientBase, names: StatementNames, replyMilliseconds: number) {
    this.#client = client;
    this.#names = names;
    this.#reply = new ReplyDeadline(replyMilliseconds);
    // Without a listener the loss of an idle connection would end the process.
    client.on("error", (error) => {
      this.#failure ??= toDatabaseError(error);
    });
  }

  /** Why the connection is dead or stuck, once it is; every further statement fails with it. */
  get failure(): DatabaseError | undefined {
    return this.#failure;
  }

  /** From now on the server may keep the plan of a prepared statement (plan-mode.ts). */
  keepPlans(): void {
    this.#keepsPlans = true;
  }

  async query<Row extends object = Record<string, unknown>>(
    statement: Statement | string,
    values?: readonly unknown[],
  ): Promise<QueryResult<Row>> {
    return this.run(encodeStatement(statement, values));
  }

  /** Runs a statement whose parameters are encoded already. */
  async run<Row extends object>(statement: EncodedStatement): Promise<QueryResult<Row>> {
    return this.#inTurn(async () => {
      const { columns, expectedRows, isPlannedEachTime, text, values, queryMode } = statement;
      const name = this.#keepsPlans && isPlannedEachTime === true ? undefined : statement.name;
      const nameThere = name === undefined ? undefined : this.#names.current(name);
      try {
        const named = { name: nameThere, text, values, queryMode };
        return await this.#reply.hold(() =>
          columns === undefined
            ? readRows<Row>(this.#client, named, this.#described)
            : readColumns<Row>(this.#client, named, columns, expectedRows),
        );
      } catch (error) {
        if (name === undefined || !isStaleStatement(error)) throw error;
        this.#names.renew(nameThere, name);
        throw new RetryableError(
          `What the statement "${name}" was prepared for has changed; it did not run.`,
          {
            sqlState: sqlStateOf(error),
            isRetryable: true,
            cause: error,
          },
        );
      }
    });
  }

  /** Runs text that may hold several statements and returns nothing: the simple protocol, one implicit transaction. */
  async script(text: string): Promise<void> {
    await this.#inTurn(async () => {
      await this.#reply.hold(() => this.#client.query(text));
    });
  }

  /** Opens a binary COPY into a table; until it ends or is aborted the session takes no other statement. */
  async openBinaryCopy<const Columns extends readonly CopyColumn[]>(
    options: BinaryCopyOptions<Columns>,
  ): Promise<BinaryCopy<Columns>> {
    return this.#inTurn(async () => {
      const copy = await openBinaryCopy(this.#client, options, this.#reply);
      this.#copy = copy;
      return copy;
    });
  }

  /** Opens a COPY, has it filled, and ends it; aborts it when filling throws. */
  async copyIn<const Columns extends readonly CopyColumn[]>(
    options: BinaryCopyOptions<Columns>,
    fill: CopyFill<Columns>,
  ): Promise<CopyResult> {
    const copy = await this.openBinaryCopy(options);
    try {
      await fill(copy);
      return await copy.end();
    } catch (error) {
      await copy.abort("the caller gave up");
      throw error;
    }
  }

  /** Aborts the COPY that was opened and neither ended nor aborted. @returns whether there was one */
  async abortOpenCopy(): Promise<boolean> {
    if (this.#copy?.isOpen !== true) return false;
    await this.#copy.abort("it was left open");
    return true;
  }

  /** Refuses every further statement, with this reason. */
  retire(reason: string): void {
    this.#retiredBecause ??= reason;
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#isBusy) {
      const turn = Promise.withResolvers<void>();
      this.#waiting.push(turn.resolve);
      await turn.promise;
    }
    this.#isBusy = true;
    try {
      this.#refuseWhenUnusable();
      return await work();
    } catch (error) {
      throw this.#understand(toDatabaseError(error));
    } finally {
      // Stays busy when it is handed on, so that nobody slips in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#isBusy = false;
      else next();
    }
  }

  /** After a failure that came from no server the client is lost, or stuck in a statement it gave up waiting for. */
  #understand(error: DatabaseError): DatabaseError {
    if (error.sqlState !== undefined) return error;
    if (error instanceof UnavailableError) {
      // "not queryable" says less than why the connection died.
      this.#failure ??= error;
      return this.#failure;
    }
    if (error instanceof TimeoutError) this.#failure ??= error;
    return error;
  }

  #refuseWhenUnusable(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#retiredBecause !== undefined) throw new UsageError(this.#retiredBecause);
    if (this.#copy?.isOpen === true) {
      throw new UsageError("A COPY is open on this connection; end or abort it before the next statement.");
    }
  }
}
