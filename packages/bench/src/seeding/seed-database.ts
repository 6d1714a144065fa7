// Brings a marked database from wherever it is to all that its profile says. Not the decision whether it may be seeded
// (open-seeded-database.ts). Invariant: killed at any moment and begun again, it ends with the same rows.
import { connectDirect, type DirectConnection, parseConnection } from "@app/database";
import { finishingSteps } from "./finishing-steps.ts";
import { makeIndexesAgain, putIndexesAside } from "./indexes-aside.ts";
import { readSeedFacts } from "./seed-facts.ts";
import type { SeedHistory } from "./seed-history.ts";
import { completeMark, readStepsDone, type RowCounts } from "./seed-mark.ts";
import { runStep, type SeedStep } from "./seed-step.ts";
import {
  barSteps,
  dailyChunks,
  dayStepNames,
  dayStepsOf,
  ROWS_OF_ORDER,
  strategiesStep,
} from "./seed-steps.ts";
import { tradingDays } from "./trading-days.ts";

/** How far a seeding is. */
export interface SeedProgress {
  /** What it is at. */
  readonly step: string;
  /** Weight done, and of all steps. */
  readonly done: number;
  readonly total: number;
  /** Rows stored by this run. */
  readonly rows: number;
}

/** Told after each step. */
export type SeedProgressListener = (progress: SeedProgress) => void;

/** Server processes that store rows: on two cores a third gained nothing. */
const WORKERS = 2;

interface SeedRun {
  readonly superuserUrl: string;
  readonly edition: "postgres" | "timescale" | "timescale-apache";
  readonly history: SeedHistory;
  readonly onProgress: SeedProgressListener | undefined;
}

/** Hands work to whichever connection is free, in its order; the first failure stops all. */
async function runParallel<Work>(
  connections: readonly DirectConnection[],
  steps: Iterable<Work>,
  run: (connection: DirectConnection, step: Work) => Promise<void>,
): Promise<void> {
  const iterator = steps[Symbol.iterator]();
  const state = { hasFailed: false };
  const work = async (connection: DirectConnection): Promise<void> => {
    try {
      for (let next = iterator.next(); !state.hasFailed && next.done !== true; next = iterator.next()) {
        await run(connection, next.value);
      }
    } catch (error) {
      state.hasFailed = true;
      throw error;
    }
  };
  const results = await Promise.allSettled(connections.map(work));
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

function* daySteps(history: SeedHistory, done: ReadonlyMap<string, RowCounts>): Generator<SeedStep, void> {
  const { days } = history.profile;
  if (
    Array.from({ length: days }, (_, day) => dayStepNames(day))
      .flat()
      .every((name) => done.has(name))
  )
    return;
  for (const day of tradingDays(history)) yield* dayStepsOf(day).filter(({ name }) => !done.has(name));
}

function sumOf(all: Iterable<RowCounts>): RowCounts {
  const sum: Record<string, number> = {};
  for (const counts of all) {
    for (const [table, rows] of Object.entries(counts)) sum[table] = (sum[table] ?? 0) + rows;
  }
  return sum;
}

/** Does every step that is not done, and completes the mark. @throws {DatabaseError} what is done stays */
export async function seedDatabase({ superuserUrl, edition, history, onProgress }: SeedRun): Promise<void> {
  const began = performance.now();
  const settings = parseConnection(superuserUrl).with({ applicationName: "seeding" });
  await using stack = new AsyncDisposableStack();
  const connections: DirectConnection[] = [];
  for (let index = 0; index < WORKERS; index += 1) {
    const connection = stack.use(await connectDirect(settings));
    // The backend of a killed run ends in the middle of what it is at, and frees its claim.
    await connection.query("set client_connection_check_interval = '500ms'");
    // A mark that is lost with a crash is lost with the rows it is about.
    await connection.query("set synchronous_commit = off");
    // Parallel queries share memory in /dev/shm, of which a container has 64 MB as a rule.
    await connection.query("set max_parallel_workers_per_gather = 0");
    await connection.query("set max_parallel_maintenance_workers = 0");
    // A plan over many chunks is dear enough to be compiled, for a statement that runs once per position.
    await connection.query("set jit = off");
    connections.push(connection);
  }
  const [first] = connections;
  if (first === undefined) throw new RangeError("There is no connection.");
  const done = new Map(await readStepsDone(first));
  const wasBegun = done.size > 0;
  const bars = barSteps(history);
  const finishing = finishingSteps(history.profile, edition, superuserUrl);
  const { lanes, columns, upkeep, statistics, overview } = finishing;
  const beginning = [
    ...(history.profile.inDailyChunks === true ? [dailyChunks] : []),
    strategiesStep(history),
  ];
  const known = [
    ...beginning,
    putIndexesAside,
    ...makeIndexesAgain,
    ...bars,
    ...lanes.flat(),
    ...columns,
    ...upkeep,
    ...statistics,
    overview,
  ];
  const weightOfDays = history.profile.orders * ROWS_OF_ORDER;
  const weightOfDayStep = weightOfDays / history.profile.days / dayStepNames(0).length;
  const total = known.reduce((sum, { weight }) => sum + weight, 0) + weightOfDays;
  const weights = new Map(known.map(({ name, weight }) => [name, weight]));
  const progress = { done: 0, rows: 0 };
  for (const name of done.keys()) progress.done += weights.get(name) ?? weightOfDayStep;

  const run = async (connection: DirectConnection, step: SeedStep): Promise<void> => {
    if (done.has(step.name)) return;
    const rows = (await runStep(connection, step)) ?? {};
    done.set(step.name, rows);
    progress.done += weights.get(step.name) ?? weightOfDayStep;
    for (const count of Object.values(rows)) progress.rows += count;
    onProgress?.({ step: step.name, done: Math.min(progress.done, total), total, rows: progress.rows });
  };

  onProgress?.({ step: "start", done: progress.done, total, rows: 0 });
  for (const step of beginning) await run(first, step);
  const barsBegan = performance.now();
  await runParallel(connections, bars, run);
  const barsSeconds = (performance.now() - barsBegan) / 1_000;
  await run(first, putIndexesAside);
  await runParallel(connections, daySteps(history, done), run);
  await runParallel(connections, makeIndexesAgain, run);
  await runParallel(connections, lanes, async (connection, lane) => {
    for (const step of lane) await run(connection, step);
  });
  await runParallel(connections, columns, run);
  for (const step of upkeep) await run(first, step);
  await runParallel(connections, statistics, run);
  await run(first, overview);

  // Read again: another run may have done some of them.
  const rows = sumOf((await readStepsDone(first)).values());
  await completeMark(first, {
    seconds: wasBegun ? undefined : (performance.now() - began) / 1_000,
    barsPerSecond: wasBegun ? undefined : Math.round((rows["market_data"] ?? 0) / barsSeconds),
    rows,
    facts: await readSeedFacts(first, history),
  });
}
