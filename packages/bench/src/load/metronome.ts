// Beats at a constant rate, exact to about a tenth of a millisecond: timers of the event loop would make every second call of 900 a
// second half a millisecond late, and the slowest of twenty a whole one, which is a fifth of the strictest bound.
import { performance } from "node:perf_hooks";
import { Worker } from "node:worker_threads";

/** Instead of a number of beats: the thread waits to be started. */
export const READY = -1;

/** Instead of a number of beats: the thread has not come so far yet. */
const LOADING = -2;

/** What the thread is given. */
export interface Beats {
  /** One number that both threads see: the beats that have passed, or that none is due yet. */
  readonly passed: Int32Array<SharedArrayBuffer>;
  /** One number: when the first beat is, in milliseconds of the clock that all threads share (`process.hrtime`). */
  readonly begin: Float64Array<SharedArrayBuffer>;
  /** Milliseconds between beats. */
  readonly gap: number;
  readonly beats: number;
}

/** Beats 0, 1, 2, ... of which each has its moment. */
export interface Metronome extends AsyncDisposable {
  /** The first beat is now. */
  start(): void;
  /** Resolves with the moment of a beat (milliseconds, as `performance.now()`), when it has come: at once where it has passed. */
  beat(place: number): Promise<number>;
}

/** @returns a metronome that waits to be started. @throws {Error} where its thread cannot be started, or dies */
export async function createMetronome(gap: number, beats: number): Promise<Metronome> {
  const passed = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)).fill(LOADING);
  const sharedBegin = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));
  const waiting = new Map<number, PromiseWithResolvers<number>>();
  const workerData: Beats = { passed, begin: sharedBegin, gap, beats };
  const thread = new Worker(new URL("metronome-thread.ts", import.meta.url), { workerData });
  let begin = Number.NaN;
  let seen = 0;
  let end: Error | undefined;
  const listen = async (): Promise<void> => {
    while (seen < beats) {
      const change = Atomics.waitAsync(passed, 0, seen);
      if (change.async) await change.value;
      if (end !== undefined) return;
      for (const now = Atomics.load(passed, 0); seen < now; seen += 1) {
        waiting.get(seen)?.resolve(begin + seen * gap);
        waiting.delete(seen);
      }
    }
  };
  const ready = Atomics.waitAsync(passed, 0, LOADING);
  const death = Promise.withResolvers<never>();
  const die = (error: Error): void => {
    end ??= error;
    death.reject(error);
    for (const beat of waiting.values()) beat.reject(error);
    waiting.clear();
    Atomics.notify(passed, 0);
  };
  thread.once("error", die);
  thread.once("exit", () => {
    if (Atomics.load(passed, 0) < beats)
      die(new Error("The thread of the metronome has ended before its last beat."));
  });
  await Promise.race([ready.value, death.promise]);
  return {
    start() {
      // Both clocks are read within a twentieth of a millisecond, or once more: what lies between would be in every latency.
      do {
        begin = performance.now();
        sharedBegin[0] = Number(process.hrtime.bigint()) / 1e6;
      } while (performance.now() - begin > 0.05);
      Atomics.store(passed, 0, 0);
      Atomics.notify(passed, 0);
      void listen();
    },
    beat(place) {
      if (place < seen) return Promise.resolve(begin + place * gap);
      if (end !== undefined) return Promise.reject(end);
      const beat = Promise.withResolvers<number>();
      waiting.set(place, beat);
      return beat.promise;
    },
    async [Symbol.asyncDispose]() {
      await thread.terminate();
    },
  };
}
