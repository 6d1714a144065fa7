// What a run of the peers found, as data: `peers.json` is this, and the table is made from it. No figure here has a bound.
// Invariant: plain JSON; times in milliseconds, instants as ISO 8601 text in UTC.
import type { Finding, Latency } from "../measuring/finding.ts";
import type { Interval } from "../measuring/resampling.ts";
import type { Dataset, Machine, MeasuredServer } from "../results/bench-report.ts";
import type { PeerQueryName } from "./peer-queries.ts";

/** What as many callers as connections reached, each waiting for its answer. */
export interface PeerCapacity {
  /** Calls a second; the median of the turns. */
  readonly rate: number;
  readonly spread: readonly [least: number, most: number];
  /** Share of a core that the thread which calls took, 0 to 1. */
  readonly clientShare: number;
}

/** What callers waited for at the rate that all peers were asked at, from the intended start of each call. */
export interface PeerLoad {
  readonly achievedRate: number;
  readonly latency: Latency;
  /** Encloses the 99th percentile with 95 %; undefined where there were too few turns. */
  readonly p99Interval: Interval | undefined;
  readonly clientShare: number;
}

/** What was measured of one peer. */
export interface PeerFigures {
  /** One call after the other. */
  readonly oneCaller: Latency;
  /** Its time as a multiple of the reference's; undefined for the reference itself. */
  readonly ratio: Finding | undefined;
  readonly capacity: PeerCapacity;
  /** Undefined where it can do no more than that rate: its callers would wait the longer the longer the load lasts. */
  readonly load: PeerLoad | undefined;
}

/** One peer at one question. */
export type PeerResult = { readonly peer: string } & (
  | { readonly status: "measured"; readonly figures: PeerFigures }
  /** Its package is not there. */
  | { readonly status: "missing"; readonly reason: string }
  /** It answered something else, or failed: it was not measured. */
  | { readonly status: "failed"; readonly reason: string }
);

/** One question. */
export interface PeerQueryResult {
  readonly query: PeerQueryName;
  readonly about: string;
  /** Calls whose answers were compared; the same are measured. */
  readonly comparedCalls: number;
  /** Rows of an answer, median. */
  readonly rows: number;
  /** Calls a second that every peer was asked under load. */
  readonly rate: number;
  readonly results: readonly PeerResult[];
}

/** A whole run. */
export interface PeersReport {
  readonly format: 2;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly machine: Machine;
  readonly server: MeasuredServer;
  readonly dataset: Dataset;
  /** Callers at once, and connections of each peer. */
  readonly connections: number;
  readonly rounds: number;
  /** By package. */
  readonly versions: Readonly<Record<string, string>>;
  readonly queries: readonly PeerQueryResult[];
}

/** @returns what went wrong in a run, one line each; a package that is missing did not */
export function troublesOf(queries: readonly PeerQueryResult[]): readonly string[] {
  return queries.flatMap(({ query, results }) =>
    results.flatMap((result) =>
      result.status === "failed" ? [`${result.peer}, ${query}: ${result.reason}`] : [],
    ),
  );
}
