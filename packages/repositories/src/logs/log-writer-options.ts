// What a buffered log writer can be told, and what is refused. Not the writer (log-writer.ts).
import type { DatabaseError } from "@app/database";
import { choice } from "../input/choice-field.ts";
import { type FieldNames, knownOptions } from "../input/known-fields.ts";
import { wholeNumber } from "../input/number-field.ts";
import type { LogRow } from "./log-record.ts";

const overflows = ["wait", "drop-oldest", "drop-newest"] as const;

/** What happens to records while the buffer is full. */
export type LogOverflow = (typeof overflows)[number];

/** Why a record was dropped. */
export type DropReason = "overflow" | "closed";

/** How a writer buffers, and whom it tells. */
export interface LogWriterOptions {
  /** Records of one statement, 1 to 10,000. @defaultValue 1000 */
  readonly batchSize?: number | undefined;
  /** Milliseconds a record waits for others at most, 1 to 60,000. @defaultValue 500 */
  readonly flushIntervalMilliseconds?: number | undefined;
  /** Records held at most, those being stored included. At least the batch size. @defaultValue 20 000 */
  readonly maxBufferedRecords?: number | undefined;
  /** Bytes held at most, estimated from above at two per character; 4 MiB to 4 GiB. @defaultValue 33 554 432 (32 MiB) */
  readonly maxBufferedBytes?: number | undefined;
  /**
   * `wait`: `write` returns a promise to await, and past twice the bounds drops what comes, should nobody wait.
   * `drop-oldest`: what came first goes, `drop-newest`: what comes does not go in.
   * @defaultValue "drop-oldest": a backend that trades must not wait for its log
   */
  readonly overflow?: LogOverflow | undefined;
  /** Called for each record that was dropped. What it throws is ignored. */
  readonly onDropped?: ((record: LogRow, reason: DropReason) => void) | undefined;
  /** Called for each record the server refused. What it throws is ignored. */
  readonly onRejected?: ((record: LogRow, error: DatabaseError) => void) | undefined;
  /** Called for each attempt that failed and is made again. What it throws is ignored. */
  readonly onRetry?: ((error: DatabaseError, attempt: number, delayMilliseconds: number) => void) | undefined;
}

/** Options with everything decided. */
export interface DecidedLogWriterOptions extends LogWriterOptions {
  readonly batchSize: number;
  readonly flushIntervalMilliseconds: number;
  readonly maxBufferedRecords: number;
  readonly maxBufferedBytes: number;
  readonly overflow: LogOverflow;
}

const optionFields: FieldNames<LogWriterOptions> = {
  batchSize: true,
  flushIntervalMilliseconds: true,
  maxBufferedRecords: true,
  maxBufferedBytes: true,
  overflow: true,
  onDropped: true,
  onRejected: true,
  onRetry: true,
};

const MEBIBYTE = 1_048_576;

/** @throws {InvalidInputError} naming the option */
export function decideLogWriterOptions(options: LogWriterOptions): DecidedLogWriterOptions {
  knownOptions("options", options, optionFields);
  const batchSize = wholeNumber("batchSize", options.batchSize ?? 1_000, 1, 10_000);
  return {
    ...options,
    batchSize,
    flushIntervalMilliseconds: wholeNumber(
      "flushIntervalMilliseconds",
      options.flushIntervalMilliseconds ?? 500,
      1,
      60_000,
    ),
    maxBufferedRecords: wholeNumber(
      "maxBufferedRecords",
      options.maxBufferedRecords ?? Math.max(20_000, batchSize),
      batchSize,
      10_000_000,
    ),
    maxBufferedBytes: wholeNumber(
      "maxBufferedBytes",
      options.maxBufferedBytes ?? 32 * MEBIBYTE,
      4 * MEBIBYTE,
      4_096 * MEBIBYTE,
    ),
    overflow: choice("overflow", options.overflow ?? "drop-oldest", overflows),
  };
}
