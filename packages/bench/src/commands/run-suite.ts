// One run of the suite: opens the database, runs the gates, and puts what they found into a report. Prints nothing but progress.
import { connect } from "@app/repositories";
import { ALL_GATES, EFFORTS, gatesOf } from "../gates/all-gates.ts";
import { createRunRecord, type Gate, type OwnDatabases } from "../gates/gate.ts";
import { createOwnDatabases } from "../gates/own-databases.ts";
import { runGate } from "../gates/run-gate.ts";
import { explainSlowest } from "../gates/slowest-query.ts";
import { type Finding, judge } from "../measuring/finding.ts";
import { type BenchSize, FULL_SIZE, LEAST_SIZE } from "../repositories/benchmark.ts";
import type { BenchReport, MeasuredServer } from "../results/bench-report.ts";
import type { SeedProfileName } from "../seeding/seed-profile.ts";
import { readFacts } from "../workloads/bench-facts.ts";
import { createNamedDraw } from "../workloads/draw.ts";
import { removeWrites } from "../workloads/remove-writes.ts";
import { openRunDatabase, type RunDatabase } from "./run-database.ts";
import type { BenchOptions } from "./bench-options.ts";
import { describeMachine, describeServer } from "./machine.ts";

/** Callers at once, and connections of the pool. */
const CONNECTIONS = 20;

/** How much the benchmarks of the repositories seed beside. */
const SIZES: Readonly<Record<SeedProfileName, BenchSize>> = {
  smoke: { ...LEAST_SIZE, fillDays: 120, fills: 5_000, otherFills: 50, orders: 6_000 },
  small: { ...FULL_SIZE, bars: 200_000, fillDays: 90, fills: 60_000, otherFills: 500, orders: 10_000 },
  medium: FULL_SIZE,
  large: FULL_SIZE,
  deep: { ...LEAST_SIZE, chunks: FULL_SIZE.chunks },
};

const sizeOf = ({ profile, fullSize }: BenchOptions): BenchSize => (fullSize ? FULL_SIZE : SIZES[profile]);

/** The gates of a run: those that were named, or those of its profile. */
function chosenGates({ profile, edition, only }: BenchOptions): readonly Gate[] {
  return only === undefined ? gatesOf(profile, edition) : ALL_GATES.filter(({ name }) => only.includes(name));
}

const NO_SERVER: OwnDatabases = {
  get benchmarks(): never {
    throw new Error("A database was given, so there is no server to make others on.");
  },
  scales: () => Promise.reject(new Error("A database was given, so there is no server to make others on.")),
};

/** Why a gate cannot be had on this database; undefined where it can. */
export function obstacleOf(
  gate: Gate,
  edition: MeasuredServer["edition"],
  hasServer: boolean,
): Finding | undefined {
  const because =
    gate.needsChunks === true && edition === "postgres"
      ? "the edition postgres has no chunks"
      : gate.needsServer === true && !hasServer
        ? "it needs databases of its own, and a database was given"
        : undefined;
  if (because === undefined) return undefined;
  const note = `Not available: ${because}.`;
  return judge({ benchmark: gate.name, subject: gate.about, note }, Number.NaN, "ratio");
}

/**
 * Runs gates on an opened database. What they write is taken back, also where one of them fails.
 *
 * @throws what a gate throws
 */
export async function measureOn(
  run: RunDatabase,
  gates: readonly Gate[],
  options: BenchOptions,
  say: (text: string) => void,
): Promise<BenchReport> {
  const startedAt = Temporal.Now.instant().toString();
  // Leftovers of a run that was killed would be measured too.
  await removeWrites(run.superuserUrl);
  await using data = connect({ database: run.url, poolSize: CONNECTIONS });
  const server = await describeServer(data);
  const { seed, rounds, profile } = options;
  const effort = { ...EFFORTS[profile], rounds };
  const record = createRunRecord();
  const context = {
    edition: server.edition,
    url: run.url,
    data,
    database: data,
    connections: CONNECTIONS,
    facts: await readFacts(data),
    effort,
    draw: (name: string) => createNamedDraw(seed, name),
    own:
      run.server === undefined ? NO_SERVER : createOwnDatabases(run.server, sizeOf(options), { effort, say }),
    record,
    say,
  };
  const findings: Finding[] = [];
  try {
    for (const [place, gate] of gates.entries()) {
      say(`[${place + 1}/${gates.length}] ${gate.name}: ${gate.about}`);
      const obstacle = obstacleOf(gate, server.edition, run.server !== undefined);
      findings.push(...(obstacle === undefined ? await runGate(gate, context) : [obstacle]));
    }
    await explainSlowest(context);
  } finally {
    await removeWrites(run.superuserUrl);
  }
  return {
    format: 3,
    startedAt,
    finishedAt: Temporal.Now.instant().toString(),
    machine: describeMachine(),
    server,
    dataset: run.dataset,
    findings,
    workloads: [...record.workloads.values()],
    compression: [...record.compression.values()],
    growth: [...record.growth.values()],
    indexUse: record.indexUse,
    slowest: record.slowest,
  };
}

/** @returns the report of a run. @throws where the server cannot be had, or a call fails */
export async function runSuite(options: BenchOptions, say: (text: string) => void): Promise<BenchReport> {
  await using run = await openRunDatabase(options, say);
  return await measureOn(run, chosenGates(options), options, say);
}
