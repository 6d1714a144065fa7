// What a database shows of time series: hypertables, their settings and jobs, and continuous aggregates, as plain data
// with the same shapes on every edition. Not the reading of it (read-live-state.ts).

/** A length of time as PostgreSQL keeps it: months, and microseconds with a day as 24 hours. */
export interface Interval {
  readonly months: number;
  readonly microseconds: number;
}

export interface LiveColumnOrder {
  readonly column: string;
  readonly direction: "asc" | "desc";
}

/** Columnar storage as it is set for chunks to come. */
export interface LiveColumnstore {
  readonly segmentBy: readonly string[];
  readonly orderBy: readonly LiveColumnOrder[];
  /** Only those somebody asked for, not those that come with the order; null where the server chooses for each chunk. */
  readonly sparseIndexes: readonly { readonly kind: string; readonly column: string }[] | null;
  readonly rollUpChunksTo: Interval | null;
}

/** A background job. */
export interface LiveJob {
  readonly id: number;
  /** Schema and name of what it calls. */
  readonly procedure: string;
  readonly scheduled: boolean;
  readonly scheduleInterval: Interval;
  readonly config: Readonly<Record<string, unknown>>;
  /** Intervals in `config`, by key. */
  readonly intervals: Readonly<Record<string, Interval>>;
  readonly consecutiveFailures: number;
  /** Text of the last failure when the last run failed. */
  readonly lastError: string | null;
}

export interface LiveHypertable {
  readonly table: string;
  readonly timeColumn: string;
  readonly chunkInterval: Interval;
  readonly chunks: number;
  readonly columnstore: LiveColumnstore | null;
  readonly jobs: readonly LiveJob[];
}

export interface LiveAggregate {
  readonly name: string;
  readonly materializedOnly: boolean;
  /** The server's own text of its query, as it stands in the catalogue. */
  readonly definition: string;
  readonly columnstore: LiveColumnstore | null;
  readonly jobs: readonly LiveJob[];
}

/** An ordinary table that is declared a hypertable, as far as its conversion cares. */
export interface LiveTable {
  readonly table: string;
  readonly hasRows: boolean;
}

export interface LiveView {
  readonly name: string;
  readonly definition: string;
}

export interface LiveState {
  readonly hypertables: readonly LiveHypertable[];
  readonly aggregates: readonly LiveAggregate[];
  /** Ordinary tables among those asked for. */
  readonly tables: readonly LiveTable[];
  /** Ordinary views among those asked for. */
  readonly views: readonly LiveView[];
}
