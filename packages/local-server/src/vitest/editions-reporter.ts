// Says after a run which editions it ran on and which not, and ends with one line of totals.
import type { Reporter, TestModule, TestSuite, Vitest } from "vitest/node";

export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

export class EditionsReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const totals = countTests(modules);
    totals.failed += unhandledErrors.length;
    this.#vitest?.logger.log(describeTotals(totals));
  }
}

/** A file or suite that could not run counts as one failure: its tests say nothing. */
export function countTests(modules: readonly TestModule[]): Totals {
  const totals: Totals = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    if (module.errors().length > 0) totals.failed += 1;
    for (const suite of module.children.allSuites()) if (hasErrors(suite)) totals.failed += 1;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === "passed") totals.passed += 1;
      else if (state === "failed") totals.failed += 1;
      else totals.skipped += 1;
    }
  }
  return totals;
}

function hasErrors(suite: TestSuite): boolean {
  return suite.errors().length > 0;
}

export function describeTotals(totals: Totals): string {
  const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : "";
  return `${totals.passed} passed, ${totals.failed} failed${skipped}`;
}
