// What a benchmark of @app/repositories is, and what it is given: like a gate, but on databases of its own, which are seeded once per run on the first
// demand, and unaware of the profile. ../gates/repository-gates.ts makes a gate of each.
import type { Finding } from "../measuring/finding.ts";
import type { Repetition } from "../measuring/interleaved.ts";
import { type BenchDatabase, type BenchServer } from "../servers/bench-server.ts";
import { connectDirect, parseConnection } from "@app/database";
import {
  type HistoryDepth,
  RECENT_DAYS,
  RECENT_HOURS,
  seedChunkedHistory,
} from "../seeding/by-sql/chunked-history.ts";
import { convertOldChunks } from "../seeding/old-chunks.ts";
import { type FillSize, seedFills } from "../seeding/by-sql/fills-and-orders.ts";
import { type MarketSize, seedMarket } from "../seeding/by-sql/bars.ts";

/** How much is seeded. */
export interface BenchSize extends MarketSize, FillSize {
  /** Chunks of a deep table. */
  readonly chunks: number;
}

/** What the bounds are of. */
export const FULL_SIZE: BenchSize = {
  bars: 1_100_000,
  series: 500,
  fillDays: 5 * 365,
  fills: 500_000,
  otherFills: 5_000,
  orders: 20_000,
  chunks: 2_556,
};

/** The least that ratios say something of; `smoke` and `deep` begin from it (commands/run-suite.ts). */
export const LEAST_SIZE: BenchSize = {
  bars: 30_000,
  series: 500,
  fillDays: 90,
  fills: 20_000,
  otherFills: 200,
  orders: 2_000,
  chunks: 60,
};

/** What a benchmark works with. */
export interface BenchContext {
  readonly server: BenchServer;
  readonly size: BenchSize;
  readonly rounds: number;
  /** Bars: one long series and many short ones. */
  market(): Promise<BenchDatabase>;
  /** Fills, and orders. */
  fills(): Promise<BenchDatabase>;
  /** The same recent rows over few chunks, and over many. */
  histories(): Promise<{ readonly few: BenchDatabase; readonly many: BenchDatabase }>;
  /** So many calls in each round. */
  times(calls: number): Repetition;
  readonly say: (text: string) => void;
}

/** A benchmark: what it is called, and its findings one by one. */
export interface Benchmark {
  readonly name: string;
  readonly about: string;
  /** Whether it says anything only where there are chunks. */
  readonly needsChunks?: boolean;
  run(context: BenchContext): AsyncIterable<Finding>;
}

/** A step that takes longer is named, so that a slow machine can be told from one that hangs. */
const SLOW_STEP_MILLISECONDS = 30_000;

async function seed(
  database: BenchDatabase,
  statements: readonly string[],
  say: (text: string) => void,
): Promise<void> {
  await using connection = await connectDirect(parseConnection(database.url));
  for (const [step, statement] of statements.entries()) {
    const started = performance.now();
    await connection.script(statement);
    const taken = performance.now() - started;
    if (taken < SLOW_STEP_MILLISECONDS) continue;
    const what = statement.trim().split(/\s+/u).slice(0, 3).join(" ");
    say(`  step ${step + 1} of ${statements.length}, ${what}: ${(taken / 1_000).toFixed(0)} s`);
  }
}

function once<Result>(make: () => Promise<Result>): () => Promise<Result> {
  let made: Promise<Result> | undefined;
  return () => (made ??= make());
}

/** @returns a context over a server; nothing is seeded before it is asked for */
export function createContext(
  server: BenchServer,
  size: BenchSize,
  rounds: number,
  say: (text: string) => void,
): BenchContext {
  const seeded = async (what: string, statements: readonly string[]): Promise<BenchDatabase> => {
    const started = performance.now();
    const database = await server.createDatabase();
    await seed(database, statements, say);
    say(`seeded ${what} in ${((performance.now() - started) / 1_000).toFixed(0)} s`);
    return database;
  };
  const history = (depth: HistoryDepth): Promise<BenchDatabase> =>
    seeded(`${depth.days} daily and ${depth.hours} hourly chunks`, seedChunkedHistory(depth));
  return {
    server,
    size,
    rounds,
    say,
    times: (calls) => ({ rounds, calls, warmUpCalls: Math.max(10, Math.ceil(calls / 4)) }),
    market: once(() =>
      seeded(`${size.bars} bars`, [
        seedMarket(size),
        ...(server.edition === "timescale" ? [convertOldChunks("market_data"), "analyze market_data"] : []),
      ]),
    ),
    fills: once(() => seeded(`${size.fills} fills`, seedFills(size))),
    histories: once(async () => ({
      few: await history({ days: RECENT_DAYS, hours: RECENT_HOURS }),
      many: await history({ days: size.chunks, hours: size.chunks }),
    })),
  };
}
