// COPY ... FROM STDIN on the wire: hands finished CopyData messages to the socket and follows the server's answers.
// Not the encoding of rows. It stands in for a query inside pg's client (a "submittable"), as pg-copy-streams does; its own
// because that one cannot tell when a buffer may be reused, and crashes when the server refuses rows under back-pressure.
// Invariant: it settles exactly once, ended or failed, and never writes after that.

import { setImmediate } from "node:timers/promises";

import type { Connection, Submittable } from "pg";

import { type DatabaseError, TimeoutError, UsageError } from "../errors/database-error.ts";
import { toDatabaseError } from "../errors/to-database-error.ts";

/** Bytes at the front of a chunk for the CopyData message's type and length. */
export const chunkHeaderBytes = 5;

const copyDataType = 0x64;
/** CopyDone: type `c`, length 4. */
const copyDone = Buffer.from([0x63, 0, 0, 0, 4]);

/** Unsent bytes at which writers are asked to wait: enough to keep the socket busy, little enough to bound memory. */
const highWaterBytes = 1 << 20;

/**
 * Bytes after which the event loop gets a turn, about 20 ms of encoding: a server that keeps up would otherwise never let
 * this process see its refusal, or anything else it has to do.
 */
const turnBytes = 4 << 20;

/** CopyFail: type `f`, length, the reason with its end mark. */
function copyFail(reason: string): Buffer {
  const text = Buffer.from(`${reason.toWellFormed().replaceAll("\0", " ")}\0`);
  const message = Buffer.alloc(5 + text.length);
  message[0] = 0x66;
  message.writeUInt32BE(4 + text.length, 1);
  text.copy(message, 5);
  return message;
}

/** One COPY FROM STDIN in progress. */
export class CopyInStream implements Submittable {
  /** Replaced by tracing with one that also ends its span: OpenTelemetry knows no other end of what is given to pg. */
  callback: () => void = () => undefined;

  /** Read by tracing, which watches what pg is given. */
  readonly text: string;
  readonly #stallTimeoutMilliseconds: number;
  readonly #opened = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<number>();
  #connection: Connection | undefined;
  #drained: PromiseWithResolvers<void> | undefined;
  #failure: DatabaseError | undefined;
  #rows = 0;
  #bytesThisTurn = 0;

  constructor(text: string, stallTimeoutMilliseconds: number) {
    this.text = text;
    this.#stallTimeoutMilliseconds = stallTimeoutMilliseconds;
    // A failure nobody waits for at that moment is kept, and thrown by the next call.
    this.#opened.promise.catch(() => undefined);
    this.#ended.promise.catch(() => undefined);
  }

  /** Why the COPY failed, once it has. */
  get failure(): DatabaseError | undefined {
    return this.#failure;
  }

  /** Resolves when the server is ready for rows. */
  async opened(): Promise<void> {
    await this.#watch(this.#opened.promise);
  }

  /**
   * Sends one chunk, whose first five bytes are left free for the header.
   * @param onSent called when the bytes have left this process and the chunk may be reused
   * @returns a promise to wait for before the next chunk, when the socket is behind
   */
  write(chunk: Buffer, onSent: () => void): Promise<void> | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    const stream = this.#connection?.stream;
    if (stream === undefined) throw new UsageError("The COPY is not open.");
    chunk[0] = copyDataType;
    chunk.writeUInt32BE(chunk.length - 1, 1);
    const accepted = stream.write(chunk, onSent);
    this.#bytesThisTurn += chunk.length;
    if (!accepted && stream.writableLength >= highWaterBytes) return this.#whenDrained();
    if (this.#bytesThisTurn < turnBytes) return undefined;
    const turn = this.#nextTurn();
    turn.catch(() => undefined);
    return turn;
  }

  /** Tells the server that all rows are sent. @returns the number of rows it stored */
  async end(): Promise<number> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#connection?.stream.write(copyDone);
    return this.#watch(this.#ended.promise);
  }

  /** Has the server drop the rows sent so far; returns when it has. Harmless after a failure. */
  async abort(reason: string): Promise<void> {
    if (this.#failure !== undefined) return;
    this.#connection?.stream.write(copyFail(reason));
    await this.#watch(this.#ended.promise).catch(() => undefined);
  }

  async #watch<Result>(answer: Promise<Result>): Promise<Result> {
    if (this.#stallTimeoutMilliseconds === 0) return answer;
    const timer = setTimeout(() => {
      this.#giveUp();
    }, this.#stallTimeoutMilliseconds);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
    }
  }

  #giveUp(): void {
    this.#fail(
      new TimeoutError(
        `The server made no progress with the COPY for ${this.#stallTimeoutMilliseconds / 1000} s; the connection was cut.`,
      ),
    );
  }

  #whenDrained(): Promise<void> {
    this.#bytesThisTurn = 0;
    if (this.#drained === undefined) {
      const drained = Promise.withResolvers<void>();
      this.#drained = drained;
      this.#connection?.stream.once("drain", () => {
        this.#drained = undefined;
        drained.resolve();
      });
    }
    const waiting = this.#watch(this.#drained.promise);
    waiting.catch(() => undefined);
    return waiting;
  }

  async #nextTurn(): Promise<void> {
    this.#bytesThisTurn = 0;
    await setImmediate();
    if (this.#failure !== undefined) throw this.#failure;
  }

  #fail(error: DatabaseError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.callback();
    this.#opened.reject(error);
    this.#ended.reject(error);
    this.#drained?.reject(error);
    if (error instanceof TimeoutError && error.sqlState === undefined) this.#connection?.stream.destroy();
  }

  // What pg's client calls.

  submit(connection: Connection): void {
    this.#connection = connection;
    connection.query(this.text);
  }

  handleCopyInResponse(): void {
    this.#opened.resolve();
  }

  handleCommandComplete(message: { readonly text: string }): void {
    const rows = /^COPY (?<rows>\d+)$/u.exec(message.text)?.groups?.["rows"];
    if (rows !== undefined) this.#rows = Number(rows);
  }

  handleReadyForQuery(): void {
    this.callback();
    this.#ended.resolve(this.#rows);
  }

  handleError(error: unknown): void {
    this.#fail(toDatabaseError(error));
  }
}
