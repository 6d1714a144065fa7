// Declares a roll-up that the server keeps up to date: what it reads, the length of its buckets, what it computes, how
// far back it is refreshed, how long it is kept. On an edition without continuous aggregates only its reading view
// exists, computed from the source each time; callers read that view and see the same rows either way.
import type { ColumnOrder, Columnstore, Retention } from "./hypertable.ts";
import type { Duration } from "./duration.ts";

/** What the aggregate is refreshed by, and how often. Ages are counted back from now. */
export interface RefreshWindow {
  /** Older buckets are left as they are; must lie inside the retention of what is read. */
  readonly startOffset: Duration;
  /** Younger buckets are not materialised yet; the reading view computes them from the source. */
  readonly endOffset: Duration;
  readonly scheduleInterval: Duration;
}

/** A column of the aggregate. */
export interface AggregateColumn {
  readonly name: string;
  /** An aggregate over columns of the source; for one that reads a table. */
  readonly fromRows: string;
  /** The same from the columns of a finer aggregate with the same column names. */
  readonly fromFiner: string;
}

/** A column of the reading view, from the columns of the aggregate. */
export interface ViewColumn {
  readonly name: string;
  readonly expression: string;
}

/** A roll-up. Names are those of the database. */
export interface ContinuousAggregateDeclaration {
  readonly name: string;
  /** The hypertable at the bottom. */
  readonly table: string;
  readonly timeColumn: string;
  /** Restricts the rows of the table; SQL. */
  readonly where?: string;
  /** The finer aggregate it is made from; undefined where it reads the table itself. */
  readonly finer?: string;
  readonly bucket: Duration;
  readonly groupBy: readonly string[];
  readonly columns: readonly AggregateColumn[];
  /** The view callers read: what was grouped by, the bucket as `time`, then `viewColumns`. */
  readonly view: string;
  readonly viewColumns: readonly ViewColumn[];
  readonly refresh: RefreshWindow;
  readonly columnstore?: Columnstore;
  readonly retention?: Retention;
}

/** Name of the bucket column of every aggregate. */
export const bucketColumn = "bucket";

/** The order in which a candle's segments are stored. */
export const byBucket: readonly ColumnOrder[] = [{ column: bucketColumn, direction: "asc" }];
