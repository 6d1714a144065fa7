// The state machine of orders without a server: held to FIX's order state change matrices, and to a venue that works an order
// through thousands of random courses, told in order, twice, late and out of order.
import { ConflictError, InvalidInputError, NotFoundError } from "@app/database";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OrderStatus } from "@app/schema/vocabulary";
import type { ExecutionReport } from "./execution-report.ts";
import { keepInMemory, newOrderInMemory, type OrderInMemory } from "./testing/order-in-memory.ts";
import { type Command, commands, EVERYTHING, type Step, workOrder } from "./testing/venue.ts";

const QUANTITY = 10;

/** What a row says of a report beside what all reports have. */
type Told = { readonly type: ExecutionReport["type"] } & Readonly<Record<string, string>>;

/** A row of a matrix: what is reported, then OrdStatus, OrderQty and CumQty after it. */
type Row = readonly [report: Told, status: OrderStatus, quantity: number, filled: number];

const fill = (quantity: number, tradeId: string, price = 100): Told => ({
  type: "fill",
  exchangeTradeId: tradeId,
  quantity: String(quantity),
  price: String(price),
});
const correct = (tradeId: string, quantity: number, price: number): Told => ({
  ...fill(quantity, tradeId, price),
  type: "trade_correct",
});
const bust = (exchangeTradeId: string): Told => ({
  type: "trade_cancel",
  exchangeTradeId,
});
const replaced = (quantity: number): Told => ({
  type: "replaced",
  quantity: String(quantity),
});
const accepted: Row = [{ type: "new" }, "new", 10_000, 0];

/**
 * FIX 5.0 SP2, volume 4, appendix "Order State Change Matrices" (FIX 4.4: volume 4, appendix D), by the numbers it gives them.
 * Only what a venue reports: requests are our own.
 */
