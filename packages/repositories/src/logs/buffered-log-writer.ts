// The writer of logs: records go into a bounded buffer, and one connection at a time stores them in batches.
// Invariant: a record is stored once, or counted as dropped or rejected; memory is bounded, whatever callers do.
import { AsyncLocalStorage } from "node:async_hooks";
import type { Queryable } from "@app/database";
import { createLogRecordCleaner, type LogRecordCleaner } from "./cleaned-log-record.ts";
import { LogBuffer, weighLogRow } from "./log-buffer.ts";
import type { LogEntry, LogRow } from "./log-record.ts";
import type { LogWriter, LogWriterStatistics } from "./log-writer.ts";
import {
  type DecidedLogWriterOptions,
  decideLogWriterOptions,
  type DropReason,
  type LogWriterOptions,
} from "./log-writer-options.ts";
import { storeBatch } from "./store-batch.ts";

const DEFAULT_CLOSE_MILLISECONDS = 10_000;

/** How many times the bounds a buffer that is waited for may hold, before records are dropped that nobody waited with. */
const PATIENCE = 2;

/** Stores in batches, over one connection at a time. */
export class BufferedLogWriter implements LogWriter {
  readonly #database: Queryable;
  readonly #options: DecidedLogWriterOptions;
  readonly #clean: LogRecordCleaner = createLogRecordCleaner();
  readonly #buffer = new LogBuffer();
  /**
   * Storing belongs to no caller: a trace would count a batch of everybody's records to whoever wrote last. It runs in the
   * context the writer was made in.
   */
  readonly #outside = AsyncLocalStorage.snapshot();
  readonly #abandoned = new AbortController();
  readonly #flushes = new Set<{ readonly turn: number; readonly done: () => void }>();
  #inFlight: { readonly turn: number; records: number; bytes: number } | undefined;
  #room: PromiseWithResolvers<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStoring = false;
  #closing: Promise<void> | undefined;
  #gap: { records: number; readonly since: Temporal.Instant; until: Temporal.Instant } | undefined;
  #written = 0;
  #dropped = 0;
  #rejected = 0;
  #retries = 0;

  constructor(database: Queryable, options: LogWriterOptions) {
    this.#database = database;
    this.#options = decideLogWriterOptions(options);
  }

  get statistics(): LogWriterStatistics {
    return {
      written: this.#written,
      dropped: this.#dropped,
      rejected: this.#rejected,
      buffered: this.#records,
      bufferedBytes: this.#bytes,
      retries: this.#retries,
    };
  }

