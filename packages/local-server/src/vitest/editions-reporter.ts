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

/** A line per test that was not run, with the reason it gave. */
function* describeSkipped(modules: readonly TestModule[]): Iterable<string> {
  for (const module of modules) {
    for (const test of module.children.allTests("skipped")) {
      const result = test.result();
      const reason = result.state === "skipped" ? result.note : undefined;
      yield `skipped on ${module.project.name}: ${test.fullName} (${reason ?? "filtered, or without a reason"})`;
    }
  }
}
