// The vitest projects of this repository: `unit` without a server, and one per edition that can be had here.
// Decided once, before the run. Starts and pulls nothing: a project's server comes up with its first test file.
import { join } from "node:path";
import type { TestProjectInlineConfiguration } from "vitest/config";
import type { Environment } from "../embedded/instance.ts";
import { editions, type Edition } from "../editions/edition.ts";
import { findEditionSources, type EditionSource, type MissingEdition } from "../editions/edition-source.ts";
import { AbsentServerSequencer } from "./absent-server-sequencer.ts";
import { EditionsReporter } from "./editions-reporter.ts";
import { isProjectWanted } from "./project-filter.ts";

const testFiles = ["packages/*/src/**/*.test.ts", "tests/src/**/*.test.ts"];
const databaseTestFiles = ["packages/*/src/**/*.pg.test.ts", "tests/src/**/*.pg.test.ts"];

declare module "vitest" {
  interface ProvidedContext {
    editionSource: EditionSource;
  }
}

export interface TestPlan {
  readonly projects: readonly TestProjectInlineConfiguration[];
  readonly reporter: EditionsReporter;
  readonly sequencer: typeof AbsentServerSequencer;
}

export interface TestPlanOptions {
  /** @defaultValue the arguments of this process, for `--project` */
  readonly argv?: readonly string[] | undefined;
  /** @defaultValue process.env */
  readonly env?: Environment | undefined;
}

/** Looks for the editions, unless the command line asks for none of them. */
export async function planTests(options: TestPlanOptions = {}): Promise<TestPlan> {
  const { argv = process.argv, env = process.env } = options;
  const isDatabaseWanted = editions.some((edition) => isProjectWanted(edition, argv));
  const found = isDatabaseWanted ? await findEditionSources(env) : [];
  const sources = found.filter((entry): entry is EditionSource => entry.kind !== "missing");
  const missing = found.filter((entry): entry is MissingEdition => entry.kind === "missing");
  return {
    projects: [unitProject(), ...sources.map((source) => editionProject(source))],
    reporter: new EditionsReporter(missing),
    sequencer: AbsentServerSequencer,
  };
}

function unitProject(): TestProjectInlineConfiguration {
  return { extends: true, test: { name: "unit", include: testFiles, exclude: databaseTestFiles } };
}

function editionProject(source: EditionSource): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name: source.edition,
      include: databaseTestFiles,
      exclude: excludedFrom(source.edition),
      globalSetup: [join(import.meta.dirname, "edition-setup.ts")],
      provide: { editionSource: source },
    },
  };
}

/**
 * What no edition makes a difference to: tests that start embedded servers of their own, those of a package that knows no
 * table and makes no extension, those of processes that only pass lines on, and those of the migrator's files, lock, ledger
 * and catalogue, whose databases have no extension (what it does to one that has is in its time-series). They run once, on
 * PostgreSQL.
 */
const editionless = [
  "packages/cli/src/commands/{local-server,migrate}/**",
  "packages/local-server/src/lifecycle-tests/**",
  "packages/database/src/{codecs,columnar,connection,copy}/**",
  "packages/database/src/pool/!(health).pg.test.ts",
  "packages/migrator/src/*.pg.test.ts",
  "packages/migrator/src/{catalogue,declared,generate,repeatable,rollback,session}/**",
  "packages/pino-transport/**",
  // What the planner takes in a chunk depends on how little lies in it; here it shows what it would take at length.
  "tests/src/schema/query-plans.pg.test.ts",
  "tests/src/migrator/{failures,kill,kill-sweep,race}.pg.test.ts",
  // Texts on their way through every statement, and what the documents show of the repositories.
  "packages/repositories/src/contract/legal-text.pg.test.ts",
  "tests/src/docs/**",
];

function excludedFrom(edition: Edition): string[] {
  return edition === "postgres" ? [] : editionless;
}
