// A replace that is told late, without a server: the same reports in every order of arrival leave one state of the order.
import { describe, expect, it } from "vitest";
import { keepInMemory, newOrderInMemory } from "./testing/order-in-memory.ts";
import { COURSES, giveUntilTaken, permutations } from "./testing/late-replaces.ts";

describe("new, replaced, fills and end in every order of arrival", () => {
  it.each(COURSES)("leave one state: $name", async ({ reportsOf, end }) => {
    const order = newOrderInMemory("1");
    const arrivals = permutations(reportsOf(order));
    expect(arrivals.length).toBeGreaterThanOrEqual(24);
    for (const reports of arrivals) {
      const kept = keepInMemory(order);
      // A second time changes nothing, whatever came between.
      for (const time of ["first", "second"]) {
        expect(await giveUntilTaken(reports, (report) => kept.apply(report))).toEqual([]);
        expect(kept.order, `${time}: ${reports.map(({ type }) => type).join(", ")}`).toMatchObject({
          ...end,
          quantity: "5",
          limitPrice: "101",
          clientOrderId: "client again",
        });
      }
    }
  });
});

describe("a replace of a filled order", () => {
  it("gives a fill its room by the quantity the fill tells, before its own report has come", () => {
    const kept = keepInMemory(newOrderInMemory("1"));
    const [, replaced, first, second] = COURSES[0]?.reportsOf(kept.order) ?? [];
    if (replaced === undefined || first?.type !== "fill" || second === undefined)
      throw new TypeError("No course.");
    kept.apply({ ...first, orderQuantity: undefined });
    expect(kept.order.status).toBe("filled");
    kept.apply(second);
    expect(kept.order).toMatchObject({ status: "partially_filled", quantity: "5", filledQuantity: "2" });
    kept.apply(replaced);
    expect(kept.order).toMatchObject({ status: "partially_filled", quantity: "5", limitPrice: "101" });
  });
});