const matrices: readonly (readonly [string, readonly Row[]])[] = [
  [
    "A.1.a: filled order",
    [
      accepted,
      [fill(2_000, "1"), "partially_filled", 10_000, 2_000],
      [fill(1_000, "2"), "partially_filled", 10_000, 3_000],
      [fill(7_000, "3"), "filled", 10_000, 10_000],
    ],
  ],
  ["A.1.a: an order that is rejected", [[{ type: "rejected" }, "rejected", 10_000, 0]]],
  [
    "B.1.a: cancel request issued for a zero-filled order",
    [
      accepted,
      [{ type: "pending_cancel" }, "pending_cancel", 10_000, 0],
      [{ type: "canceled" }, "canceled", 10_000, 0],
    ],
  ],
  [
    "B.1.a: and refused",
    [
      accepted,
      [{ type: "pending_cancel" }, "pending_cancel", 10_000, 0],
      [{ type: "cancel_rejected" }, "new", 10_000, 0],
    ],
  ],
  [
    "B.1.b: cancel request issued for a part-filled order, executions occur whilst cancel request is active",
    [
      accepted,
      [fill(2_000, "1"), "partially_filled", 10_000, 2_000],
      [fill(3_000, "2"), "partially_filled", 10_000, 5_000],
      [{ type: "pending_cancel" }, "pending_cancel", 10_000, 5_000],
      [fill(1_000, "3"), "pending_cancel", 10_000, 6_000],
      [{ type: "canceled" }, "canceled", 10_000, 6_000],
    ],
  ],
  [
    // FIX tells the fifth row as pending cancel, which outranks filled until the request is refused: here it is filled at once,
    // since nothing is left that could be canceled.
    "B.1.c: cancel request issued for an order that becomes filled before cancel request can be accepted",
    [
      accepted,
      [fill(2_000, "1"), "partially_filled", 10_000, 2_000],
      [fill(3_000, "2"), "partially_filled", 10_000, 5_000],
      [{ type: "pending_cancel" }, "pending_cancel", 10_000, 5_000],
      [fill(5_000, "3"), "filled", 10_000, 10_000],
      [{ type: "cancel_rejected" }, "filled", 10_000, 10_000],
    ],
  ],
  [
    // FIX tells the third row as pending replace, which outranks filled: here what is filled takes no request.
    "C.1.c: filled order, followed by cancel/replace request to increase order quantity",
    [
      accepted,
      [fill(10_000, "1"), "filled", 10_000, 10_000],
      [{ type: "pending_replace" }, "filled", 10_000, 10_000],
      [replaced(12_000), "partially_filled", 12_000, 10_000],
      [fill(2_000, "2"), "filled", 12_000, 12_000],
    ],
  ],
  [
    "C.2.a: cancel/replace request (not for quantity change) is rejected as a fill has occurred",
    [
      accepted,
      [fill(1_000, "1"), "partially_filled", 10_000, 1_000],
      [fill(9_000, "2"), "filled", 10_000, 10_000],
      [{ type: "replace_rejected" }, "filled", 10_000, 10_000],
    ],
  ],
  [
    "C.3.a: the requested order qty exceeds the cum qty; order is replaced then filled",
    [
      accepted,
      [fill(1_000, "1"), "partially_filled", 10_000, 1_000],
      [fill(500, "2"), "partially_filled", 10_000, 1_500],
      [{ type: "pending_replace" }, "pending_replace", 10_000, 1_500],
      [fill(100, "3"), "pending_replace", 10_000, 1_600],
      [replaced(8_000), "partially_filled", 8_000, 1_600],
      [fill(6_400, "4"), "filled", 8_000, 8_000],
    ],
  ],
  [
    "C.3.b: the requested order qty equals the cum qty",
    [
      accepted,
      [fill(7_000, "1"), "partially_filled", 10_000, 7_000],
      [replaced(7_000), "filled", 7_000, 7_000],
    ],
  ],
  [
    "C.3.c: the requested order qty is below cum qty; order qty is amended to cum qty",
    [
      accepted,
      [fill(8_000, "1"), "partially_filled", 10_000, 8_000],
      [replaced(8_000), "filled", 8_000, 8_000],
    ],
  ],
  [
    "D.1.a: one cancel/replace request is issued which is accepted, another one is issued which is also accepted",
    [
      accepted,
      [fill(1_000, "1"), "partially_filled", 10_000, 1_000],
      [{ type: "pending_replace" }, "pending_replace", 10_000, 1_000],
      [fill(500, "2"), "pending_replace", 10_000, 1_500],
      [replaced(8_000), "partially_filled", 8_000, 1_500],
      [fill(2_000, "3"), "partially_filled", 8_000, 3_500],
      [{ type: "pending_replace" }, "pending_replace", 8_000, 3_500],
      [replaced(6_000), "partially_filled", 6_000, 3_500],
      [fill(2_500, "4"), "filled", 6_000, 6_000],
    ],
  ],
  [
    // From the eighth row on FIX replaces the filled order, for more: C.1.c is that.
    "J.1.a: filled order, followed by correction and cancellation of executions",
    [
      accepted,
      [fill(1_000, "C", 100), "partially_filled", 10_000, 1_000],
      [fill(9_000, "D", 110), "filled", 10_000, 10_000],
      [bust("C"), "partially_filled", 10_000, 9_000],
      [correct("D", 9_000, 100), "partially_filled", 10_000, 9_000],
      [fill(1_000, "G", 120), "filled", 10_000, 10_000],
      [correct("D", 9_000, 120), "filled", 10_000, 10_000],
    ],
  ],
  [
    "J.1.b: a canceled order followed by a busted execution and a new execution",
    [
      accepted,
      [fill(5_000, "B", 50), "partially_filled", 10_000, 5_000],
      [{ type: "pending_cancel" }, "pending_cancel", 10_000, 5_000],
      [{ type: "canceled" }, "canceled", 10_000, 5_000],
      [bust("B"), "canceled", 10_000, 0],
      [fill(4_000, "F", 51), "canceled", 10_000, 4_000],
    ],
  ],
];

const facts = ({ order }: OrderInMemory): readonly [OrderStatus, number, number] => [
  order.status,
  Number(order.quantity),
  Number(order.filledQuantity),
];

/** The report of a row, each a second after the one before. */
function reportOn({ order }: OrderInMemory, index: number, told: Told): ExecutionReport {
  const report = {
    order: { orderId: order.id },
    executionId: `execution ${index}`,
    transactTime: order.createdAt.add({ seconds: index + 1 }),
    settlementCurrency: "USD",
    source: "test",
    ...told,
  };
  // A row gives what its type needs beside this, and checkReport looks.
  return report as unknown as ExecutionReport;
}

