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

type ReadNumber = (view: DataView, at: number) => number;

const readers: Readonly<Record<ColumnarType, ReadNumber>> = {
  // High and low word: a bigint per value would cost ten times as much.
  timestamptz: (view, at) => view.getInt32(at) * TWO_TO_32 + view.getUint32(at + 4) + POSTGRES_EPOCH,
  float8: (view, at) => view.getFloat64(at),
  float4: (view, at) => view.getFloat32(at),
  int4: (view, at) => view.getInt32(at),
  int8: (view, at) => view.getInt32(at) * TWO_TO_32 + view.getUint32(at + 4),
};

interface Column {
  readonly name: string;
  readonly type: ColumnarType;
  readonly width: number;
  readonly read: ReadNumber;
  values: Float64Array;
}

/** Takes rows and gives columns. */
export class ColumnDecoder {
  readonly #columns: Column[];
  #length = 0;
  #capacity = 0;

  constructor(columns: ColumnarColumns) {
    this.#columns = Object.entries(columns).map(([name, type]) => ({
      name,
      type,
      width: widths[type],
      read: readers[type],
      values: new Float64Array(0),
    }));
  }

  /**
   * Takes one row, its field count first, as a DataRow message carries it. A field holds one value, or many in their binary
   * form one behind the other, as `string_agg(float8send(x), '')` makes them; all fields of a row equally many.
   */
  take(view: DataView, start: number): void {
    const columns = this.#columns;
    if (view.getInt16(start) !== columns.length) {
      throw new UsageError(
        `The statement gives ${view.getInt16(start)} columns and ${columns.length} were named.`,
      );
    }
    const [first] = columns;
    const values = first === undefined ? 1 : Math.max(1, view.getInt32(start + 2) / first.width);
    if (this.#length + values > this.#capacity) this.#grow(this.#length + values);
    let at = start + 2;
    for (let index = 0; index < columns.length; index += 1) {
      const column = columns[index];
      if (column === undefined) continue;
      const bytes = view.getInt32(at);
      at += 4;
      if (bytes === -1) {
        column.values.fill(Number.NaN, this.#length, this.#length + values);
        continue;
      }
      if (bytes !== column.width * values) throw misfit(column, bytes, values);
      if (values === 1) column.values[this.#length] = column.read(view, at);
      else this.#takeMany(column, view, at, values);
      at += bytes;
    }
    this.#length += values;
  }

  /** The columns, each of exactly the rows' length. */
  finish(): Record<string, Float64Array | number> {
    const result: Record<string, Float64Array | number> = { length: this.#length };
    for (const { name, values } of this.#columns) {
      result[name] = values.length === this.#length ? values : values.slice(0, this.#length);
    }
    return result;
  }

  #takeMany(column: Column, view: DataView, at: number, values: number): void {
    if (column.type === "float8") {
      const target = Buffer.from(column.values.buffer, this.#length * 8, values * 8);
      target.set(new Uint8Array(view.buffer, view.byteOffset + at, values * 8));
      target.swap64();
      return;
    }
    const { read, width, values: into } = column;
    const from = this.#length;
    for (let index = 0; index < values; index += 1) into[from + index] = read(view, at + index * width);
  }

  #grow(needed: number): void {
    const capacity = this.#capacity === 0 ? Math.max(needed, needed === 1 ? FIRST_CAPACITY : 0) : needed * 2;
    for (const column of this.#columns) {
      const values = new Float64Array(capacity);
      values.set(column.values.subarray(0, this.#length));
      column.values = values;
    }
    this.#capacity = capacity;
  }
}

function misfit({ name, type }: Column, bytes: number, values: number): UsageError {
  return new UsageError(`Column "${name}" came with ${bytes} bytes, which are not ${values} of ${type}.`);
}
