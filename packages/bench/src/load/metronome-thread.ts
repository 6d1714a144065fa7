// The thread of a metronome: tells the thread that measures, at each beat's moment, how many have passed. It sleeps in Atomics.wait, which is exact to
// some 50 microseconds; a timer of an event loop is to a millisecond.
import { workerData } from "node:worker_threads";
import { type Beats, READY } from "./metronome.ts";

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- metronome.ts starts this thread, with these
const { passed, begin, gap, beats } = workerData as Beats;

/** Milliseconds, of the clock that all threads of a process share. */
const clock = (): number => Number(process.hrtime.bigint()) / 1e6;

const sleeper = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
Atomics.store(passed, 0, READY);
Atomics.notify(passed, 0);
Atomics.wait(passed, 0, READY);
const momentOf = (beat: number): number => (begin[0] ?? 0) + beat * gap;
let count = 0;
while (count < beats) {
  Atomics.wait(sleeper, 0, 0, Math.max(0, momentOf(count) - clock()));
  const now = clock();
  while (count < beats && momentOf(count) <= now) count += 1;
  Atomics.store(passed, 0, count);
  Atomics.notify(passed, 0);
}
