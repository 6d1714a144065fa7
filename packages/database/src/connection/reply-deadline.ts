// How long a session waits for the answer to one statement: the only limit that notices a network that went silent. Not the server's
// own limits (client-config.ts), not the watching of a COPY (../copy/copy-in-stream.ts).
// pg has such a limit, `query_timeout`, and makes a timer and two closures of it for every statement. What they hold outlives V8's young
// generation, results of statements included, and cleaning that up took 10 to 17 ms at a time. Measured (Node 26.10, 20 callers, 100 orders
// of 18 columns): 11,300 calls in 6 s with it, 16,200 without. So each session has one timer, which every statement winds up anew.
// Invariant: one statement at a time, as in a session; an idle session's timer keeps no process alive.

import { TimeoutError } from "../errors/database-error.ts";

/** The limit of one session. */
export class ReplyDeadline {
  readonly #milliseconds: number;
  #timer: NodeJS.Timeout | undefined;
  #giveUp: ((error: TimeoutError) => void) | undefined;

  /** @param milliseconds 0 is no limit */
  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  /**
   * Waits for an answer. What comes after the deadline is dropped: the connection is stuck in a statement nobody waits for.
   * @throws {TimeoutError} there was none in time
   * @throws what `work` throws
   */
  async hold<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#milliseconds === 0) return work();
    const answer = Promise.withResolvers<Result>();
    this.#giveUp = answer.reject;
    this.#timer?.refresh();
    this.#timer ??= setTimeout(() => {
      this.#giveUp?.(
        new TimeoutError(
          `The server did not answer within ${this.#milliseconds / 1000} s; the connection is not used again.`,
        ),
      );
    }, this.#milliseconds).unref();
    try {
      work().then(answer.resolve, answer.reject);
      return await answer.promise;
    } finally {
      this.#giveUp = undefined;
    }
  }
}
