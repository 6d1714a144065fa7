// What a binary COPY is told about its target: table, columns, and the TypeScript value each column type takes.
// Types only. Not the encoding (column-encoder.ts).

import type { TableName } from "../quote-identifier.ts";

/** JSON text that is sent as it is, unparsed: a raw payload as the venue sent it. */
export interface JsonText {
  readonly jsonText: string;
}

/** The value each column type takes; null and undefined are SQL NULL for all of them. */
export interface CopyValues {
  readonly bool: boolean;
  readonly int2: number;
  readonly int4: number;
  /** A number must be a safe integer. */
  readonly int8: bigint | number;
  readonly float4: number;
  readonly float8: number;
  /** A plain decimal string; an exponent is accepted. More digits than the column's scale are refused, not rounded. */
  readonly numeric: string;
  /** Also for varchar, char, citext, and for enums (their label). */
  readonly text: string;
  readonly bytea: Uint8Array;
  /** Hexadecimal with hyphens, or 16 bytes. */
  readonly uuid: string | Uint8Array;
  /** Microseconds since 1970 as bigint, or an instant no finer than a microsecond. */
  readonly timestamptz: bigint | Temporal.Instant;
  /** A date, or `YYYY-MM-DD`. */
  readonly date: Temporal.PlainDate | string;
  /** Any value JSON can hold, or {@link JsonText}. */
  readonly json: unknown;
  readonly jsonb: unknown;
}

/** Names of the column types a binary COPY can send. */
export type CopyType = keyof CopyValues;

/** One target column. */
export interface CopyColumn {
  readonly name: string;
  readonly type: CopyType;
  /** For float columns fed from typed arrays, which have no null: NaN is sent as NULL. @defaultValue false */
  readonly nanAsNull?: boolean | undefined;
}

/** Values of one row, in the order of the columns. */
export type CopyRow<Columns extends readonly CopyColumn[]> = {
  readonly [Index in keyof Columns]: CopyValues[Columns[Index]["type"]] | null | undefined;
};

/** The same value in every row. */
export interface EveryRow<Value> {
  readonly every: Value;
}

/** Values by column name: one array per column, or one value for every row. */
export type CopyColumns<Columns extends readonly CopyColumn[]> = {
  readonly [Column in Columns[number] as Column["name"]]:
    | ArrayLike<CopyValues[Column["type"]] | null | undefined>
    | EveryRow<CopyValues[Column["type"]] | null | undefined>;
};

/** Where to copy to. */
export interface BinaryCopyOptions<Columns extends readonly CopyColumn[] = readonly CopyColumn[]> {
  readonly table: TableName;
  readonly columns: Columns;
  /** Bytes gathered before they are handed to the socket. @defaultValue 262 144: a quarter of the system calls of 64 KB, and 4 % faster */
  readonly chunkBytes?: number | undefined;
  /**
   * Milliseconds the server may make no progress (reading, or answering at the end, triggers included) before the
   * connection is given up; 0 waits for ever.
   * @defaultValue 120 000
   */
  readonly stallTimeoutMilliseconds?: number | undefined;
}
