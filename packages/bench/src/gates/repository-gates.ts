// The benchmarks of the repositories as gates: their ratios keep the bounds they have there.
// Their absolute times are judged only where this run judges times.
import type { Finding } from "../measuring/finding.ts";
import { barCopy } from "../repositories/bar-copy.ts";
import { barReads } from "../repositories/bar-reads.ts";
import { barStream } from "../repositories/bar-stream.ts";
import type { Benchmark, BenchSize } from "../repositories/benchmark.ts";
import { chunkDepth } from "../repositories/chunk-depth.ts";
import { latestBars } from "../repositories/latest-bars.ts";
import { rowReads } from "../repositories/row-reads.ts";
import { strategyPerformance } from "../repositories/strategy-performance.ts";
import { tradePaging } from "../repositories/trade-paging.ts";
import type { Gate } from "./gate.ts";

/** A page of 100 lies in the first window of a list, two days, only where a strategy has as many fills; else several are read. */
const LEAST_FILLS_OF_A_WINDOW = 100;

/** Why a finding says nothing at this size; undefined where it does. */
function withoutPremise({ subject }: Finding, { fills, fillDays }: BenchSize): string | undefined {
  if (!subject.startsWith("trades.list, 100 of a strategy")) return undefined;
  if ((fills / fillDays) * 2 >= LEAST_FILLS_OF_A_WINDOW) return undefined;
  return "too few fills a day on this profile: the page takes several windows, the reference one";
}

function asInformation(finding: Finding, why: string): Finding {
  const note = finding.note === undefined ? why : `${finding.note}; ${why}`;
  return { ...finding, bound: undefined, isKept: undefined, note };
}

function asGate(benchmark: Benchmark): Gate {
  return {
    name: benchmark.name,
    about: benchmark.about,
    needsServer: true,
    needsChunks: benchmark.needsChunks === true,
    async *run({ own, effort }): AsyncGenerator<Finding, void, undefined> {
      for await (const finding of benchmark.run(own.benchmarks)) {
        const why =
          withoutPremise(finding, own.benchmarks.size) ??
          (finding.unit === "ms" && finding.bound !== undefined && !effort.judgesTimes
            ? "not judged on this profile"
            : undefined);
        yield why === undefined ? finding : asInformation(finding, why);
      }
    },
  };
}

/** A gate for each benchmark that needs no depth of chunks. */
export const repositoryGates: readonly Gate[] = [
  barReads,
  latestBars,
  rowReads,
  tradePaging,
  strategyPerformance,
  barCopy,
  barStream,
].map(asGate);

/** Seven years of chunks: minutes of seeding, so it is in the profile `deep` alone. */
export const chunkDepthGate: Gate = asGate(chunkDepth);
