// What the command takes, and what it refuses before anything is started.
import { describe, expect, it } from "vitest";
import type { Benchmark } from "./benchmark.ts";
import { helpText, readCommandLine } from "./command-line.ts";

const benchmark = (name: string, needsChunks: boolean): Benchmark => ({
  name,
  about: `what ${name} is about`,
  needsChunks,
  run() {
    throw new Error("Nothing is run by a test of the command line.");
  },
});
const known = [benchmark("bars", false), benchmark("chunks", true)];
const namesOf = (...args: readonly string[]) =>
  readCommandLine(args, known)?.benchmarks.map(({ name }) => name);

describe("the command line", () => {
  it("means every benchmark the edition can run, where none is named", () => {
    expect(namesOf()).toEqual(["bars"]);
    expect(namesOf("--edition", "timescale")).toEqual(["bars", "chunks"]);
    expect(namesOf("--edition=timescale-apache", "chunks")).toEqual(["chunks"]);
  });

  it("has defaults, and takes others", () => {
    expect(readCommandLine([], known)).toMatchObject({
      edition: "postgres",
      rounds: 9,
      isJson: false,
      isSmall: false,
    });
    expect(readCommandLine(["--rounds=3", "--json", "--small"], known)).toMatchObject({
      rounds: 3,
      isJson: true,
      isSmall: true,
    });
  });

  it("asks for help, which names every benchmark", () => {
    expect(readCommandLine(["-h"], known)).toBeUndefined();
    expect(helpText(known)).toMatch(/bars +what bars is about\n +chunks +what chunks is about/u);
  });

  it.each([
    [["--hlep"], "Unknown option '--hlep'"],
    [["bras"], 'There is no benchmark "bras"'],
    [["--edition", "oracle"], 'There is no edition "oracle"'],
    [["--rounds", "0"], '--rounds is "0", not 1 or more'],
    [["--rounds", "some"], '--rounds is "some"'],
    [["chunks"], '"chunks" needs --edition timescale or timescale-apache'],
  ])("refuses %s", (args, reason) => {
    expect(() => readCommandLine(args, known)).toThrow(reason);
  });
});
