// Counts what is under way, and waits until nothing is. Invariant: the wait has a deadline.

/** A count of things that begin and end. */
export class UnderWay {
  #count = 0;
  #whenNone: (() => void) | undefined;

  begin(): void {
    this.#count += 1;
  }

  end(): void {
    this.#count -= 1;
    if (this.#count === 0) this.#whenNone?.();
  }

  /** Waits until nothing is under way, at most for so long. */
  async none(milliseconds: number): Promise<void> {
    if (this.#count === 0) return;
    const none = Promise.withResolvers<void>();
    this.#whenNone = none.resolve;
    const deadline = setTimeout(none.resolve, milliseconds);
    await none.promise;
    clearTimeout(deadline);
  }
}
