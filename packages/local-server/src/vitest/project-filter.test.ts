import { describe, expect, it } from "vitest";
import { isProjectWanted } from "./project-filter.ts";

describe("isProjectWanted", () => {
  it.each([
    { line: "vitest run", name: "postgres", wanted: true },
    { line: "vitest run --project unit", name: "postgres", wanted: false },
    { line: "vitest run --project=unit packages/database", name: "timescale", wanted: false },
    { line: "vitest run --project unit --project postgres", name: "postgres", wanted: true },
    { line: "vitest run --project timescale*", name: "timescale-apache", wanted: true },
    { line: "vitest run --project timescale", name: "timescale-apache", wanted: false },
    { line: "vitest run --project !postgres", name: "postgres", wanted: false },
    { line: "vitest run --project !postgres", name: "timescale", wanted: true },
  ])("reads `$line` for $name", ({ line, name, wanted }) => {
    expect(isProjectWanted(name, line.split(" "))).toBe(wanted);
  });
});
