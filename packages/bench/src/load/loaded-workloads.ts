// Load on several workloads at once: their calls take turns in one order that the draws determine, over as many connections as the pool
// has. First the capacity (closed loop), then half of it (open loop), whose latencies count. Not the judging of them.
// Invariant: every workload gets as many calls as every other, so none hides behind a fast one.
import type { Queryable } from "@app/database";
import { latencyOf } from "../measuring/finding.ts";
import { histogramOf } from "../measuring/latency-histogram.ts";
import { median } from "../measuring/quantile.ts";
import type { WorkloadResult } from "../results/bench-report.ts";
import type { Draw } from "../workloads/draw.ts";
import type { Workload } from "../workloads/workload.ts";
import { type Saturation, saturate } from "./closed-loop.ts";
import { type OpenLoop, runOpenLoop } from "./open-loop.ts";

/** How much load. */
export interface LoadPlan {
  readonly connections: number;
  readonly saturationSeconds: number;
  readonly loadSeconds: number;
  /**
   * Calls of each workload on each connection, about, before anything is measured. A session that has met a statement's chunks plans it in a
   * fifth of the time, and the sessions of a backend live long.
   */
  readonly warmUpCalls: number;
  /** Seconds after which a load is begun, however much is left to warm up. @defaultValue 30 */
  readonly warmUpSeconds?: number;
  /** Calls of each workload at least, however long that takes. */
  readonly leastCalls: number;
}

/** A plan for what decides about nothing: a third of the time, and as few calls as show what a workload is like. */
export function informativePlan(plan: LoadPlan): LoadPlan {
  return {
    connections: plan.connections,
    saturationSeconds: plan.saturationSeconds / 3,
    loadSeconds: plan.loadSeconds / 3,
    warmUpCalls: Math.min(plan.warmUpCalls, 3),
    warmUpSeconds: LONGEST_WARM_UP_SECONDS / 3,
    leastCalls: Math.min(plan.leastCalls, 12),
  };
}

/** Share of the capacity that is asked for. */
const SHARE_OF_CAPACITY = 0.5;

/** Twenty new sessions know nothing of some hundred chunks each: a first statement over 60 of them took 0.3 s, the next 0.02. */
const LONGEST_WARM_UP_SECONDS = 30;

/** What a load met. */
export interface LoadResult {
  readonly capacity: Saturation;
  readonly loop: OpenLoop;
  /** Milliseconds of the calls of each workload, in the order they were meant to begin. */
  readonly latencies: ReadonlyMap<Workload, readonly number[]>;
  /** Rows of the calls of each workload, undefined of writes. */
  readonly rows: ReadonlyMap<Workload, readonly (number | undefined)[]>;
}

/** A random order in which each workload comes once; then another one. */
function createTurns(workloads: readonly Workload[], draw: Draw): () => Workload {
  let left: Workload[] = [];
  return () => {
    if (left.length === 0) left = [...workloads];
    const [next] = left.splice(draw.between(0, left.length - 1), 1);
    if (next === undefined) throw new RangeError("There are no workloads to load the database with.");
    return next;
  };
}

/** @returns what the database did under load. @throws what a call throws */
export async function loadWorkloads(
  database: Queryable,
  workloads: readonly Workload[],
  draw: Draw,
  {
    connections,
    saturationSeconds,
    loadSeconds,
    warmUpCalls,
    warmUpSeconds = LONGEST_WARM_UP_SECONDS,
    leastCalls,
  }: LoadPlan,
): Promise<LoadResult> {
  const nextTurn = createTurns(workloads, draw);
  let warmed = 0;
  const callsToWarmUp = workloads.length * connections * warmUpCalls;
  const warmUpEnd = performance.now() + warmUpSeconds * 1_000;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (warmed < callsToWarmUp && performance.now() < warmUpEnd) {
        warmed += 1;
        await nextTurn().run(database);
      }
    }),
  );
  const capacity = await saturate(() => nextTurn().run(database), {
    workers: connections,
    milliseconds: saturationSeconds * 1_000,
  });
  const rate = capacity.rate * SHARE_OF_CAPACITY;
  const perWorkload = Math.max(leastCalls, Math.ceil((rate * loadSeconds) / workloads.length));
  const turns = Array.from({ length: perWorkload * workloads.length }, () => nextTurn());
  const rows: (number | undefined)[] = [];
  const loop = await runOpenLoop(
    async (place) => {
      rows[place] = await turns[place]?.run(database);
    },
    { rate, calls: turns.length },
  );
  const byWorkload = <Value>(values: ArrayLike<Value>): ReadonlyMap<Workload, readonly Value[]> => {
    const grouped = new Map<Workload, Value[]>(workloads.map((workload) => [workload, []]));
    for (const [place, workload] of turns.entries()) {
      const value = values[place];
      if (value !== undefined) grouped.get(workload)?.push(value);
    }
    return grouped;
  };
  return { capacity, loop, latencies: byWorkload(loop.latencies), rows: byWorkload(rows) };
}

/** @returns what the report says of each workload */
export function resultsOf(
  { loop, latencies, rows }: LoadResult,
  connections: number,
): readonly WorkloadResult[] {
  return [...latencies].map(([workload, taken]) => {
    const counts = (rows.get(workload) ?? []).filter((count) => count !== undefined);
    const share = taken.length / loop.latencies.length;
    return {
      name: workload.name,
      class: workload.class,
      temperature: "warm",
      connections,
      intendedRate: loop.intendedRate * share,
      achievedRate: loop.achievedRate * share,
      latency: latencyOf({ name: workload.name, rounds: [taken] }),
      histogram: histogramOf(taken),
      rows: counts.length === 0 ? undefined : median(counts),
    };
  });
}
