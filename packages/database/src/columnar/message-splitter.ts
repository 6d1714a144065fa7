// Cuts the bytes of a connection into the messages of PostgreSQL's protocol, in place where it can.
// Not their meaning. Source: "Message Formats" of the PostgreSQL documentation. Invariant: every byte goes out once, in order.

import { UnavailableError } from "../errors/database-error.ts";

/** Type byte and length. */
export const messageHeaderBytes = 5;

/** Kinds a server may send; another one means that these bytes do not begin where a message does. */
const knownTypes: ReadonlySet<number> = new Set(Buffer.from("123ACDEGHIKNRSTVWZcdnstv"));

/** Longest message: the server refuses to make a longer value. */
const longestMessage = 2 ** 30 + 1024;

/** Told of each message: its type, and where in `bytes` it begins and ends; the bytes may be overwritten once it has returned. */
export type OnMessage = (type: number, bytes: Buffer, start: number, end: number) => void;

/** Splits chunks of any size into whole messages. */
export class MessageSplitter {
  readonly #onMessage: OnMessage;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #wantedBytes = 0;

  constructor(onMessage: OnMessage) {
    this.#onMessage = onMessage;
  }

  /** Keeps none of the chunk, only copies. @throws {UnavailableError} for bytes that are no messages; the connection is of no use then */
  take(chunk: Buffer): void {
    this.#pendingBytes += chunk.length;
    // A message of megabytes is put together once, not once per chunk of it.
    if (this.#pendingBytes < this.#wantedBytes) {
      this.#pending.push(Buffer.from(chunk));
      return;
    }
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([...this.#pending, chunk]);
    let at = 0;
    let wanted = messageHeaderBytes;
    while (at + messageHeaderBytes <= bytes.length) {
      const type = bytes[at] ?? 0;
      const length = bytes.readInt32BE(at + 1);
      if (!knownTypes.has(type) || length < 4 || length > longestMessage) throw outOfStep();
      const end = at + 1 + length;
      if (end > bytes.length) {
        wanted = end - at;
        break;
      }
      this.#onMessage(type, bytes, at, end);
      at = end;
    }
    const rest = bytes.length - at;
    this.#pending = rest === 0 ? [] : [Buffer.from(bytes.subarray(at))];
    this.#pendingBytes = rest;
    this.#wantedBytes = wanted;
  }

  /** Gives up what is here of a message that is not whole yet, for whoever takes the bytes from now on. */
  release(): Buffer {
    const rest = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    return rest;
  }
}

function outOfStep(): UnavailableError {
  return new UnavailableError(
    "The server sent what is no message of PostgreSQL's protocol; the connection was cut.",
  );
}
