// What `pnpm bench:repositories` may be called with. Measures nothing: a typing error must not cost minutes.
import { parseArgs } from "node:util";
import type { Edition } from "@app/local-server/testing";
import type { Benchmark } from "./benchmark.ts";

const EDITIONS: readonly Edition[] = ["postgres", "timescale-apache", "timescale"];

/** What is to be measured, and how it is to be said. */
export interface BenchRequest {
  readonly benchmarks: readonly Benchmark[];
  readonly edition: Edition;
  readonly rounds: number;
  readonly isJson: boolean;
  readonly isSmall: boolean;
}

/** @returns the text of --help */
export function helpText(benchmarks: readonly Benchmark[]): string {
  return `Usage: pnpm bench:repositories [options] [names...]

Measures the repositories side by side with their references, and fails where a bound is missed.

${benchmarks.map(({ name, about }) => `  ${name.padEnd(12)} ${about}`).join("\n")}

  --edition    postgres (default), timescale-apache or timescale; "chunks" needs one of the latter two
  --rounds     how often each way has its turn; 9 unless given
  --json       the findings as JSON
  --small      seeds little, to try whether all of it runs; such figures say nothing about the bounds
  --help

Exit codes: 0 every bound kept, 1 one missed, or nothing could be measured.
`;
}

/**
 * @returns undefined where help was asked for
 * @throws {Error} saying in one line what is wrong
 */
export function readCommandLine(
  args: readonly string[],
  known: readonly Benchmark[],
): BenchRequest | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      edition: { type: "string", default: "postgres" },
      rounds: { type: "string", default: "9" },
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
  return {
    benchmarks: chosen(positionals, known, edition),
    edition,
    rounds,
    isJson: values.json,
    isSmall: values.small,
  };
}

function chosen(
  names: readonly string[],
  known: readonly Benchmark[],
  edition: Edition,
): readonly Benchmark[] {
  const canRun = ({ needsChunks }: Benchmark): boolean => needsChunks !== true || edition !== "postgres";
  if (names.length === 0) return known.filter(canRun);
  return names.map((name) => {
    const found = known.find((benchmark) => benchmark.name === name);
    if (found === undefined) throw new Error(`There is no benchmark "${name}"`);
    if (!canRun(found)) throw new Error(`"${name}" needs --edition timescale or timescale-apache`);
    return found;
  });
}
