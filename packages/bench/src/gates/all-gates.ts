// The gates of the suite, in the order in which they run: what only looks comes first, what writes comes last.
import type { SeedProfileName } from "../seeding/seed-profile.ts";
import { coldGate } from "./cold-gate.ts";
import { compressionGate } from "./compression-gate.ts";
import { createFirstCallGate } from "./first-call-gate.ts";
import type { Effort, Gate } from "./gate.ts";
import { createGrowthGate } from "./growth-gate.ts";
import { createIndexUseGate } from "./index-use-gate.ts";
import { createLatencyGate } from "./latency-gate.ts";
import { pgbenchGate } from "./pgbench-gate.ts";
import { chunkDepthGate, repositoryGates } from "./repository-gates.ts";
import { createRoundTripGate } from "./round-trip-gate.ts";
import { mixedGate, writeGate } from "./write-gates.ts";

/** Every gate. */
export const ALL_GATES: readonly Gate[] = [
  // First of all, before anything has read a chunk.
  coldGate,
  compressionGate,
  createIndexUseGate(),
  createRoundTripGate(),
  createFirstCallGate(),
  pgbenchGate,
  createLatencyGate("market_data"),
  createLatencyGate("trade_history"),
  createLatencyGate("strategy_metrics"),
  createLatencyGate("operations"),
  createGrowthGate(),
  ...repositoryGates,
  chunkDepthGate,
  mixedGate,
  writeGate,
];

/** Gates that the smallest profile leaves out: absolute times, writes of a hundred thousand rows, what is for information. */
const NOT_ON_SMOKE: ReadonlySet<string> = new Set([
  "p99-operations",
  "pgbench",
  "performance",
  "copy",
  "stream",
  "writes",
]);

/** @returns the gates of a profile on an edition, but for those that were named */
export function gatesOf(profile: SeedProfileName, edition: string): readonly Gate[] {
  const isDeep = profile === "deep" && edition !== "postgres";
  return ALL_GATES.filter(
    (gate) => (isDeep || gate !== chunkDepthGate) && !(profile === "smoke" && NOT_ON_SMOKE.has(gate.name)),
  );
}

/** What absolute times are judged by. */
const JUDGED = { judgesTimes: true, warmUpCalls: 20, leastCalls: 100 } as const;

/** How much a profile measures, but for the rounds. */
export const EFFORTS: Readonly<Record<SeedProfileName, Omit<Effort, "rounds">>> = {
  // Ratios and structure only: on so few rows, on a machine that builds something else, a time says nothing.
  smoke: {
    loadSeconds: 1,
    saturationSeconds: 0.5,
    judgesTimes: false,
    warmUpCalls: 3,
    leastCalls: 10,
    callShare: 0.4,
  },
  small: { loadSeconds: 6, saturationSeconds: 2, callShare: 0.4, ...JUDGED },
  medium: { loadSeconds: 30, saturationSeconds: 5, callShare: 1, ...JUDGED },
  large: { loadSeconds: 60, saturationSeconds: 5, callShare: 1, ...JUDGED },
  deep: { loadSeconds: 15, saturationSeconds: 3, callShare: 1, ...JUDGED },
};
