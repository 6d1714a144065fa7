// The way a backend logs: what it takes, what it promises, and how it is made. How it keeps the promise is buffered-log-writer.ts.
// Invariant: nothing here throws because of a record or of the server; it is told by callbacks and counts.
import type { Queryable } from "@app/database";
import { BufferedLogWriter } from "./buffered-log-writer.ts";
import type { LogEntry } from "./log-record.ts";
import type { LogWriterOptions } from "./log-writer-options.ts";

/** What became of the records so far. */
export interface LogWriterStatistics {
  /** Known to be stored. */
  readonly written: number;
  readonly dropped: number;
  readonly rejected: number;
  /** In memory, those being stored included. */
  readonly buffered: number;
  /** Estimate from above, see `maxBufferedBytes`. */
  readonly bufferedBytes: number;
  /** Attempts that failed and were made again. */
  readonly retries: number;
}

/** A buffered writer of log records. */
export interface LogWriter extends AsyncDisposable {
  readonly statistics: LogWriterStatistics;
  /**
   * Takes a record; never throws. What the table could not hold is mended: texts are cut at their limits, NUL characters and
   * lone surrogates become U+FFFD, misfits (a negative duration, an id that is none) move into the context.
   * @returns with overflow `wait`, while the buffer is full, a promise to await before the next record; else nothing
   */
  write(entry: LogEntry): Promise<void> | undefined;
  /** Stores what was written so far; returns once each of these records is stored, dropped or rejected. */
  flush(): Promise<void>;
  /**
   * Takes no more, stores what there is, and returns; after `timeoutMilliseconds` what is left counts as dropped.
   * A batch under way then is buffered until its end shows. The database stays open. @defaultValue 10 000
   */
  close(timeoutMilliseconds?: number): Promise<void>;
}

/**
 * Makes a writer that stores in batches over one connection of the pool at a time. Give it a database of its own with
 * `poolSize: 1` where logging must not take a connection from trading.
 *
 * @example
 * await using logs = createLogWriter(database, { onRejected: (record, error) => console.error(error.message) });
 * logs.write({ level: "info", component: "order-router", message: "order routed", context: { orderId } });
 *
 * @throws {InvalidInputError} naming the option
 */
export function createLogWriter(database: Queryable, options: LogWriterOptions = {}): LogWriter {
  return new BufferedLogWriter(database, options);
}
