// Measures several ways to one result side by side: in every round each way has its turn, and the order turns around from
// round to round, so that a machine that grows slower, or a cache that grows warmer, falls on all of them alike.
// tinybench takes the samples of one turn. It has no rounds: its own comparison runs one task to its end before the next, and
// its statistics are of one task at a time, without a 95th percentile and without a ratio; so rounds and ratios are made here.
import { Bench } from "tinybench";

/** One way to a result. */
export interface Way {
  readonly name: string;
  readonly run: () => Promise<unknown>;
  /** Undoes what a call did, outside of the measured time. */
  readonly before?: (() => Promise<void>) | undefined;
}

/** How often. */
export interface Repetition {
  readonly rounds: number;
  /** Calls of a way in one round, one after the other. */
  readonly calls: number;
  /** Calls of each way before the first round; not measured. */
  readonly warmUpCalls: number;
}

/** Milliseconds of each call, round by round. */
export interface Sampled {
  readonly name: string;
  readonly rounds: readonly (readonly number[])[];
}

/** @returns samples of each way, in the order they were given */
export async function measureInterleaved(
  ways: readonly Way[],
  { rounds, calls, warmUpCalls }: Repetition,
): Promise<readonly Sampled[]> {
  if (warmUpCalls > 0) await runRound(ways, warmUpCalls);
  const sampled = ways.map(({ name }) => ({ name, rounds: [] as (readonly number[])[] }));
  for (let round = 0; round < rounds; round += 1) {
    const turns = await runRound(round % 2 === 0 ? ways : ways.toReversed(), calls);
    for (const { name, rounds: taken } of sampled) taken.push(turns.get(name) ?? []);
  }
  return sampled;
}

async function runRound(
  ways: readonly Way[],
  calls: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const bench = new Bench({ time: 0, iterations: calls, warmup: false, retainSamples: true, throws: true });
  for (const { name, run, before } of ways) {
    bench.add(name, run, { async: true, ...(before === undefined ? {} : { beforeEach: before }) });
  }
  await bench.run();
  return new Map(
    bench.tasks.map(({ name, result }) => [
      name,
      result.state === "completed" ? [...(result.latency.samples ?? [])] : [],
    ]),
  );
}
