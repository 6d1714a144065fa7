import { type CataloguedQuery, queryCatalogue } from "@app/schema/queries";
import { describe, expect, it } from "vitest";
import type { BenchFacts } from "./bench-facts.ts";
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

/** What one call is given, as text by parameter. */
function drawnOf(query: CataloguedQuery, facts: BenchFacts, seed = 1): Readonly<Record<string, string>> {
  const { values = [] } = drawStatement(query, facts, createDraw(seed));
  return Object.fromEntries(query.parameters.map((parameter, place) => [parameter, String(values[place])]));
}

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

  it("look for the fills of an order from a day before it to a week after it, as the repository does", () => {
    const ofOrder = catalogue.filter(({ name }) => name.endsWith("_by_order") && name.startsWith("trades."));
    expect(ofOrder).toHaveLength(3);
    for (const query of ofOrder) {
      expect(drawnOf(query, madeUpFacts)).toMatchObject({
        // What the made-up order's id holds, less a day.
        from: "2026-03-01T15:30:25.728Z",
        cursorTime: "2026-03-09T15:30:25.728Z",
        limit: query.name === "trades.edge_by_order" ? "10000" : "100",
      });
    }
  });

  it("look for an order by its name in the window of its age, counted from the newest", () => {
    const query = catalogue.find(({ name }) => name === "orders.find_by_client_order_id");
    if (query === undefined) throw new Error("There is no such query.");
    const [order] = madeUpFacts.orders;
    if (order === undefined) throw new Error("There is no order.");
    const old = { ...order, createdAt: order.createdAt.subtract({ hours: 24 * 20 }) };
    const drawn = Array.from({ length: 20 }, (_, seed) =>
      drawnOf(query, { ...madeUpFacts, orders: [old, order] }, seed),
    );
    const windows = new Set(drawn.map(({ from, cursorTime }) => `${from} to ${cursorTime}`));
    expect([...windows].toSorted()).toEqual([
      "2026-01-31T14:30:00Z to 2026-02-22T14:30:00Z",
      "2026-02-28T14:30:00Z to 9999-12-31T00:00:00Z",
    ]);
  });

  it("say what there is none of where the database is empty", () => {
    const get = catalogue.find(({ name }) => name === "orders.get");
    if (get === undefined) throw new Error("There is no such query.");
    expect(() => drawStatement(get, { ...madeUpFacts, orders: [] }, createDraw(1))).toThrow(
      /There are no orders/u,
    );
  });
});
