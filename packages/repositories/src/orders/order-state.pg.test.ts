// The state machine of orders against a model: random reports, each given once or twice, in random order, by one or three
// sessions. Whatever the order of arrival, the order ends where FIX's precedence puts it, with the fills that count.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OrderStatus } from "@app/schema/vocabulary";
import type { ExecutionReport } from "./execution-report.ts";
import type { Order } from "./order.ts";
import { useOrderMarket } from "./testing/order-market.ts";

const market = useOrderMarket();
const QUANTITY = 10;

/** What happened at the venue, in its order. */
interface Course {
  readonly fills: readonly number[];
  /** Which of the fills are taken back. */
  readonly busted: readonly boolean[];
  readonly isAcknowledged: boolean;
  readonly isCancelRequested: boolean;
  readonly end: "canceled" | "expired" | undefined;
}

const courses: fc.Arbitrary<Course> = fc
  .record({
    fills: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 5 }),
    isAcknowledged: fc.boolean(),
    isCancelRequested: fc.boolean(),
    end: fc.constantFrom("canceled" as const, "expired" as const, undefined),
    busts: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
  })
  .map(({ fills, busts, ...course }) => {
    let room = QUANTITY;
    const within = fills.filter((quantity) => quantity <= room && ((room -= quantity), true));
    return { ...course, fills: within, busted: within.map((_, index) => busts[index] === true) };
  });

/** The state of FIX precedence: filled, then the end, then a cancel that is asked for, then what the fills say. */
function expectedStatus(course: Course, filled: number): OrderStatus {
  if (filled === QUANTITY) return "filled";
  if (course.end !== undefined) return course.end;
  // A request to cancel is over once nothing is left to cancel, though a bust makes something left again.
  const wasFilled = course.fills.reduce((sum, quantity) => sum + quantity, 0) === QUANTITY;
  if (course.isCancelRequested && !wasFilled) return "pending_cancel";
  if (filled > 0) return "partially_filled";
  return course.isAcknowledged || course.fills.length > 0 ? "new" : "pending_new";
}

function reportsOf(
  order: Order,
  course: Course,
): { readonly first: ExecutionReport[]; readonly busts: ExecutionReport[] } {
  const fills = course.fills.map((quantity, index) =>
    market.fill(order, String(quantity), {
      exchangeTradeId: `${order.id} ${index}`,
      price: String(100 + index),
    }),
  );
  return {
    first: [
      ...(course.isAcknowledged ? [market.state(order, "new", { transactTime: order.createdAt })] : []),
      ...(course.isCancelRequested ? [market.state(order, "pending_cancel")] : []),
      ...fills,
      ...(course.end === undefined ? [] : [market.state(order, course.end)]),
    ],
    busts: course.busted.flatMap((isBusted, index) =>
      isBusted
        ? [
            {
              ...market.state(order, "new"),
              type: "trade_cancel" as const,
              exchangeTradeId: `${order.id} ${index}`,
            },
          ]
        : [],
    ),
  };
}

/** A permutation by sort keys, with some reports given a second time. */
function arranged(reports: readonly ExecutionReport[], keys: readonly number[], isTwice: readonly boolean[]) {
  return reports
    .flatMap((report, index) => (isTwice[index % isTwice.length] === true ? [report, report] : [report]))
    .map((report, index) => ({ report, key: keys[index % keys.length] ?? 0 }))
    .toSorted((one, other) => one.key - other.key)
    .map(({ report }) => report);
}

const arrivals = fc.record({
  course: courses,
  keys: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 23, maxLength: 23 }),
  isTwice: fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
});

describe("reports in any order, any number of times", () => {
  it.each([
    ["one session", 1],
    ["three sessions", 3],
  ])(
    "from %s lead to the state FIX ranks highest, and the sum of the fills that count",
    async (_, sessions) => {
      await fc.assert(
        fc.asyncProperty(arrivals, async ({ course, keys, isTwice }) => {
          const order = await market.orders.submit(market.newOrder());
          const { first, busts } = reportsOf(order, course);
          // What takes a fill back comes after it, as the venue cannot say it before; among each other they come as they like.
          for (const reports of [arranged(first, keys, isTwice), arranged(busts, keys, isTwice)]) {
            const lanes = Array.from({ length: sessions }, (_unused, lane) =>
              reports.filter((_report, index) => index % sessions === lane),
            );
            await Promise.all(
              lanes.map(async (lane) => {
                for (const report of lane) await market.orders.applyExecutionReport(report);
              }),
            );
          }
          const counted = course.fills
            .map((quantity, index) => ({ quantity, price: 100 + index }))
            .filter((_fill, index) => course.busted[index] !== true);
          const filled = counted.reduce((sum, { quantity }) => sum + quantity, 0);
          const ended = await market.orders.get(order.id);
          expect({ status: ended.status, filled: Number(ended.filledQuantity) }).toEqual({
            status: expectedStatus(course, filled),
            filled,
          });
          const notional = counted.reduce((sum, { quantity, price }) => sum + quantity * price, 0);
          if (filled === 0) expect(ended.averageFillPrice).toBeNull();
          else expect(Number(ended.averageFillPrice)).toBeCloseTo(notional / filled, 9);
          const { items: history } = await market.orders.listHistory(order.id);
          expect(history.map(({ orderVersion }) => orderVersion)).toEqual(
            history.map((__, index) => index + 1),
          );
          expect(history.at(-1)?.toStatus).toBe(ended.status);
        }),
        { numRuns: sessions === 1 ? 20 : 12 },
      );
    },
  );
});