describe("FIX's order state change matrix", () => {
  it.each(matrices)("%s", (_, rows) => {
    const kept = keepInMemory(newOrderInMemory("10000"));
    for (const [index, [given, ...expected]] of rows.entries()) {
      const report = reportOn(kept, index, given);
      kept.apply(report);
      expect(facts(kept), `row ${index + 1}: ${report.type}`).toEqual(expected);
      const { order } = kept;
      expect(kept.apply(report)).not.toBe("applied");
      expect(kept.order, `row ${index + 1} a second time`).toBe(order);
    }
  });

  it("J.1.a gives the average price of what counts", () => {
    const [, rows] = matrices.find(([name]) => name.startsWith("J.1.a")) ?? ["", []];
    const kept = keepInMemory(newOrderInMemory("10000"));
    const prices = rows.map(([given], index) => {
      kept.apply(reportOn(kept, index, given));
      return kept.order.averageFillPrice;
    });
    expect(prices.map(Number)).toEqual([0, 100, 109, 110, 100, 102, 120]);
  });
});

/**
 * FIX 5.0 SP2, volume 4, the table of OrdStatus with its precedence: pending cancel (12), pending replace (11), filled (8),
 * suspended (6), canceled and expired (5), partially filled (4), new (2). What is reported, then what stands after it.
 */
const precedences: readonly (readonly [
  before: readonly Told[],
  told: ExecutionReport["type"],
  OrderStatus,
])[] = [
  [[{ type: "new" }, { type: "pending_cancel" }], "pending_replace", "pending_cancel"],
  [[{ type: "new" }, { type: "pending_cancel" }], "suspended", "pending_cancel"],
  [[{ type: "new" }, { type: "pending_cancel" }], "new", "pending_cancel"],
  [[{ type: "new" }, { type: "pending_replace" }], "suspended", "pending_replace"],
  [[{ type: "new" }, { type: "pending_replace" }], "pending_cancel", "pending_cancel"],
  [[{ type: "new" }, { type: "suspended" }], "pending_cancel", "pending_cancel"],
  [[{ type: "new" }, { type: "suspended" }], "pending_replace", "pending_replace"],
  [[fill(1, "1")], "new", "partially_filled"],
  [[fill(1, "1")], "rejected", "partially_filled"],
  ...(["canceled", "expired", "rejected"] as const).flatMap((end) =>
    (["new", "pending_cancel", "pending_replace", "suspended", "replace_rejected", "expired"] as const).map(
      (told) => [[{ type: end }], told, end] as const,
    ),
  ),
  ...(["new", "pending_cancel", "pending_replace", "suspended", "rejected", "canceled"] as const).map(
    (told) => [[fill(10, "1")], told, "filled"] as const,
  ),
];

describe("the precedence of states", () => {
  it.each(precedences)("after %j leaves a report of %s at %s", (before, told, status) => {
    const kept = keepInMemory(newOrderInMemory("10"));
    for (const [index, report] of [...before, { type: told }].entries())
      kept.apply(reportOn(kept, index, report));
    expect(kept.order.status).toBe(status);
  });
});

describe("the quantity a fill says its order is for", () => {
  const told = (orderQuantity: string): Told => ({ ...fill(1, `of ${orderQuantity}`), orderQuantity });

  it("counts where the replace is still under way", () => {
    const kept = keepInMemory(newOrderInMemory("10"));
    kept.apply(reportOn(kept, 5, told("12")));
    expect(facts(kept)).toEqual(["partially_filled", 12, 1]);
  });

  it("is that of before a replace, where the fill comes late", () => {
    const kept = keepInMemory(newOrderInMemory("10"));
    kept.apply(reportOn(kept, 5, replaced(12)));
    kept.apply(reportOn(kept, 3, told("10")));
    expect(facts(kept)).toEqual(["partially_filled", 12, 1]);
    kept.apply(reportOn(kept, 7, told("11")));
    expect(facts(kept)).toEqual(["partially_filled", 11, 2]);
  });
});

/** What may be given again later: a fill whose replace, or a bust whose fill, is still under way. */
function isEarly(error: unknown): boolean {
  return (
    error instanceof NotFoundError || error instanceof ConflictError || error instanceof InvalidInputError
  );
}

