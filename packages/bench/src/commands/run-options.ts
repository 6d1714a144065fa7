// Options that every run over a seeded database takes: which database, how often, and where its report goes. Reads nothing else of a command.
import type { Edition } from "@app/local-server/testing";
import { type Command, InvalidArgumentError, Option } from "commander";
import { editionOption, roundsOption, seedOption } from "../bench-arguments.ts";
import { type SeedProfileName, seedProfileNames } from "../seeding/seed-profile.ts";

/** What every run takes. */
export interface RunOptions {
  readonly profile: SeedProfileName;
  readonly edition: Edition;
  readonly databaseUrl: string | undefined;
  readonly seed: number;
  readonly rounds: number;
  readonly output: string | undefined;
  readonly json: boolean;
}

/** @returns what reads names of one kind, separated by commas */
export function namesOf<Name extends string>(
  kind: string,
  known: readonly Name[],
): (text: string, before: readonly Name[] | undefined) => readonly Name[] {
  return (text, before = []) => {
    const names = text.split(",").map((part) => {
      const name = part.trim();
      const found = known.find((one) => one === name);
      if (found === undefined)
        throw new InvalidArgumentError(`There is no ${kind} "${name}". It may be: ${known.join(", ")}.`);
      return found;
    });
    return [...before, ...names];
  };
}

/**
 * Adds them to a command, which then throws where it was called wrongly instead of ending the process.
 * @param writes what --output writes
 */
export function addRunOptions(command: Command, writes: string): Command {
  return command
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
    .addOption(seedOption())
    .addOption(roundsOption(9))
    .option("--output <dir>", writes)
    .option("--json", "the report as JSON on the standard output", false)
    .exitOverride()
    .allowExcessArguments(false);
}
