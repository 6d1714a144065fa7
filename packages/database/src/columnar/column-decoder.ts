// Binary values of a result as typed arrays, one per column, without an object per row. Knows the data of a row, not the
// messages around it (message-splitter.ts). Invariant: every column is as long as the rows taken; a NULL is NaN.

import { UsageError } from "../errors/database-error.ts";
import { postgresEpochMicroseconds } from "../codecs/instant.ts";

/** Types that can be read as columns, all of them as doubles. */
export type ColumnarType = "timestamptz" | "float8" | "float4" | "int4" | "int8";

/** The columns of a statement's result, in its order. */
export type ColumnarColumns = Readonly<Record<string, ColumnarType>>;

/** A result as columns; `timestamptz` in microseconds since 1970, exact until the year 2255. */
export type ColumnarRow<Columns extends ColumnarColumns> = {
  readonly [Name in keyof Columns]: Float64Array;
} & {
  /** Rows there are. */
  readonly length: number;
};

const widths: Readonly<Record<ColumnarType, 4 | 8>> = {
  timestamptz: 8,
  float8: 8,
  float4: 4,
  int4: 4,
  int8: 8,
};

const POSTGRES_EPOCH = Number(postgresEpochMicroseconds);
const TWO_TO_32 = 4_294_967_296;
const FIRST_CAPACITY = 512;
const NO_ROWS = new Float64Array(0);

/**
 * Reads one value and puts it where it belongs. Not a function that returns it: V8 makes an object of every number that such a call
 * returns, which was a third of what a read of bars left to clean up.
 */
type StoreNumber = (values: Float64Array, row: number, view: DataView, at: number) => void;

const stores: Readonly<Record<ColumnarType, StoreNumber>> = {
  // High and low word: a bigint per value would cost ten times as much.
  timestamptz: (values, row, view, at) => {
    values[row] = view.getInt32(at) * TWO_TO_32 + view.getUint32(at + 4) + POSTGRES_EPOCH;
  },
  float8: (values, row, view, at) => {
    values[row] = view.getFloat64(at);
  },
  float4: (values, row, view, at) => {
    values[row] = view.getFloat32(at);
  },
  int4: (values, row, view, at) => {
    values[row] = view.getInt32(at);
  },
  int8: (values, row, view, at) => {
    values[row] = view.getInt32(at) * TWO_TO_32 + view.getUint32(at + 4);
  },
};

/**
 * One column. A class and no literal: V8 makes the objects of a literal in its old generation once it has seen them survive clean-ups of the young one
 * ("pretenuring"), as these do while the server works, and there dead ones hold their arrays until all of it is marked.
 */
class Column {
  readonly name: string;
  readonly type: ColumnarType;
  readonly width: number;
  readonly store: StoreNumber;
  values = NO_ROWS;

  constructor(name: string, type: ColumnarType) {
    this.name = name;
    this.type = type;
    this.width = widths[type];
    this.store = stores[type];
  }
}

/** Takes rows and gives columns. */
export class ColumnDecoder {
  readonly #columns: readonly Column[];
  readonly #expectedRows: number;
  #length = 0;
  /** Rows there is room for. None before the first: arrays that wait for the server outlive clean-ups of V8's young generation, and are promoted. */
  #room = 0;

  /**
   * @param expectedRows room that is made with the first row; more or fewer rows are fine, and cost a copy. Doubling from 512 on cost a
   * fifth of a read of 5,000 rows in garbage collection (measured, Node 26).
   */
  constructor(columns: ColumnarColumns, expectedRows: number = FIRST_CAPACITY) {
    this.#expectedRows = Math.max(1, expectedRows);
    this.#columns = Object.entries(columns).map(([name, type]) => new Column(name, type));
  }

  /** Takes one row, its field count first, as a DataRow message carries it. */
  take(view: DataView, start: number): void {
    const columns = this.#columns;
    if (view.getInt16(start) !== columns.length) {
      throw new UsageError(
        `The statement gives ${view.getInt16(start)} columns and ${columns.length} were named.`,
      );
    }
    if (this.#length === this.#room) this.#grow();
    const row = this.#length;
    let at = start + 2;
    for (let index = 0; index < columns.length; index += 1) {
      const column = columns[index];
      if (column === undefined) continue;
      const bytes = view.getInt32(at);
      at += 4;
      if (bytes === -1) {
        column.values[row] = Number.NaN;
        continue;
      }
      if (bytes !== column.width) throw misfit(column, bytes);
      column.store(column.values, row, view, at);
      at += bytes;
    }
    this.#length += 1;
  }

  /** The columns, each of exactly the rows' length. */
  finish(): Record<string, Float64Array | number> {
    const result: Record<string, Float64Array | number> = { length: this.#length };
    for (const { name, values } of this.#columns) {
      // Without rows a copy too: whoever transfers an array to a thread takes it away from everybody.
      const isWhole = values.length === this.#length && values !== NO_ROWS;
      result[name] = isWhole ? values : values.slice(0, this.#length);
    }
    return result;
  }

  #grow(): void {
    this.#room = this.#room === 0 ? this.#expectedRows : this.#room * 2;
    for (const column of this.#columns) {
      const values = new Float64Array(this.#room);
      values.set(column.values);
      column.values = values;
    }
  }
}

function misfit({ name, type }: Column, bytes: number): UsageError {
  return new UsageError(`Column "${name}" came with ${bytes} bytes, which are not those of ${type}.`);
}
