// What the command takes, and what it refuses before anything is started.
import { describe, expect, it } from "vitest";
import type { Benchmark } from "./benchmark.ts";
import { type BenchRequest, createCommand, readCommandLine } from "./command-line.ts";

const benchmark = (name: string, needsChunks: boolean): Benchmark => ({
  name,
  about: `what ${name} is about`,
  needsChunks,
  run() {
    throw new Error("Nothing is run by a test of the command line.");
  },
});
const known = [benchmark("bars", false), benchmark("chunks", true)];
/** With what would end the process thrown instead, and unsaid. */
const read = (...args: readonly string[]): BenchRequest =>
  readCommandLine(
    createCommand(known)
      .exitOverride()
      .configureOutput({ writeOut: () => undefined, writeErr: () => undefined }),
    args,
    known,
  );
const namesOf = (...args: readonly string[]): readonly string[] =>
  read(...args).benchmarks.map(({ name }) => name);

describe("the command line", () => {
  it("means every benchmark the edition can run, where none is named", () => {
    expect(namesOf()).toEqual(["bars"]);
    expect(namesOf("--edition", "timescale")).toEqual(["bars", "chunks"]);
    expect(namesOf("--edition=timescale-apache", "chunks")).toEqual(["chunks"]);
  });

  it("has defaults, and takes others", () => {
    expect(read()).toMatchObject({
      edition: "postgres",
      rounds: 9,
      isJson: false,
      isSmall: false,
    });
    expect(read("--rounds=3", "--json", "--small")).toMatchObject({
      rounds: 3,
      isJson: true,
      isSmall: true,
    });
  });

  it("asks for help, which names every benchmark", () => {
    expect(() => read("-h")).toThrow(expect.objectContaining({ exitCode: 0 }));
    let said = "";
    const command = createCommand(known).configureOutput({ writeOut: (text) => void (said += text) });
    command.outputHelp();
    expect(said).toMatch(/bars +what bars is about\n +chunks +what chunks is about/u);
  });

  it.each([
    [["--hlep"], "unknown option '--hlep'"],
    [["bras"], 'there is no benchmark "bras"'],
    [["--edition", "oracle"], "Allowed choices are postgres, timescale, timescale-apache"],
    [["--rounds", "0"], "Give a whole number of 1 or more"],
    [["--rounds", "some"], "Give a whole number of 1 or more"],
    [["chunks"], '"chunks" needs --edition timescale or timescale-apache'],
  ])("refuses %s", (args, reason) => {
    expect(() => read(...args)).toThrow(reason);
  });
});
