// Says after a run which tests were skipped and why, which editions it ran on and which not, and ends with one
// line of totals.
import type { Reporter, TestModule, TestProject, TestSpecification, Vitest } from "vitest/node";
import { editions } from "../editions/edition.ts";
import type { MissingEdition } from "../editions/edition-source.ts";
import { countTests, describeTotals } from "./totals.ts";

export class EditionsReporter implements Reporter {
  readonly #missing: readonly MissingEdition[];
  #vitest: Vitest | undefined;
  #projects: ReadonlySet<TestProject> = new Set();

  constructor(missing: readonly MissingEdition[]) {
    this.#missing = missing;
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.#projects = new Set(specifications.map(({ project }) => project));
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const totals = countTests(modules);
    totals.failed += unhandledErrors.length;
    const lines = [...describeSkipped(modules), ...this.#describeEditions(modules), describeTotals(totals)];
    this.#vitest?.logger.log(lines.join("\n"));
    // Nothing failed, but nothing was tested either.
    if (modules.length === 0 && this.#projects.size > 0) process.exitCode = 1;
  }

  *#describeEditions(modules: readonly TestModule[]): Iterable<string> {
    const projects = [...this.#projects];
    for (const edition of editions) {
      const context = projects.find(({ name }) => name === edition)?.getProvidedContext();
      const reason =
        context?.testServerProblem?.reason ??
        this.#missing.find((entry) => entry.edition === edition)?.reason;
      if (context?.testServer !== undefined) {
        const { passed, failed } = countTests(modules.filter(({ project }) => project.name === edition));
        yield `${edition}: ${context.testServer.version}: ${passed} passed, ${failed} failed`;
      } else if (reason !== undefined) {
        yield `${edition}: not run (${reason})`;
      }
    }
  }
}

/** A line per edition and reason, with how many tests were skipped for it and which. */
function* describeSkipped(modules: readonly TestModule[]): Iterable<string> {
  const skipped = modules.flatMap((module) =>
    [...module.children.allTests("skipped")].map((test) => {
      const result = test.result();
      const note = result.state === "skipped" ? result.note : undefined;
      return {
        name: test.fullName,
        cause: `${module.project.name}: ${note ?? "by a filter, or by the condition in its name"}`,
      };
    }),
  );
  for (const [cause, tests] of Map.groupBy(skipped, (test) => test.cause)) {
    const names = tests.slice(0, 3).map(({ name }) => `"${name}"`);
    const more = tests.length > names.length ? ` and ${tests.length - names.length} more` : "";
    yield `skipped on ${cause}: ${names.join(", ")}${more}`;
  }
}