/** Gives reports as they come; what is refused is given again once something else was taken. */
function giveAll(kept: OrderInMemory, reports: readonly ExecutionReport[]): void {
  let waiting: readonly ExecutionReport[] = reports;
  for (;;) {
    const refused = waiting.filter((report) => {
      try {
        kept.apply(report);
        return false;
      } catch (error) {
        if (!isEarly(error)) throw error;
        return true;
      }
    });
    if (refused.length === 0) return;
    if (refused.length === waiting.length) throw new Error(`${refused.length} reports are never taken.`);
    waiting = refused;
  }
}

const seeds = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 40, maxLength: 40 });
const shuffled = <Item>(items: readonly Item[], keys: readonly number[]): readonly Item[] =>
  items
    .map((item, index) => ({ item, key: keys[index % keys.length] ?? 0 }))
    .toSorted((one, other) => one.key - other.key)
    .map(({ item }) => item);

/** Some items twice, the second time later on. */
const repeated = <Item>(items: readonly Item[], keys: readonly number[]): readonly Item[] => {
  const again = items.filter((_, index) => (keys[index % keys.length] ?? 0) > 0.5);
  const behind = shuffled([...items.keys()], keys).slice(0, again.length);
  const result: Item[] = [...items];
  for (const [index, item] of again.entries()) {
    const place = Math.max(result.lastIndexOf(item) + 1, (behind[index] ?? 0) + index);
    result.splice(place, 0, item);
  }
  return result;
};

const isOfFills = ({ report }: Step): boolean =>
  ["fill", "trade_cancel", "trade_correct"].includes(report.type);

/**
 * Whether the fills find room even where what takes them back comes last. Where not, a fill is refused as one beyond the
 * quantity until its bust came, which is refused until the fill came: such reports have to come in order.
 */
function hasRoomForAll(steps: readonly Step[]): boolean {
  const greatest = new Map<string, number>();
  for (const { report } of steps) {
    if (report.type !== "fill" && report.type !== "trade_correct") continue;
    const id = report.exchangeTradeId ?? "";
    greatest.set(id, Math.max(greatest.get(id) ?? 0, Number(report.quantity)));
  }
  return [...greatest.values()].reduce((sum, quantity) => sum + quantity, 0) <= QUANTITY;
}

/** Puts the items of `other` between those of `one`, which stay in their order. */
function interleaved<Item>(
  one: readonly Item[],
  other: readonly Item[],
  keys: readonly number[],
): readonly Item[] {
  const result = [...one];
  for (const [index, item] of other.entries()) {
    result.splice(Math.floor((keys[index % keys.length] ?? 0) * (result.length + 1)), 0, item);
  }
  return result;
}

