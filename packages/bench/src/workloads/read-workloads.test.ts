import { type CataloguedQuery, queryCatalogue } from "@app/schema/queries";
import { describe, expect, it } from "vitest";
import { createDraw } from "./draw.ts";
import { drawStatement, readWorkloadNames } from "./read-workloads.ts";
import { madeUpFacts } from "./testing/made-up-facts.ts";

const catalogue: readonly CataloguedQuery[] = queryCatalogue;

const drawMany = (query: CataloguedQuery, seed: number): readonly unknown[] => {
  const draw = createDraw(seed);
  return Array.from({ length: 5 }, () =>
    JSON.stringify(drawStatement(query, madeUpFacts, draw).values?.map(String)),
  );
};

describe("the workloads", () => {
  it("are there for every catalogued query, by its name, and for no other", () => {
    expect([...readWorkloadNames].toSorted()).toEqual(catalogue.map(({ name }) => name).toSorted());
  });

  it.each(catalogue.map((query) => [query.name, query] as const))("%s draws every parameter", (_, query) => {
    const { values, name, text } = drawStatement(query, madeUpFacts, createDraw(1));
    expect({ name, text }).toEqual({ name: query.name, text: query.sql });
    expect(values).toHaveLength(query.parameters.length);
    expect(values).not.toContain(undefined);
  });

  it("draw the same values from the same seed, and others from another", () => {
    const bars = catalogue.find(({ name }) => name === "market_data.list_bars");
    if (bars === undefined) throw new Error("There is no such query.");
    expect(drawMany(bars, 7)).toEqual(drawMany(bars, 7));
    expect(drawMany(bars, 7)).not.toEqual(drawMany(bars, 8));
    expect(new Set(drawMany(bars, 7)).size).toBeGreaterThan(1);
  });

  it("say what there is none of where the database is empty", () => {
    const get = catalogue.find(({ name }) => name === "orders.get");
    if (get === undefined) throw new Error("There is no such query.");
    expect(() => drawStatement(get, { ...madeUpFacts, orders: [] }, createDraw(1))).toThrow(
      /There are no orders/u,
    );
  });
});
