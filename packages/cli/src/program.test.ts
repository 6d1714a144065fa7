import { describe, expect, it } from "vitest";
import { createProgram } from "./program.ts";

const io = { stdout: () => {}, stderr: () => {}, isTerminal: false, env: {} };

describe("the program", () => {
  it.each(createProgram(io).commands.map((command) => [command.name(), command] as const))(
    "%s takes --verbose, which the report of a failure advises",
    (_, command) => {
      expect(command.options.map(({ long }) => long)).toContain("--verbose");
    },
  );
});
