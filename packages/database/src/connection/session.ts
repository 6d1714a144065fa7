// One logged-in pg client, used one statement at a time. Not a pool, not a transaction: both are built on it.
// Invariant: statements never interleave, nothing runs beside an open COPY, and every failure is a DatabaseError.

import type { ClientBase, QueryConfig } from "pg";

import { encodeParameters } from "../codecs/parameters.ts";
import { type BinaryCopy, openBinaryCopy } from "../copy/binary-copy.ts";
import type { BinaryCopyOptions, CopyColumn } from "../copy/copy-column.ts";
import { UsageError } from "../errors/database-error.ts";
import { toDatabaseError } from "../errors/to-database-error.ts";

/** One statement; with a name it is prepared once per connection and planned for each execution. */
export interface Statement {
  readonly name?: string | undefined;
  readonly text: string;
  readonly values?: readonly unknown[] | undefined;
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
   * @throws {DatabaseError} a subclass per decision the caller can take.
   */
  query<Row extends object = Record<string, unknown>>(
    statement: Statement | string,
    values?: readonly unknown[],
  ): Promise<QueryResult<Row>>;
}

/** pg reads `queryMode`, its published types do not have it. */
interface ExtendedQueryConfig extends QueryConfig<unknown[]> {
  readonly queryMode: "extended";
}

function toConfig(
  statement: Statement | string,
  values: readonly unknown[] | undefined,
): ExtendedQueryConfig {
  const given = typeof statement === "string" ? { text: statement, values } : statement;
  return {
    // The extended protocol takes exactly one statement, so text never smuggles a second one in.
    queryMode: "extended",
    text: given.text,
    values: encodeParameters(given.values ?? values ?? []),
    ...("name" in given && given.name !== undefined ? { name: given.name } : {}),
  };
}

/** One client and the order of its statements. */
export class Session implements Queryable {
  readonly #client: ClientBase;
  #tail: Promise<unknown> = Promise.resolve();
  #pending = 0;
  #openCopy: BinaryCopy | undefined;
  #closedReason: string | undefined;

  constructor(client: ClientBase) {
    this.#client = client;
  }

  async query<Row extends object = Record<string, unknown>>(
    statement: Statement | string,
    values?: readonly unknown[],
  ): Promise<QueryResult<Row>> {
    const config = toConfig(statement, values);
    return this.#inTurn(async () => {
      const { rows, rowCount, command } = await this.#client.query<Row>(config);
      return { rows, rowCount: rowCount ?? 0, command };
    });
  }

  /** Runs text that may hold several statements and returns nothing: the simple protocol, one implicit transaction. */
  async script(text: string): Promise<void> {
    await this.#inTurn(async () => {
      await this.#client.query(text);
    });
  }

  /** Opens a binary COPY into a table; until it ends or is aborted the session takes no other statement. */
  async openBinaryCopy<const Columns extends readonly CopyColumn[]>(
    options: BinaryCopyOptions<Columns>,
  ): Promise<BinaryCopy<Columns>> {
    return this.#inTurn(async () => {
      const copy = await openBinaryCopy(this.#client, options);
      this.#openCopy = copy;
      return copy;
    });
  }

  /** Refuses every further statement, with this reason. */
  retire(reason: string): void {
    this.#closedReason = reason;
  }

  /** The COPY that was opened and neither ended nor aborted. */
  get openCopy(): BinaryCopy | undefined {
    return this.#openCopy?.isOpen === true ? this.#openCopy : undefined;
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#refuseWhenUnusable();
    const before = this.#pending === 0 ? undefined : this.#tail;
    this.#pending += 1;
    const run = this.#run(before, work);
    this.#tail = run.catch(() => undefined);
    return run;
  }

  async #run<Result>(before: Promise<unknown> | undefined, work: () => Promise<Result>): Promise<Result> {
    try {
      if (before !== undefined) {
        await before;
        this.#refuseWhenUnusable();
      }
      return await work();
    } catch (error) {
      throw toDatabaseError(error);
    } finally {
      this.#pending -= 1;
    }
  }

  #refuseWhenUnusable(): void {
    if (this.#closedReason !== undefined) throw new UsageError(this.#closedReason);
    if (this.openCopy !== undefined) {
      throw new UsageError("A COPY is open on this connection; end or abort it before the next statement.");
    }
  }
}
