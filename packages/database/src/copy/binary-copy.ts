// COPY into a table in PostgreSQL's binary format: the way bulk data goes in. Knows no particular table.
// Not the wire (copy-in-stream.ts), not the values (column-encoder.ts), no upsert: copy to a staging table for that.
// Invariant: a row is sent whole or not at all; a refused row leaves the COPY usable for the next one.

import type { ClientBase } from "pg";

import type { ReplyDeadline } from "../connection/reply-deadline.ts";
import { DatabaseError, InvalidInputError, UsageError } from "../errors/database-error.ts";
import { toDatabaseError } from "../errors/to-database-error.ts";
import { quoteIdentifier, quoteTableName } from "../quote-identifier.ts";
import { createColumnEncoder, type WriteValue } from "./column-encoder.ts";
import type { BinaryCopyOptions, CopyColumn, CopyColumns, CopyRow, EveryRow } from "./copy-column.ts";
import { CopyInStream } from "./copy-in-stream.ts";
import { inspectCopyTarget } from "./copy-target.ts";
import { RowBuffer } from "./row-buffer.ts";

/** What a COPY stored. */
export interface CopyResult {
  readonly rows: number;
}

/** A binary COPY in progress. */
export interface BinaryCopy<Columns extends readonly CopyColumn[] = readonly CopyColumn[]> {
  /** False once it was ended, aborted, or failed. */
  readonly isOpen: boolean;
  /** Rows written so far, those not yet sent included. */
  readonly rowsWritten: number;
  /**
   * Adds one row, values in the order of the columns.
   * @returns nothing, or a promise to await before the next row, when the server is behind
   * @throws {InvalidInputError} naming row and column; the row is left out and the COPY goes on
   * @throws {DatabaseError} why the server or connection failed; the COPY is over
   */
  writeRow(values: CopyRow<Columns>): Promise<void> | undefined;
  /**
   * Adds many rows, given as one array (or typed array) per column, or `{ every: value }` for a constant.
   * @throws {InvalidInputError} naming row and column; the rows before it are in, it and the rest are not
   */
  writeColumns(columns: CopyColumns<Columns>, rowCount: number): Promise<void>;
  /** Finishes and has the server store the rows. @throws {DatabaseError} nothing was stored */
  end(): Promise<CopyResult>;
  /** Gives up: the server drops every row. Never throws; harmless when over. */
  abort(reason: string): Promise<void>;
}

/** Signature, flags and header extension length. */
const fileHeader = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");

/** A column count of -1 ends the rows. */
const fileTrailer = Buffer.from([0xff, 0xff]);

const defaultChunkBytes = 262_144;
const minimumChunkBytes = 1024;
const maximumChunkBytes = 16 * 1024 * 1024;
const defaultStallTimeoutMilliseconds = 120_000;

class OpenBinaryCopy<Columns extends readonly CopyColumn[]> implements BinaryCopy<Columns> {
  readonly #columns: readonly CopyColumn[];
  readonly #encoders: readonly WriteValue[];
  readonly #nanAsNull: readonly boolean[];
  /** 1 for float8 columns, which are written in place: bars are mostly these, and the call costs more than the write. */
  readonly #isFloat8: Uint8Array;
  readonly #stream: CopyInStream;
  readonly #buffer: RowBuffer;
  #rowsWritten = 0;
  #isOver = false;

  constructor(columns: Columns, encoders: readonly WriteValue[], stream: CopyInStream, chunkBytes: number) {
    this.#columns = columns;
    this.#encoders = encoders;
    this.#nanAsNull = columns.map(({ nanAsNull }) => nanAsNull === true);
    this.#isFloat8 = Uint8Array.from(columns, ({ type }) => (type === "float8" ? 1 : 0));
    this.#stream = stream;
    this.#buffer = new RowBuffer(chunkBytes, columns.length);
    this.#buffer.append(fileHeader);
  }

  get isOpen(): boolean {
    return !this.#isOver && this.#stream.failure === undefined;
  }

  get rowsWritten(): number {
    return this.#rowsWritten;
  }

  writeRow(values: CopyRow<Columns>): Promise<void> | undefined {
    this.#refuseWhenOver();
    if (values.length !== this.#encoders.length) {
      throw new InvalidInputError(
        `Row ${this.#rowsWritten + 1} has ${values.length} values for ${this.#encoders.length} columns.`,
      );
    }
    this.#encodeRow(values);
    return this.#buffer.isFull ? this.#flush() : undefined;
  }

  async writeColumns(columns: CopyColumns<Columns>, rowCount: number): Promise<void> {
    const sources = this.#sourcesOf(columns, rowCount);
    const row: unknown[] = Array.from({ length: sources.length });
    for (let index = 0; index < rowCount; index += 1) {
      this.#refuseWhenOver();
      for (let column = 0; column < sources.length; column += 1) {
        const source = sources[column];
        row[column] = source?.values === undefined ? source?.every : source.values[index];
      }
      this.#encodeRow(row);
      if (this.#buffer.isFull) {
        const wait = this.#flush();
        if (wait !== undefined) await wait;
      }
    }
  }

