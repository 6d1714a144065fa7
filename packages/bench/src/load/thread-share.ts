// How much of a core the thread that asks takes. Not the utilization of its event loop, which counts as work what a thread waits for a core.
import { performance } from "node:perf_hooks";

/** Begins to measure. @returns a function that says which share of one core this thread has used since, 0 to 1 */
export function measureThreadShare(): () => number {
  const before = process.threadCpuUsage();
  const begun = performance.now();
  return () => {
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000 / (performance.now() - begun);
  };
}
