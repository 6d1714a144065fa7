// Declares how a table lives over time: partitioned, compressed, kept for how long. Data only; what a server makes of it
// depends on its edition and is the migrator's business. Columns are named by their property on the table, so that a
// wrong name does not compile; here they become the names the database knows.
import { getTableColumns, getTableName } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { Duration } from "./duration.ts";

/** The columns of a table by property name. */
export type ColumnOf<Table extends PgTable> = Extract<keyof Table["_"]["columns"], string>;

/** How rows are ordered within a compressed segment. */
export interface ColumnOrder<Column extends string = string> {
  readonly column: Column;
  readonly direction: "asc" | "desc";
}

/** What lets a scan of compressed rows skip a batch: its least and greatest value, or a Bloom filter of its values. */
export interface SparseIndex<Column extends string = string> {
  readonly kind: "minmax" | "bloom";
  readonly column: Column;
}

/** Columnar storage of older chunks. Community edition only. */
export interface Columnstore<Column extends string = string> {
  /** One segment per combination of their values; a segment wants about 1,000 rows a chunk. */
  readonly segmentBy: readonly Column[];
  readonly orderBy: readonly ColumnOrder<Column>[];
  /** Beside those that come with the order. @defaultValue what the server chooses for each chunk */
  readonly sparseIndexes?: readonly SparseIndex<Column>[];
  /** Age at which a chunk is converted; rows may arrive or change until then at full speed. */
  readonly after: Duration;
  /**
   * Small chunks are joined to chunks of this length as they are converted; the time column must come first in the order.
   * @defaultValue chunks stay as they are
   */
  readonly rollUpChunksTo?: Duration;
}

/** How long rows stay. */
export interface Retention<Column extends string = string> {
  /** Age at which a chunk, or a row where there are no chunks, may go. */
  readonly dropAfter: Duration;
  /** A date until which a row must stay although it is older; no chunk that holds such a row is dropped. */
  readonly holdColumn?: Column;
}

/** A table that grows with time. Names are those of the database. */
export interface HypertableDeclaration {
  readonly table: string;
  readonly timeColumn: string;
  readonly chunkInterval: Duration;
  /** How late a row may come or change in the normal course of things. */
  readonly lateDataWindow: Duration;
  readonly columnstore?: Columnstore;
  readonly retention?: Retention;
}

/** The same with columns named by property. */
export interface HypertableOptions<Column extends string> {
  readonly time: Column;
  readonly chunkInterval: Duration;
  readonly lateDataWindow: Duration;
  readonly columnstore?: Columnstore<Column>;
  readonly retention?: Retention<Column>;
}

/**
 * Declares a hypertable on a Drizzle table.
 * @example
 * hypertable(systemLogs, { time: "loggedAt", chunkInterval: "1 hour", lateDataWindow: "1 hour" });
 */
export function hypertable<Table extends PgTable>(
  table: Table,
  options: HypertableOptions<ColumnOf<Table>>,
): HypertableDeclaration {
  const columns = getTableColumns(table);
  const nameOf = (property: ColumnOf<Table>): string => {
    const column = columns[property];
    if (column === undefined) throw new RangeError(`${getTableName(table)} has no column ${property}.`);
    return column.name;
  };
  const { time, chunkInterval, lateDataWindow, columnstore, retention } = options;
  return {
    table: getTableName(table),
    timeColumn: nameOf(time),
    chunkInterval,
    lateDataWindow,
    ...(columnstore === undefined ? {} : { columnstore: named(columnstore, nameOf) }),
    ...(retention === undefined
      ? {}
      : {
          retention: {
            dropAfter: retention.dropAfter,
            ...(retention.holdColumn === undefined ? {} : { holdColumn: nameOf(retention.holdColumn) }),
          },
        }),
  };
}

function named<Column extends string>(
  { segmentBy, orderBy, sparseIndexes, ...rest }: Columnstore<Column>,
  nameOf: (property: Column) => string,
): Columnstore {
  return {
    ...rest,
    segmentBy: segmentBy.map(nameOf),
    orderBy: orderBy.map(({ column, direction }) => ({ column: nameOf(column), direction })),
    ...(sparseIndexes === undefined
      ? {}
      : { sparseIndexes: sparseIndexes.map(({ kind, column }) => ({ kind, column: nameOf(column) })) }),
  };
}
