// How the benchmarks' commands are called: one parser, shared options, --help. A typing error must not cost minutes of measuring.
// Invariant: a wrong argument ends the process with one line and exit code 2, since 1 says that a bound was missed.
import type { Edition } from "@app/local-server/testing";
import { Command, InvalidArgumentError, Option } from "commander";

/** Exit code after a wrong argument: nothing was measured. */
export const MISUSE = 2;

/** Reads a whole number of `least` or more. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/u.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Give a whole number of ${least} or more.`);
  };
}

/** `--edition`, whose server is started. */
export function editionOption(): Option {
  return new Option("--edition <name>", "whose server is started").choices([
    "postgres",
    "timescale",
    "timescale-apache",
  ] satisfies readonly Edition[]);
}

/** `--seed`, as it is seeded and as it is measured. */
export function seedOption(): Option {
  return new Option("--seed <n>", "the same seed makes the same rows")
    .argParser((text) => {
      if (/^\d{1,9}$/u.test(text)) return Number(text);
      throw new InvalidArgumentError("It is a whole number from 0 to 999999999.");
    })
    .default(1);
}

/** `--rounds`, as every benchmark that compares means it. */
export function roundsOption(rounds: number): Option {
  return new Option("--rounds <n>", "how often what is compared has its turn")
    .argParser(wholeNumber(1))
    .default(rounds);
}

/**
 * A command that ends the process when parsed for --help (exit code 0) or with what it does not take (2).
 * @param exitCodes what the help says of 0 and 1
 * @param trouble what it says of 2
 */
export function benchCommand(
  name: string,
  about: string,
  exitCodes: string,
  trouble = "a wrong argument",
): Command {
  return new Command(name)
    .description(about)
    .addHelpText("after", `\nExit codes: ${exitCodes}, ${MISUSE} ${trouble}.`)
    .configureOutput({
      outputError: (text, write) => write(`${text.trim().replaceAll(/\s*\n\s*/gu, " ")}\n`),
    })
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : MISUSE));
}
