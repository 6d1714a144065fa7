// The records a writer has not stored yet, in the order they were written. Not the decision what to do when it is full.
// Invariant: first in, first out; records leave by being taken or dropped, and each has the number of its turn.
import type { LogRow } from "./log-record.ts";

/** What a record takes beside its texts: the object, its time, its id. */
const BYTES_PER_RECORD = 400;

/** Memory a record takes, from above: two bytes a character. */
export function weighLogRow(row: LogRow): number {
  const characters =
    row.message.length +
    row.component.length +
    (row.context?.length ?? 0) +
    (row.errorStack?.length ?? 0) +
    (row.errorName?.length ?? 0) +
    (row.correlationId?.length ?? 0) +
    (row.host?.length ?? 0) +
    (row.processId?.length ?? 0);
  return BYTES_PER_RECORD + 2 * characters;
}

/** A queue of records that knows its weight. */
export class LogBuffer {
  #rows: LogRow[] = [];
  #head = 0;
  #headTurn = 0;
  #bytes = 0;

  get records(): number {
    return this.#rows.length - this.#head;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Turn of the oldest record, counted from 0; that of the next one to come while it is empty. */
  get headTurn(): number {
    return this.#headTurn;
  }

  /** Turn of the next record to come. */
  get nextTurn(): number {
    return this.#headTurn + this.records;
  }

  push(row: LogRow): void {
    this.#rows.push(row);
    this.#bytes += weighLogRow(row);
  }

  /** Takes out the oldest records, up to `most`. */
  take(most: number): LogRow[] {
    const taken = this.#rows.slice(this.#head, this.#head + most);
    this.#head += taken.length;
    this.#headTurn += taken.length;
    for (const row of taken) this.#bytes -= weighLogRow(row);
    // What was taken is let go of now and then, so that neither memory nor moving it costs much.
    if (this.#head > 1_000 && this.#head * 2 > this.#rows.length) {
      this.#rows = this.#rows.slice(this.#head);
      this.#head = 0;
    }
    return taken;
  }
}
