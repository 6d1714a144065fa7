// What every kind of file is turned into before its rows are judged: blocks of rows whose cells stand at known places.
import type { ColumnMap } from "./column-map.ts";

/** Consecutive rows of a file. */
export interface RowBlock {
  /** Cells by column; text from CSV, any JSON value from JSON. A blank line is a row without cells. */
  readonly rows: readonly (readonly unknown[])[];
  /** Number of the first row, counted from 1: a line of CSV, an item of a JSON array. */
  readonly firstNumber: number;
  /** @returns the row as it stands in the file. */
  textOf(index: number): string;
}

/** A file whose columns are known and whose rows can be read once, in order. */
export interface RowSource {
  readonly columns: ColumnMap;
  /** What a row's number counts. */
  readonly counts: "line" | "item";
  /** Names of the columns, where the file has some. */
  readonly names: readonly string[] | undefined;
  readonly blocks: AsyncIterable<RowBlock>;
}
