// Options that every run over a seeded database takes: which database, how often, and where its report goes. Reads nothing else of a command.
import type { Edition } from "@app/local-server/testing";
import { type Command, InvalidArgumentError, Option } from "commander";
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

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least)
      throw new InvalidArgumentError(`Give a whole number of ${least} or more.`);
    return value;
  };
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
    .addOption(
      new Option("--edition <name>", "whose server is started")
        .choices(["postgres", "timescale", "timescale-apache"])
        .default("postgres"),
    )
    .addOption(
      new Option(
        "--database-url <url>",
        "a database that was seeded for benchmarks; none is started",
      ).conflicts("edition"),
    )
    .option("--seed <n>", "the same seed makes the same rows", wholeNumber(0), 1)
    .option("--rounds <n>", "how often what is compared has its turn", wholeNumber(1), 9)
    .option("--output <dir>", writes)
    .option("--json", "the report as JSON on the standard output", false)
    .exitOverride()
    .allowExcessArguments(false);
}
