// What a gate is and what it is given. A gate measures and yields findings; those with a bound decide about the run, the others are for
// information. No measuring here. A benchmark of ../repositories becomes a gate in repository-gates.ts.
import type { Queryable } from "@app/database";
import type { TradingData } from "@app/repositories";
import type { Finding } from "../measuring/finding.ts";
import type { BenchContext } from "../repositories/benchmark.ts";
import type {
  Growth,
  IndexUse,
  SlowestQuery,
  TableCompression,
  WorkloadResult,
} from "../results/bench-report.ts";
import type { BenchDatabase } from "../servers/bench-server.ts";
import type { BenchFacts } from "../workloads/bench-facts.ts";
import type { Draw } from "../workloads/draw.ts";

/** How long and how often is measured. */
export interface Effort {
  /** Rounds of what is compared in turns. */
  readonly rounds: number;
  /** Calls of a round of the benchmarks of the repositories, as a share of what they make by themselves. */
  readonly callShare: number;
  /** Seconds of load on each class of workloads. */
  readonly loadSeconds: number;
  /** Seconds in which the capacity is found. */
  readonly saturationSeconds: number;
  /** Calls of each workload on each connection, about, before they are measured. */
  readonly warmUpCalls: number;
  /** Calls of each workload at least, however long they take: of fewer than 100 the 99th percentile is the slowest call. */
  readonly leastCalls: number;
  /** Whether absolute times keep a bound: not where the data are too few to say anything of a real database. */
  readonly judgesTimes: boolean;
}

/** What the run leaves behind beside its findings; of a workload that was measured again, the run that its finding is of. */
export interface RunRecord {
  readonly workloads: Map<string, WorkloadResult>;
  readonly compression: Map<string, TableCompression>;
  readonly growth: Map<string, Growth>;
  indexUse: IndexUse | undefined;
  slowest: SlowestQuery | undefined;
}

/** @returns a record with nothing in it */
export function createRunRecord(): RunRecord {
  return {
    workloads: new Map(),
    compression: new Map(),
    growth: new Map(),
    indexUse: undefined,
    slowest: undefined,
  };
}

/** Databases that are seeded for a gate, on its first demand. */
export interface OwnDatabases {
  /** For the benchmarks of the repositories. */
  readonly benchmarks: BenchContext;
  /** The same history with so many rows, and with ten times as many. */
  scales(): Promise<{ readonly few: BenchDatabase; readonly many: BenchDatabase }>;
}

/** What a gate works with. */
export interface GateContext {
  readonly edition: "postgres" | "timescale" | "timescale-apache";
  /** The seeded database. */
  readonly url: string;
  /** The repositories over it, with as many connections as there are callers. */
  readonly data: TradingData;
  /** Where the statements of read workloads go: {@link data}, unless something is put between. */
  readonly database: Queryable;
  readonly connections: number;
  readonly facts: BenchFacts;
  readonly effort: Effort;
  /** Draws of a seed of their own for each name. */
  draw(this: void, name: string): Draw;
  /** For gates that need databases of their own. @throws {Error} where the run was given a database, and has no server to make others */
  readonly own: OwnDatabases;
  readonly record: RunRecord;
  readonly say: (text: string) => void;
}

/** A gate: what it is called, and its findings one by one. */
export interface Gate {
  readonly name: string;
  readonly about: string;
  /** Whether it measures on databases of its own. */
  readonly needsServer?: boolean;
  /** Whether it says anything only where tables have chunks. */
  readonly needsChunks?: boolean;
  run(context: GateContext): AsyncIterable<Finding>;
}
