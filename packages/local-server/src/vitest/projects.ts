// The vitest projects of this repository: `unit` without a server, and one per edition that can be had here.
// Decided once, before the run. Starts nothing: a project's server comes up with its first test file.
import { join } from "node:path";
import type { TestProjectInlineConfiguration } from "vitest/config";
import type { Edition } from "../editions/edition.ts";

const testFiles = ["packages/*/src/**/*.test.ts", "tests/src/**/*.test.ts"];
const databaseTestFiles = ["packages/*/src/**/*.pg.test.ts", "tests/src/**/*.pg.test.ts"];

export function unitProject(): TestProjectInlineConfiguration {
  return { extends: true, test: { name: "unit", include: testFiles, exclude: databaseTestFiles } };
}

export function editionProject(edition: Edition): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name: edition,
      include: databaseTestFiles,
      // These start embedded servers of their own, whatever the edition under test.
      exclude: edition === "postgres" ? [] : ["packages/local-server/**"],
      globalSetup: [join(import.meta.dirname, "edition-setup.ts")],
    },
  };
}