describe("an order worked by a venue", () => {
  const start = () => {
    const kept = keepInMemory(newOrderInMemory(String(QUANTITY)));
    const { id, createdAt } = kept.order;
    return { kept, sent: { orderId: id, createdAt, quantity: QUANTITY, limitPrice: 100 } };
  };
  const factsOf = ({ status, quantity, filled }: Step) => [status, quantity, filled];

  it("is after each report what it is at the venue", () => {
    const seen = new Set<string>();
    const follow = (given: readonly Command[]): void => {
      const { kept, sent } = start();
      for (const step of workOrder(sent, given)) {
        const before = kept.order.status;
        kept.apply(step.report);
        expect(facts(kept), step.report.type).toEqual(factsOf(step));
        seen.add(step.report.type).add(`${before} > ${kept.order.status}`);
      }
    };
    fc.assert(fc.property(commands(EVERYTHING, 30), follow), { numRuns: 2_000 });
    seen.clear();
    for (const given of fc.sample(commands(EVERYTHING, 30), { numRuns: 2_000, seed: 1 })) follow(given);
    // The courses of this seed go everywhere: every type of report was given, and every state left and reached.
    for (const type of [
      "replaced",
      "suspended",
      "rejected",
      "trade_correct",
      "trade_cancel",
      "replace_rejected",
    ]) {
      expect(seen).toContain(type);
    }
    for (const change of [
      "filled > partially_filled",
      "filled > canceled",
      "suspended > new",
      "pending_replace > filled",
    ]) {
      expect(seen).toContain(change);
    }
  });

  it("is the same where reports come again, at once or much later", () => {
    expect.hasAssertions();
    fc.assert(
      fc.property(commands(EVERYTHING, 20), seeds, (given, keys) => {
        const { kept, sent } = start();
        const steps = workOrder(sent, given);
        for (const { report } of repeated(steps, keys)) kept.apply(report);
        const last = steps.at(-1);
        if (last !== undefined) expect(facts(kept)).toEqual(factsOf(last));
      }),
      { numRuns: 2_000 },
    );
  });

  it("is the same however late its fills come beside the reports of its state", () => {
    expect.hasAssertions();
    fc.assert(
      fc.property(
        commands(
          ["acknowledge", "fill", "request_cancel", "refuse", "cancel", "suspend", "reinstate", "expire"],
          15,
        ),
        seeds,
        (given, keys) => {
          const { kept, sent } = start();
          const steps = workOrder(sent, given);
          const states = steps.filter((step) => !isOfFills(step));
          const fills = shuffled(steps.filter(isOfFills), keys);
          giveAll(
            kept,
            repeated(interleaved(states, fills, keys), keys).map(({ report }) => report),
          );
          const last = steps.at(-1);
          if (last !== undefined) expect(facts(kept)).toEqual(factsOf(last));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("keeps the terms it was sent with where a replace back to them is told before everything else", () => {
    const { kept, sent } = start();
    const steps = workOrder(sent, [
      { kind: "acknowledge", quantity: 1, place: 0 },
      { kind: "request_replace", quantity: 1, place: 0 },
      { kind: "replace", quantity: 1, place: 0 },
      { kind: "request_replace", quantity: 1, place: 0 },
      { kind: "replace", quantity: QUANTITY, place: 0 },
    ]);
    const told = steps.filter(({ report }) => report.type !== "pending_replace").map(({ report }) => report);
    giveAll(kept, told.toReversed());
    expect(Number(kept.order.quantity)).toBe(QUANTITY);
  });

  it("is the same in whatever order acknowledgement, fills, replaces and end come", () => {
    const seen = new Set<string>();
    const kinds = ["acknowledge", "fill", "request_replace", "replace", "cancel", "expire"] as const;
    const property = fc.property(commands(kinds, 20), seeds, (given, keys) => {
      const { kept, sent } = start();
      const inOrder = keepInMemory(kept.order);
      const told = workOrder(sent, given)
        .filter(({ report }) => report.type !== "pending_replace")
        .map(({ report, quantity }, index): ExecutionReport =>
          // Some venues tell the quantity with a fill.
          report.type === "fill" && (keys[index % keys.length] ?? 0) > 0.5
            ? { ...report, orderQuantity: String(quantity) }
            : report,
        );
      for (const report of told) inOrder.apply(report);
      const reports = shuffled(told, keys);
      for (const [index, report] of reports.entries()) {
        if (report.type === "replaced" && index > 0) seen.add(`replaced after ${reports[index - 1]?.type}`);
      }
      giveAll(kept, [...reports, ...shuffled(reports, keys.toReversed())]);
      const factsOfOrder = (one: OrderInMemory) => [
        ...facts(one),
        Number(one.order.limitPrice),
        one.order.endedAs,
      ];
      expect(factsOfOrder(kept)).toEqual(factsOfOrder(inOrder));
    });
    fc.assert(property, { numRuns: 2_000 });
    seen.clear();
    fc.assert(property, { numRuns: 2_000, seed: 1 });
    // The courses of this seed go everywhere.
    for (const before of ["fill", "canceled", "expired"]) expect(seen).toContain(`replaced after ${before}`);
  });

  it("is the same in whatever order acknowledgement, fills, end, busts and corrections come", () => {
    expect.hasAssertions();
    fc.assert(
      fc.property(
        commands(["acknowledge", "fill", "cancel", "expire", "bust", "correct"], 15),
        seeds,
        (given, keys) => {
          const { kept, sent } = start();
          const steps = workOrder(sent, given);
          fc.pre(hasRoomForAll(steps));
          const reports = shuffled(steps, keys).map(({ report }) => report);
          giveAll(kept, [...reports, ...shuffled(reports, keys.toReversed())]);
          const last = steps.at(-1);
          if (last !== undefined) expect(facts(kept)).toEqual(factsOf(last));
        },
      ),
      { numRuns: 4_000 },
    );
  });
});