  async end(): Promise<CopyResult> {
    this.#refuseWhenOver();
    this.#isOver = true;
    this.#buffer.append(fileTrailer);
    const wait = this.#flush();
    if (wait !== undefined) await wait;
    return { rows: await this.#stream.end() };
  }

  async abort(reason: string): Promise<void> {
    if (!this.isOpen) return;
    this.#isOver = true;
    await this.#stream.abort(reason);
  }

  #refuseWhenOver(): void {
    if (this.#stream.failure !== undefined) throw this.#stream.failure;
    if (this.#isOver) throw new UsageError("This COPY has ended.");
  }

  #encodeRow(values: readonly unknown[]): void {
    const buffer = this.#buffer;
    const encoders = this.#encoders;
    buffer.beginRow();
    buffer.view.setInt16(buffer.offset, encoders.length);
    buffer.offset += 2;
    let index = 0;
    try {
      for (; index < encoders.length; index += 1) {
        const value = values[index];
        if (
          value === null ||
          value === undefined ||
          (this.#nanAsNull[index] === true && Number.isNaN(value))
        ) {
          buffer.view.setInt32(buffer.offset, -1);
          buffer.offset += 4;
        } else if (this.#isFloat8[index] === 1 && typeof value === "number") {
          const { view, offset } = buffer;
          view.setInt32(offset, 8);
          view.setFloat64(offset + 4, value);
          buffer.offset = offset + 12;
        } else {
          encoders[index]?.(buffer, value);
        }
      }
    } catch (error) {
      buffer.dropRow();
      throw this.#refusal(error, index);
    }
    this.#rowsWritten += 1;
  }

  #refusal(error: unknown, index: number): unknown {
    if (!(error instanceof InvalidInputError)) return error;
    const column = this.#columns[index]?.name;
    return new InvalidInputError(`Row ${this.#rowsWritten + 1}, column "${column}": ${error.message}`, {
      column,
      cause: error.cause,
    });
  }

  #flush(): Promise<void> | undefined {
    const chunk = this.#buffer.take();
    return this.#stream.write(chunk, () => {
      this.#buffer.recycle(chunk);
    });
  }

  #sourcesOf(columns: CopyColumns<Columns>, rowCount: number): readonly ColumnSource[] {
    if (!Number.isSafeInteger(rowCount) || rowCount < 0)
      throw new InvalidInputError("rowCount must be 0 or more.");
    return this.#columns.map(({ name }) => {
      const given: unknown = Reflect.get(columns, name);
      // Arrays first: they have a method called `every`.
      if (!isArrayLike(given)) {
        if (isEveryRow(given)) return { values: undefined, every: given.every };
        throw new InvalidInputError(`Column "${name}" is neither an array nor { every: value }.`);
      }
      if (given.length < rowCount) {
        throw new InvalidInputError(`Column "${name}" has ${given.length} values for ${rowCount} rows.`);
      }
      return { values: given, every: undefined };
    });
  }
}

interface ColumnSource {
  readonly values: ArrayLike<unknown> | undefined;
  readonly every: unknown;
}

function isEveryRow(given: unknown): given is EveryRow<unknown> {
  return typeof given === "object" && given !== null && "every" in given;
}

function isArrayLike(given: unknown): given is ArrayLike<unknown> {
  return Array.isArray(given) || (ArrayBuffer.isView(given) && "length" in given);
}

function checkedChunkBytes(chunkBytes: number | undefined): number {
  const bytes = chunkBytes ?? defaultChunkBytes;
  if (Number.isInteger(bytes) && bytes >= minimumChunkBytes && bytes <= maximumChunkBytes) return bytes;
  throw new InvalidInputError(
    `chunkBytes must be a whole number from ${minimumChunkBytes} to ${maximumChunkBytes}.`,
  );
}

/**
 * Opens a binary COPY on a client that does nothing else until it is ended or aborted.
 *
 * The server's statement_timeout covers the COPY as a whole; raise it for the transaction where loads take longer.
 *
 * @example
 * const copy = await openBinaryCopy(client, {
 *   table: { name: "bars" },
 *   columns: [{ name: "time", type: "timestamptz" }, { name: "close", type: "float8" }],
 * });
 * try {
 *   for (const bar of bars) {
 *     const wait = copy.writeRow([bar.time, bar.close]);
 *     if (wait !== undefined) await wait;
 *   }
 *   const { rows } = await copy.end();
 * } catch (error) {
 *   await copy.abort("a row was refused");
 *   throw error;
 * }
 *
 * @throws {SchemaMismatchError} no such table or column, or a column of another type
 */
export async function openBinaryCopy<const Columns extends readonly CopyColumn[]>(
  client: ClientBase,
  options: BinaryCopyOptions<Columns>,
  reply: ReplyDeadline,
): Promise<BinaryCopy<Columns>> {
  try {
    const chunkBytes = checkedChunkBytes(options.chunkBytes);
    const targets = await inspectCopyTarget(client, reply, options.table, options.columns);
    const encoders = options.columns.map(({ type }, index) =>
      createColumnEncoder(type, targets[index] ?? { declaredType: type }),
    );
    const names = options.columns.map(({ name }) => quoteIdentifier(name)).join(", ");
    const stream = new CopyInStream(
      `COPY ${quoteTableName(options.table)} (${names}) FROM STDIN (FORMAT binary)`,
      options.stallTimeoutMilliseconds ?? defaultStallTimeoutMilliseconds,
    );
    client.query(stream);
    await stream.opened();
    return new OpenBinaryCopy(options.columns, encoders, stream, chunkBytes);
  } catch (error) {
    throw error instanceof DatabaseError ? error : toDatabaseError(error);
  }
}
