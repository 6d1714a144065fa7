// What one run of the benchmark suite found, as data: `report.json` is this, and every other form is made from it. Not how
// anything was measured, and not how it is shown.
// Invariant: plain JSON; times in milliseconds, sizes in bytes, instants as ISO 8601 text in UTC.
import type { Finding, Latency } from "../measuring/finding.ts";

/** Where it ran. Absolute times of two reports compare only where these are the same. */
export interface Machine {
  readonly platform: string;
  readonly architecture: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly node: string;
  /** Options Node was started with, in one line; empty without any. */
  readonly nodeOptions: string;
}

/** The server that was measured. */
export interface MeasuredServer {
  readonly edition: "postgres" | "timescale" | "timescale-apache";
  readonly postgresVersion: string;
  /** Undefined without the extension. */
  readonly timescaleVersion: string | undefined;
  /** Server settings that a time depends on, by name, as `SHOW` gives them. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What was in the database. */
export interface Dataset {
  readonly profile: string;
  /** The same seed makes the same rows. */
  readonly seed: number;
  readonly rowsByTable: Readonly<Record<string, number>>;
  /** Undefined where a data set that was there was used again. */
  readonly seeding: { readonly seconds: number; readonly barsPerSecond: number } | undefined;
}

/** One workload under load: one named call, over and over. */
export interface WorkloadResult {
  /** Name of the catalogued query, or of the write. */
  readonly name: string;
  readonly class: "market_data" | "trade_history" | "strategy_metrics" | "operations" | "write" | "mixed";
  /** `warm`; `cold`: chunks in columns that no call has read before; `first_call`: on a connection that is new. */
  readonly temperature: "warm" | "cold" | "first_call";
  readonly connections: number;
  /** Calls a second that were intended (open loop); undefined where each call waited for the one before. */
  readonly intendedRate: number | undefined;
  readonly achievedRate: number;
  /** From the intended start of each call, so that waiting for a connection counts; of what is `cold` or a `first_call`, made by one caller, how long it took. */
  readonly latency: Latency;
  /** Calls of each latency: `upperBound` in milliseconds, growing; the last is the largest. */
  readonly histogram: readonly { readonly upperBound: number; readonly calls: number }[];
  /** Rows of a call, median; undefined for a write. */
  readonly rows: number | undefined;
}

/** What columns saved of one table. */
export interface TableCompression {
  readonly table: string;
  readonly chunksInColumns: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/** How the time of a workload grows with the data. */
export interface Growth {
  readonly workload: string;
  /** Growing in scale; the first is the base. */
  readonly points: readonly { readonly scale: number; readonly medianMilliseconds: number }[];
}

/** How the catalogued queries were served. */
export interface IndexUse {
  readonly queries: number;
  /** Names of the queries that read a large relation from end to end. */
  readonly sequential: readonly string[];
  /** Indexes that no catalogued query used, by name. */
  readonly unusedIndexes: readonly string[];
}

/** The slowest catalogued query, and why. */
export interface SlowestQuery {
  readonly workload: string;
  readonly p99Milliseconds: number;
  /** Text of `EXPLAIN (ANALYZE, BUFFERS)`. */
  readonly plan: string;
}

/** A whole run. */
export interface BenchReport {
  /** Grows with every change that an older reader would misread, and with the method: figures of two methods are not compared. */
  readonly format: 3;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly machine: Machine;
  readonly server: MeasuredServer;
  readonly dataset: Dataset;
  /** Figures with a bound are gates; the others are for information. */
  readonly findings: readonly Finding[];
  readonly workloads: readonly WorkloadResult[];
  readonly compression: readonly TableCompression[];
  readonly growth: readonly Growth[];
  readonly indexUse: IndexUse | undefined;
  readonly slowest: SlowestQuery | undefined;
}
