// A socket that reads into one buffer of its own, over and over. Node otherwise allocates 64 kB outside of the heap for each read and gives the
// rest of it back; V8 counts what is kept, and marks the whole heap after some ten megabytes of it.
// Invariant: what is lent is read before the listener returns; whoever only listens to "data" gets a copy of its own.
import type { EventEmitter } from "node:events";
import { Socket } from "node:net";

/** As much as libuv reads at once. */
const BUFFER_BYTES = 65_536;

/** Takes bytes that are overwritten once it has returned. */
export type Borrower = (bytes: Buffer) => void;

/** A socket of a connection without TLS. */
export class LendingSocket extends Socket {
  /** Gets the bytes instead of the listeners to "data" ({@link divert}). */
  borrower: Borrower | undefined;

  constructor() {
    const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
    super({
      onread: {
        buffer,
        callback: (length) => {
          const bytes = buffer.subarray(0, length);
          if (this.borrower === undefined) this.emit("data", Buffer.from(bytes));
          else this.borrower(bytes);
          return true;
        },
      },
    });
  }
}

/** Has the bytes of a stream go to one taker alone. @returns what gives them back to the listeners to "data" */
export function divert(stream: EventEmitter, take: Borrower): () => void {
  if (stream instanceof LendingSocket) {
    stream.borrower = take;
    return () => {
      stream.borrower = undefined;
    };
  }
  const listeners = stream.listeners("data");
  stream.on("data", take);
  for (const listener of listeners) stream.off("data", listener as Borrower);
  return () => {
    stream.off("data", take);
    for (const listener of listeners) stream.on("data", listener as Borrower);
  };
}
