// What `pnpm bench:repositories` may be called with. Measures nothing: a typing error must not cost minutes.
import type { Edition } from "@app/local-server/testing";
import type { Command } from "commander";
import { benchCommand, editionOption, roundsOption } from "../bench-arguments.ts";
import type { Benchmark } from "./benchmark.ts";

/** What is to be measured, and how it is to be said. */
export interface BenchRequest {
  readonly benchmarks: readonly Benchmark[];
  readonly edition: Edition;
  readonly rounds: number;
  readonly isJson: boolean;
  readonly isSmall: boolean;
}

/** The command; parsed, it ends the process as the others do. */
export function createCommand(known: readonly Benchmark[]): Command {
  return benchCommand(
    "pnpm bench:repositories",
    "Measures the repositories side by side with their references, and fails where a bound is missed.",
    "0 every bound kept, 1 one missed, or nothing could be measured",
  )
    .argument("[names...]", "which of them; all that the edition can run unless given")
    .addOption(editionOption().default("postgres"))
    .addOption(roundsOption(9))
    .option("--json", "the findings as JSON", false)
    .option(
      "--small",
      "seeds little, to try whether all of it runs; such figures say nothing of the bounds",
      false,
    )
    .addHelpText(
      "after",
      `\nBenchmarks:\n${known.map(({ name, about }) => `  ${name.padEnd(12)} ${about}`).join("\n")}`,
    );
}

/** Reads the arguments behind the command's name. */
export function readCommandLine(
  command: Command,
  args: readonly string[],
  known: readonly Benchmark[],
): BenchRequest {
  command.parse([...args], { from: "user" });
  const { edition, rounds, json, small } = command.opts<{
    edition: Edition;
    rounds: number;
    json: boolean;
    small: boolean;
  }>();
  const canRun = ({ needsChunks }: Benchmark): boolean => needsChunks !== true || edition !== "postgres";
  const named = command.args.map((name) => {
    const found = known.find((benchmark) => benchmark.name === name);
    if (found === undefined) return command.error(`error: there is no benchmark "${name}"`);
    if (!canRun(found))
      return command.error(`error: "${name}" needs --edition timescale or timescale-apache`);
    return found;
  });
  const benchmarks = named.length === 0 ? known.filter(canRun) : named;
  return { benchmarks, edition, rounds, isJson: json, isSmall: small };
}
