// Counts what a run came to. A file or suite that could not run is one failure: its tests say nothing.
import type { TestModule } from "vitest/node";

export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

/** The three methods of vitest's module that the count needs. */
export type CountedModule = Pick<TestModule, "errors" | "children">;

export function countTests(modules: readonly CountedModule[]): Totals {
  const totals: Totals = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    if (module.errors().length > 0) totals.failed += 1;
    for (const suite of module.children.allSuites()) {
      if (suite.errors().length > 0) totals.failed += 1;
    }
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === "passed") totals.passed += 1;
      else if (state === "failed") totals.failed += 1;
      else totals.skipped += 1;
    }
  }
  return totals;
}

export function describeTotals(totals: Totals): string {
  const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : "";
  return `${totals.passed} passed, ${totals.failed} failed${skipped}`;
}
