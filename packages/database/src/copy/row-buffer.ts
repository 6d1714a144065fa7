// The bytes of rows being encoded, in chunks that go to the socket and come back for reuse. Knows no types.
// Invariant: a chunk is sent only at a row boundary, so a row that fails half way can be taken back.

import { chunkHeaderBytes } from "./copy-in-stream.ts";

/** Largest payload of a fixed-width column with its length word: a uuid. */
const fixedColumnBytes = 20;

/** Chunks kept for reuse; with the socket's high-water mark more are never in flight for long. */
const maximumSpareChunks = 32;

/** A growing chunk of encoded rows. */
export class RowBuffer {
  /** Bytes of the chunk; its first five are the message header's. */
  bytes: Buffer;
  view: DataView;
  /** Where the next byte goes. */
  offset = chunkHeaderBytes;
  readonly #chunkBytes: number;
  readonly #rowSlack: number;
  readonly #spare: Buffer[] = [];
  #rowStart = chunkHeaderBytes;

  constructor(chunkBytes: number, columnCount: number) {
    this.#chunkBytes = chunkBytes;
    this.#rowSlack = 2 + columnCount * fixedColumnBytes;
    this.bytes = this.#newChunk();
    this.view = new DataView(this.bytes.buffer);
  }

  /** True when the chunk should be sent. */
  get isFull(): boolean {
    return this.offset >= this.#chunkBytes;
  }

  /** Adds bytes that belong to no row. */
  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.offset);
    this.offset += bytes.length;
  }

  /** Begins a row; there is room for all its columns of fixed width. */
  beginRow(): void {
    this.#rowStart = this.offset;
    this.reserve(0);
  }

  /** Takes back what was written since the row began. */
  dropRow(): void {
    this.offset = this.#rowStart;
  }

  /** Makes room for a value of this many bytes, and for the fixed-width columns that may follow it. */
  reserve(bytes: number): void {
    const needed = this.offset + bytes + this.#rowSlack;
    if (needed > this.bytes.length) this.#grow(needed);
  }

  /** Takes the filled part out and goes on in another chunk; give the chunk back with {@link recycle} once it is sent. */
  take(): Buffer {
    const filled = this.bytes.subarray(0, this.offset);
    this.#use(this.#spare.pop() ?? this.#newChunk());
    this.offset = chunkHeaderBytes;
    return filled;
  }

  /** Returns the chunk that {@link take} gave out. */
  recycle(filled: Buffer): void {
    const chunk = Buffer.from(filled.buffer);
    // A chunk that had to grow for one large row is not kept.
    if (chunk.length === this.#capacity && this.#spare.length < maximumSpareChunks) this.#spare.push(chunk);
  }

  get #capacity(): number {
    return this.#chunkBytes + this.#rowSlack * 2;
  }

  #newChunk(): Buffer {
    // Not from node's shared pool: the chunk owns its memory, so that offsets in it begin at 0.
    return Buffer.allocUnsafeSlow(this.#capacity);
  }

  #use(chunk: Buffer): void {
    this.bytes = chunk;
    this.view = new DataView(chunk.buffer);
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.offset);
    this.#use(larger);
  }
}
