// The repositories against node-postgres, psql and themselves, in ratios of one run on one server: `pnpm bench:repositories`.
// Which benchmarks there are stands in repositories/; here is only the command. docs/benchmarks.md says what each measures.
import type { Finding } from "./measuring/finding.ts";
import { describeFinding, describeOutcome } from "./measuring/report.ts";
import { barCopy } from "./repositories/bar-copy.ts";
import { barReads } from "./repositories/bar-reads.ts";
import { barStream } from "./repositories/bar-stream.ts";
import { type Benchmark, createContext, FULL_SIZE, SMALL_SIZE } from "./repositories/benchmark.ts";
import { chunkDepth } from "./repositories/chunk-depth.ts";
import { type BenchRequest, createCommand, readCommandLine } from "./repositories/command-line.ts";
import { latestBars } from "./repositories/latest-bars.ts";
import { rowReads } from "./repositories/row-reads.ts";
import { strategyMetrics } from "./repositories/strategy-metrics.ts";
import { tradePaging } from "./repositories/trade-paging.ts";
import { openBenchServer } from "./servers/bench-server.ts";

const BENCHMARKS: readonly Benchmark[] = [
  barReads,
  latestBars,
  rowReads,
  tradePaging,
  strategyMetrics,
  barCopy,
  barStream,
  chunkDepth,
];

async function measure({
  benchmarks,
  edition,
  rounds,
  isJson,
  isSmall,
}: BenchRequest): Promise<readonly Finding[]> {
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const print = (text: string): void => void (isJson || process.stdout.write(text));
  await using server = await openBenchServer(edition);
  const context = createContext(server, isSmall ? SMALL_SIZE : FULL_SIZE, rounds, say);
  say(`${server.version}, ${rounds} rounds${isSmall ? "; small: says nothing about the bounds" : ""}`);
  const findings: Finding[] = [];
  for (const benchmark of benchmarks) {
    print(`${benchmark.name}: ${benchmark.about}\n`);
    for await (const finding of benchmark.run(context)) {
      findings.push(finding);
      print(describeFinding(finding));
    }
  }
  print(describeOutcome(findings));
  if (isJson) {
    const result = { edition, server: server.version, rounds, isSmall, findings };
    process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
  }
  return findings;
}

const findings = await measure(readCommandLine(createCommand(BENCHMARKS), process.argv.slice(2), BENCHMARKS));
if (findings.length === 0 || findings.some(({ isKept }) => isKept === false)) process.exitCode = 1;
