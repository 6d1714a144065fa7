// What `pnpm bench` may be called with. Measures nothing: a typing error must not cost minutes.
import { benchCommand } from "../bench-arguments.ts";
import { addRunOptions, namesOf, type RunOptions } from "./run-options.ts";

/** What is to be measured, and what becomes of the report. */
export interface BenchOptions extends RunOptions {
  readonly only: readonly string[] | undefined;
  /** Whether the benchmarks of the repositories seed what their bounds are of, whatever the profile. */
  readonly fullSize: boolean;
  readonly updateBaseline: string | undefined;
  readonly compare: string | undefined;
}

/** Where a baseline lies unless another place is named; to be checked in. */
export const BASELINE = "bench-baseline.json";

/**
 * @param gates names that --only knows
 * @throws {CommanderError} of exit code 0 after the help, and another after a mistake; what it says is written
 */
export function readBenchOptions(args: readonly string[], gates: readonly string[]): BenchOptions {
  const command = addRunOptions(
    benchCommand(
      "pnpm bench",
      "Seeds a database, loads it as a trading backend would, and fails where a promise is not kept: how long calls take, " +
        "how they compare with references measured beside them, what columns save, which indexes serve, how times grow.",
      "0 every gate kept, 1 a gate missed or worse than the baseline",
      "usage or server trouble",
    ),
    "writes report.json, report.md and report.html there",
  )
    .option("--only <gates>", `some of: ${gates.join(", ")}`, namesOf("gate", gates))
    .option(
      "--full-size",
      "gates of the repositories seed a million bars and 500,000 fills, which their bounds are of; small seeds a fifth and less",
      false,
    )
    .option("--update-baseline [file]", `writes the report as a baseline (${BASELINE})`)
    .option("--compare <file>", "compares with a baseline, or with any report.json");
  command.parse([...args], { from: "user" });
  const given = command.opts<Omit<BenchOptions, "updateBaseline"> & { updateBaseline?: string | true }>();
  return {
    ...given,
    only: given.only,
    databaseUrl: given.databaseUrl,
    output: given.output,
    compare: given.compare,
    updateBaseline: given.updateBaseline === true ? BASELINE : given.updateBaseline,
  };
}
