// What `pnpm bench` may be called with. Measures nothing: a typing error must not cost minutes.
import type { Edition } from "@app/local-server/testing";
import { InvalidArgumentError, Option } from "commander";
import { benchCommand, editionOption, roundsOption, wholeNumber } from "../bench-arguments.ts";
import { type SeedProfileName, seedProfileNames } from "../seeding/seed-profile.ts";

/** What is to be measured, and what becomes of the report. */
export interface BenchOptions {
  readonly profile: SeedProfileName;
  readonly edition: Edition;
  readonly databaseUrl: string | undefined;
  readonly seed: number;
  readonly only: readonly string[] | undefined;
  readonly rounds: number;
  /** Whether the benchmarks of the repositories seed what their bounds are of, whatever the profile. */
  readonly fullSize: boolean;
  readonly output: string | undefined;
  readonly json: boolean;
  readonly updateBaseline: string | undefined;
  readonly compare: string | undefined;
}

/** Where a baseline lies unless another place is named; to be checked in. */
export const BASELINE = "bench-baseline.json";

/** Names of gates, separated by commas. */
function namesOf(
  known: readonly string[],
): (text: string, before: readonly string[] | undefined) => readonly string[] {
  return (text, before = []) => {
    const names = text.split(",").map((name) => name.trim());
    const unknown = names.find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw new InvalidArgumentError(`There is no gate "${unknown}". Gates: ${known.join(", ")}.`);
    return [...before, ...names];
  };
}

/**
 * @param gates names that --only knows
 * @throws {CommanderError} of exit code 0 after the help, and another after a mistake; what it says is written
 */
export function readBenchOptions(args: readonly string[], gates: readonly string[]): BenchOptions {
  const command = benchCommand(
    "pnpm bench",
    "Seeds a database, loads it as a trading backend would, and fails where a promise is not kept: how long calls take, " +
      "how they compare with references measured beside them, what columns save, which indexes serve, how times grow.",
    "0 every gate kept, 1 a gate missed or worse than the baseline",
    "usage or server trouble",
  )
    .addOption(
      new Option("--profile <name>", "how much is seeded").choices(seedProfileNames).default("small"),
    )
    .addOption(editionOption().default("postgres"))
    .addOption(
      new Option(
        "--database-url <url>",
        "a database that pnpm bench:seed --database-url made one for benchmarks, any other is refused; none is started",
      ).conflicts("edition"),
    )
    .option("--seed <n>", "the same seed makes the same rows", wholeNumber(0), 1)
    .option("--only <gates>", `some of: ${gates.join(", ")}`, namesOf(gates))
    .addOption(roundsOption(9))
    .option(
      "--full-size",
      "gates of the repositories seed a million bars and 500,000 fills, which their bounds are of; small seeds a third",
      false,
    )
    .option("--output <dir>", "writes report.json, report.md and report.html there")
    .option("--json", "the report as JSON on the standard output", false)
    .option("--update-baseline [file]", `writes the report as a baseline (${BASELINE})`)
    .option("--compare <file>", "compares with a baseline, or with any report.json")
    .exitOverride();
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
