// As many calls as so many connections can make, each waiting for the one before: what the server and this client can do at
// most. Not a measurement of latency: a call that waits for its turn is not counted as waiting (coordinated omission).
import { performance } from "node:perf_hooks";
import { Bench } from "tinybench";
import { measureThreadShare } from "./thread-share.ts";

/** What was reached. */
export interface Saturation {
  /** Calls a second. */
  readonly rate: number;
  readonly calls: number;
  /** Share of a core that this client's thread took, 0 to 1; near 1 it was the client that was measured. */
  readonly clientShare: number;
}

/** @returns what `workers` callers reach within `milliseconds` */
export async function saturate(
  call: () => Promise<unknown>,
  { workers, milliseconds }: { readonly workers: number; readonly milliseconds: number },
): Promise<Saturation> {
  const bench = new Bench({
    time: milliseconds,
    iterations: 0,
    warmup: false,
    throws: true,
    concurrency: "task",
    threshold: workers,
  });
  let calls = 0;
  bench.add(
    "closed loop",
    async () => {
      await call();
      calls += 1;
    },
    { async: true },
  );
  const clientShare = measureThreadShare();
  const begun = performance.now();
  await bench.run();
  const seconds = (performance.now() - begun) / 1_000;
  return {
    rate: calls / seconds,
    calls,
    clientShare: clientShare(),
  };
}
