import { describe, expect, it } from "vitest";
import { pagesReadWhole } from "./index-use-gate.ts";

const chunks = ["monday", "tuesday", "wednesday", "thursday"].map((name) => ({
  name,
  table: "trades",
  pages: 200,
  rows: 5_000,
}));
const relations = new Map(
  [...chunks, { name: "orders", table: null, pages: 300, rows: 9_000 }].map((relation) => [
    relation.name,
    relation,
  ]),
);
const read = (rows: number, ...names: readonly string[]): number =>
  pagesReadWhole({ whole: names.map((relation) => ({ relation, rows })) }, relations);

describe("what a plan reads from end to end", () => {
  it("counts a table that is no chunk, however many of its rows are wanted", () => {
    expect(read(9_000, "orders")).toBe(300);
  });

  it("counts a chunk of which few rows are wanted, as where an index is missing", () => {
    expect(read(499, "monday")).toBe(200);
    expect(read(499, "monday", "tuesday")).toBe(400);
  });

  it("does not count a chunk of which a tenth or more is wanted, as of a whole day", () => {
    expect(read(500, "monday")).toBe(0);
    expect(read(5_000, "monday", "tuesday")).toBe(0);
  });

  it("counts chunks that are most of their table", () => {
    expect(read(5_000, "monday", "tuesday", "wednesday")).toBe(600);
  });

  it("knows nothing of a relation that came after it looked", () => {
    expect(read(5_000, "friday")).toBe(0);
  });
});
