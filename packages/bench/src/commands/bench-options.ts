// What `pnpm bench` may be called with. Measures nothing: a typing error must not cost minutes.
import { Command } from "commander";
import { addRunOptions, namesOf, type RunOptions } from "./run-options.ts";

/** What is to be measured, and what becomes of the report. */
export interface BenchOptions extends RunOptions {
  readonly only: readonly string[] | undefined;
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
    new Command("pnpm bench"),
    "writes report.json, report.md and report.html there",
  )
    .description(
      "Seeds a database, loads it as a trading backend would, and fails where a promise is not kept: how long calls take, " +
        "how they compare with references measured beside them, what columns save, which indexes serve, how times grow.",
    )
    .option("--only <gates>", `some of: ${gates.join(", ")}`, namesOf("gate", gates))
    .option("--update-baseline [file]", `writes the report as a baseline (${BASELINE})`)
    .option("--compare <file>", "compares with a baseline, or with any report.json")
    .addHelpText(
      "after",
      "\nExit codes: 0 every gate kept, 1 a gate missed or worse than the baseline, 2 usage or server trouble.",
    );
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
