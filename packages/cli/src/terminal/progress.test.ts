import { expect, it } from "vitest";
import { barLayout } from "./progress.ts";

/** The line with the widest values a long import shows. */
function widest(columns: number): string {
  const { format, bar } = barLayout("importing", columns);
  const values = {
    bar: "=".repeat(bar),
    percentage: "100",
    rows: "100,000,000",
    rate: "1,000,000",
    left: "100 min",
  };
  return Object.entries(values).reduce((line, [name, value]) => line.replace(`{${name}}`, value), format);
}

it.each([60, 80, 120])("the line of an import fits %i columns", (columns) => {
  expect(widest(columns).length).toBeLessThanOrEqual(columns);
  expect(widest(columns)).toMatch(/ left$/);
});