  write(entry: LogEntry): Promise<void> | undefined {
    const row = this.#prepare(entry);
    if (this.#closing !== undefined) {
      this.#drop(row, "closed");
      return undefined;
    }
    if (this.#makeRoom(row)) this.#add(row);
    return this.#options.overflow === "wait" && !this.#fits(1, 0, 1) ? this.#whenRoom() : undefined;
  }

  async flush(): Promise<void> {
    const turn = this.#buffer.nextTurn;
    if (this.#unsettledTurn >= turn) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#flushes.add({ turn, done: resolve });
    this.#store();
    await promise;
  }

  async close(timeoutMilliseconds: number = DEFAULT_CLOSE_MILLISECONDS): Promise<void> {
    this.#closing ??= this.#close(timeoutMilliseconds);
    await this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(timeoutMilliseconds: number): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const deadline = setTimeout(resolve, Math.max(0, timeoutMilliseconds));
    await Promise.race([this.flush(), late]);
    clearTimeout(deadline);
    clearTimeout(this.#timer);
    this.#abandoned.abort();
    for (const row of this.#buffer.take(Number.MAX_SAFE_INTEGER)) this.#drop(row, "closed");
    this.#settle();
  }

  get #records(): number {
    return this.#buffer.records + (this.#inFlight?.records ?? 0);
  }

  get #bytes(): number {
    return this.#buffer.bytes + (this.#inFlight?.bytes ?? 0);
  }

  /** Turn of the oldest record that is neither stored nor given up. */
  get #unsettledTurn(): number {
    return this.#inFlight?.turn ?? this.#buffer.headTurn;
  }

  #prepare(entry: LogEntry): LogRow {
    try {
      return this.#clean(entry);
    } catch (error) {
      // A getter that throws, a proxy that was revoked: that there was a record is worth a record.
      return this.#clean({
        level: "error",
        component: "log-writer",
        message: "A log record could not be read.",
        error,
      });
    }
  }

  #fits(records: number, bytes: number, patience: number): boolean {
    const { maxBufferedRecords, maxBufferedBytes } = this.#options;
    return (
      this.#records + records <= maxBufferedRecords * patience &&
      this.#bytes + bytes <= maxBufferedBytes * patience
    );
  }

  /** @returns false where the record was dropped instead */
  #makeRoom(row: LogRow): boolean {
    const bytes = weighLogRow(row);
    const patience = this.#options.overflow === "wait" ? PATIENCE : 1;
    while (!this.#fits(1, bytes, patience)) {
      const [oldest] = this.#options.overflow === "drop-oldest" ? this.#buffer.take(1) : [];
      this.#dropForRoom(oldest ?? row);
      if (oldest === undefined) return false;
    }
    return true;
  }

  #add(row: LogRow): void {
    this.#buffer.push(row);
    if (this.#buffer.records >= this.#options.batchSize) this.#store();
    else {
      this.#timer ??= setTimeout(() => {
        this.#store();
      }, this.#options.flushIntervalMilliseconds);
    }
  }

  #whenRoom(): Promise<void> {
    this.#room ??= Promise.withResolvers();
    return this.#room.promise;
  }

  /** Begins to store what there is, unless that is under way. */
  #store(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isStoring) return;
    this.#isStoring = true;
    void this.#outside(() => this.#storeAll());
  }

  async #storeAll(): Promise<void> {
    while (this.#buffer.records > 0) {
      const turn = this.#buffer.headTurn;
      const bytesBefore = this.#buffer.bytes;
      const rows = this.#buffer.take(this.#options.batchSize);
      this.#inFlight = { turn, records: rows.length, bytes: bytesBefore - this.#buffer.bytes };
      await storeBatch(this.#database, rows, {
        abandoned: this.#abandoned.signal,
        stored: (records) => {
          this.#written += records;
          this.#reportGap();
        },
        refused: (row, error) => {
          this.#rejected += 1;
          tell(() => this.#options.onRejected?.(row, error));
        },
        givenUp: (left) => {
          for (const row of left) this.#drop(row, "closed");
        },
        repeated: (error, attempt, delay) => {
          this.#retries += 1;
          tell(() => this.#options.onRetry?.(error, attempt, delay));
        },
      });
      this.#inFlight = undefined;
      this.#settle();
    }
    this.#isStoring = false;
  }

  /** Lets those go on who wait for room or for their records. */
  #settle(): void {
    for (const flush of this.#flushes) {
      if (this.#unsettledTurn < flush.turn && !this.#abandoned.signal.aborted) continue;
      this.#flushes.delete(flush);
      flush.done();
    }
    if (this.#room === undefined || !(this.#fits(1, 0, 1) || this.#abandoned.signal.aborted)) return;
    this.#room.resolve();
    this.#room = undefined;
  }

  #drop(row: LogRow, reason: DropReason): void {
    this.#dropped += 1;
    tell(() => this.#options.onDropped?.(row, reason));
  }

  #dropForRoom(row: LogRow): void {
    this.#gap ??= { records: 0, since: row.loggedAt, until: row.loggedAt };
    this.#gap.records += 1;
    this.#gap.until = row.loggedAt;
    this.#drop(row, "overflow");
  }

  /** Once the server takes records again, the log itself says what it lacks. */
  #reportGap(): void {
    if (this.#gap === undefined) return;
    const { records, since, until } = this.#gap;
    this.#gap = undefined;
    const row = this.#clean({
      level: "warn",
      component: "log-writer",
      message: `${records} log records were dropped, because the buffer was full.`,
      context: { records, since: since.toString(), until: until.toString() },
    });
    this.#buffer.push(row);
  }
}

/** A callback that throws must not stop the log. */
function tell(call: () => void): void {
  try {
    call();
  } catch {
    // Nobody is left to tell.
  }
}
