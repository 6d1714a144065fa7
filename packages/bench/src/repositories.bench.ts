// The repositories against node-postgres, psql and themselves, in ratios of one run on one server: `pnpm bench:repositories`.
// Which benchmarks there are stands in repositories/; here is only the command. docs/benchmarks.md says what each measures.
import { parseArgs } from "node:util";
import type { Edition } from "@app/local-server/testing";
import type { Finding } from "./measuring/finding.ts";
import { describeFinding, describeOutcome } from "./measuring/report.ts";
import { barCopy } from "./repositories/bar-copy.ts";
import { barReads } from "./repositories/bar-reads.ts";
import { barStream } from "./repositories/bar-stream.ts";
import { type Benchmark, createContext, FULL_SIZE, SMALL_SIZE } from "./repositories/benchmark.ts";
import { chunkDepth } from "./repositories/chunk-depth.ts";
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
const EDITIONS: readonly Edition[] = ["postgres", "timescale-apache", "timescale"];

const HELP = `Usage: pnpm bench:repositories [options] [names...]

Measures the repositories side by side with their references, and fails where a bound is missed.

${BENCHMARKS.map(({ name, about }) => `  ${name.padEnd(12)} ${about}`).join("\n")}

  --edition    postgres (default), timescale-apache or timescale; "chunks" needs one of the latter two
  --rounds     how often each way has its turn; 7 unless given
  --json       the findings as JSON
  --small      seeds little, to try whether all of it runs; such figures say nothing about the bounds
  --help

Exit codes: 0 every bound kept, 1 one missed, or nothing could be measured.
`;

interface Request {
  readonly benchmarks: readonly Benchmark[];
  readonly edition: Edition;
  readonly rounds: number;
  readonly isJson: boolean;
  readonly isSmall: boolean;
}

/** @throws Error saying what is wrong with them */
function readArguments(): Request | undefined {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      edition: { type: "string", default: "postgres" },
      rounds: { type: "string", default: "7" },
      json: { type: "boolean", default: false },
      small: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return undefined;
  const edition = EDITIONS.find((name) => name === values.edition);
  if (edition === undefined) throw new Error(`There is no edition "${values.edition}"`);
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds is "${values.rounds}", not 1 or more`);
  const unknown = positionals.find((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
  if (unknown !== undefined) throw new Error(`There is no benchmark "${unknown}"`);
  const benchmarks = BENCHMARKS.filter(({ name, needsChunks }) =>
    positionals.length === 0 ? needsChunks !== true || edition !== "postgres" : positionals.includes(name),
  );
  if (edition === "postgres" && benchmarks.some(({ needsChunks }) => needsChunks === true)) {
    throw new Error('"chunks" needs --edition timescale or timescale-apache');
  }
  return { benchmarks, edition, rounds, isJson: values.json, isSmall: values.small };
}

async function measure({
  benchmarks,
  edition,
  rounds,
  isJson,
  isSmall,
}: Request): Promise<readonly Finding[]> {
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  await using server = await openBenchServer(edition);
  const context = createContext(server, isSmall ? SMALL_SIZE : FULL_SIZE, rounds, say);
  say(`${server.version}, ${rounds} rounds${isSmall ? "; small: says nothing about the bounds" : ""}`);
  const findings: Finding[] = [];
  for (const benchmark of benchmarks) {
    if (!isJson) process.stdout.write(`${benchmark.name}: ${benchmark.about}\n`);
    for await (const finding of benchmark.run(context)) {
      findings.push(finding);
      if (!isJson) process.stdout.write(describeFinding(finding));
    }
  }
  if (isJson) {
    process.stdout.write(
      `${JSON.stringify({ edition, server: server.version, rounds, isSmall, findings }, undefined, 2)}\n`,
    );
  } else process.stdout.write(describeOutcome(findings));
  return findings;
}

let request: Request | undefined;
try {
  request = readArguments();
} catch (error) {
  const reason = error instanceof Error ? (error.message.split(". ")[0] ?? "") : String(error);
  process.stderr.write(`${reason}. See pnpm bench:repositories --help.\n`);
  process.exit(1);
}
if (request === undefined) process.stdout.write(HELP);
else {
  const findings = await measure(request);
  if (findings.length === 0 || findings.some(({ isKept }) => isKept === false)) process.exitCode = 1;
}
