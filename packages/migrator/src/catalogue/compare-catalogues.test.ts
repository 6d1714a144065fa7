import { describe, expect, it } from "vitest";
import { type CatalogueObject, createCatalogue } from "./catalogue.ts";
import { compareCatalogues } from "./compare-catalogues.ts";

const column = (name: string, definition: CatalogueObject["definition"] = {}): CatalogueObject => ({
  class: "column",
  name,
  definition: { type: "text", notNull: true, ...definition },
});

function compare(expected: readonly CatalogueObject[], live: readonly CatalogueObject[]) {
  return compareCatalogues(createCatalogue(expected), createCatalogue(live));
}

describe("compareCatalogues", () => {
  it("takes a missing and an undeclared column of one table and type for one that was renamed", () => {
    expect(compare([column("fills.source")], [column("fills.src")])).toEqual([
      {
        kind: "missing",
        class: "column",
        name: "fills.source",
        message:
          "column fills.source is missing, and fills.src of the same type is not declared, as after a rename",
        mend: 'ALTER TABLE "fills" RENAME COLUMN "src" TO "source"',
      },
    ]);
  });

  it.each([
    ["of another type", [column("fills.src", { type: "integer" })]],
    ["of another table", [column("orders.src")]],
    ["that is computed", [column("fills.src", { generated: "stored" })]],
    ["that is one of several", [column("fills.src"), column("fills.origin")]],
  ])("takes no column for a renamed one that is %s", (_, live) => {
    const [missing, ...undeclared] = compare([column("fills.source")], live);
    expect(missing?.mend).toBe(
      'ALTER TABLE "fills" ADD COLUMN "source" text, then fill it in every row, then ALTER TABLE "fills" ALTER COLUMN "source" SET NOT NULL',
    );
    expect(undeclared.map(({ name }) => name)).toEqual(live.map(({ name }) => name).toSorted());
  });

  it("adds a column as declared where no row could stand against it", () => {
    expect(compare([column("fills.source", { default: "'x'::text" })], []).map(({ mend }) => mend)).toEqual([
      `ALTER TABLE "fills" ADD COLUMN "source" text DEFAULT 'x'::text NOT NULL`,
    ]);
  });

  it("shows long texts around the place where they differ", () => {
    const check = (limit: string): CatalogueObject => ({
      class: "constraint",
      name: "fills.fills_check",
      definition: {
        definition: `CHECK (${"a > 0 AND ".repeat(50)}b < ${limit} AND ${"c > 0 AND ".repeat(50)}true)`,
      },
    });
    const [difference] = compare([check("10")], [check("12")]);
    expect(difference?.message).toMatch(
      /definition is \.\.\..*b < 12 .*\.\.\., declared \.\.\..*b < 10 .*\.\.\.$/,
    );
  });
});
