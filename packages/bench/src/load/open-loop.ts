// Calls at a constant rate, whatever becomes of the calls before: each latency counts from the moment its call was meant to begin, so
// that one slow call is also seen by those that had to wait behind it. A closed loop leaves those out: Gil Tene's "coordinated omission"
// (How NOT to Measure Latency, 2013); the rule is that of his wrk2 (https://github.com/giltene/wrk2).
// Invariant: a call that this client sent late is as late as if the server had been late.
import { performance } from "node:perf_hooks";
import { Bench } from "tinybench";
import { createMetronome } from "./metronome.ts";
import { measureThreadShare } from "./thread-share.ts";

/** How much load. */
export interface Rate {
  /** Calls a second. */
  readonly rate: number;
  readonly calls: number;
}

/** What a load met. */
export interface OpenLoop {
  readonly intendedRate: number;
  /** Calls a second from the first intended start to the last end; much below the intended rate the server fell behind. */
  readonly achievedRate: number;
  /** Milliseconds of each call, by its place in the order of intended starts. */
  readonly latencies: Float64Array;
  /** Milliseconds after its intended start at which this client sent each call; part of its latency. */
  readonly lateness: Float64Array;
  /** Share of a core that this client's thread took, 0 to 1. */
  readonly clientShare: number;
}

/**
 * Calls that wait for their moment or for their answer, at most. A call beyond them is sent when another ends, which counts as its lateness. All
 * of a load's calls waiting from the beginning would be tens of thousands of closures that V8 looks through with every clean-up.
 */
const UNDER_WAY = 1_000;

/** Runs call 0, 1, 2, ... each at its own moment. @throws what a call throws */
export async function runOpenLoop(
  call: (place: number) => Promise<unknown>,
  { rate, calls }: Rate,
): Promise<OpenLoop> {
  const gap = 1_000 / rate;
  const underWay = Math.min(calls, UNDER_WAY);
  const latencies = new Float64Array(calls).fill(Number.NaN);
  const lateness = new Float64Array(calls).fill(Number.NaN);
  const bench = new Bench({
    time: 0,
    iterations: calls,
    warmup: false,
    throws: true,
    concurrency: "task",
    threshold: underWay,
  });
  let clientShare = measureThreadShare();
  await using metronome = await createMetronome(gap, calls);
  let next = 0;
  let begin = Number.NaN;
  let end = Number.NaN;
  bench.add(
    "open loop",
    async () => {
      const place = next;
      next += 1;
      // tinybench takes its time to begin a thousand calls, which must not be the first ones' lateness: all wait for the last.
      if (next === underWay) {
        clientShare = measureThreadShare();
        metronome.start();
      }
      const intended = await metronome.beat(place);
      if (place === 0) begin = intended;
      lateness[place] = performance.now() - intended;
      await call(place);
      end = performance.now();
      const latency = end - intended;
      latencies[place] = latency;
      return { overriddenDuration: latency };
    },
    { async: true },
  );
  await bench.run();
  return {
    intendedRate: rate,
    achievedRate: calls / ((end - begin) / 1_000),
    latencies,
    lateness,
    clientShare: clientShare(),
  };
}
