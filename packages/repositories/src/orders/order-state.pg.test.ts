// The state machine of orders on a real server, against a venue that works an order through random courses of every type of
// report: told in order and twice, the tables say what the model in memory says; told by three sessions at once, in any order,
// the order ends where FIX's precedence puts it, with the fills that count.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ExecutionReport } from "./execution-report.ts";
import type { Order } from "./order.ts";
import { keepInMemory } from "./testing/order-in-memory.ts";
import { useOrderMarket } from "./testing/order-market.ts";
import { commands, EVERYTHING, type Sent, workOrder } from "./testing/venue.ts";

const market = useOrderMarket();
const QUANTITY = 10;

async function submitted(): Promise<{ readonly order: Order; readonly sent: Sent }> {
  const order = await market.orders.submit(market.newOrder({ quantity: String(QUANTITY) }));
  const { id: orderId, createdAt } = order;
  return { order, sent: { orderId, createdAt, quantity: QUANTITY, limitPrice: 100 } };
}

const factsOf = (order: Order) => ({
  status: order.status,
  endedAs: order.endedAs,
  quantity: Number(order.quantity),
  limitPrice: Number(order.limitPrice),
  filled: Number(order.filledQuantity),
  averagePrice: order.averageFillPrice === null ? null : Number(Number(order.averageFillPrice).toFixed(9)),
});

/** What the history says of an order's end, once its versions were found to follow one another. */
async function lastStatus(orderId: string): Promise<string | undefined> {
  const { rows } = await market.database.query<{ readonly version: number; readonly status: string }>(
    `select order_version as version, to_status as status from order_events where order_id = $1 order by 1`,
    [orderId],
  );
  expect(rows.map(({ version }) => version)).toEqual(rows.map((_, index) => index + 1));
  return rows.at(-1)?.status;
}

describe("reports of every type", () => {
  it("in order, each given twice, make of an order what the model in memory makes of it", async () => {
    await fc.assert(
      fc.asyncProperty(commands(EVERYTHING, 14), async (given) => {
        const { order, sent } = await submitted();
        const kept = keepInMemory(order);
        for (const { report, status, filled } of workOrder(sent, given)) {
          const expected = kept.apply(report);
          const first = await market.orders.applyExecutionReport(report);
          expect(first.outcome, report.type).toBe(expected);
          expect(factsOf(first.order)).toEqual(factsOf(kept.order));
          expect(factsOf(first.order)).toMatchObject({ status, filled });
          const second = await market.orders.applyExecutionReport(report);
          expect(second.order, `${report.type} a second time`).toEqual(first.order);
        }
        expect(await lastStatus(order.id)).toBe(kept.order.status);
      }),
      { numRuns: 25 },
    );
  });

  it("from three sessions, in any order and any number of times, end where FIX's precedence puts them", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          given: commands(["acknowledge", "fill", "cancel", "expire", "bust", "correct"], 12),
          keys: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 23, maxLength: 23 }),
        }),
        async ({ given, keys }) => {
          const { order, sent } = await submitted();
          const steps = workOrder(sent, given);
          const isTakingBack = ({ type }: ExecutionReport): boolean =>
            type === "trade_cancel" || type === "trade_correct";
          const reports = steps.map(({ report }) => report);
          fc.pre(grossQuantity(reports) <= QUANTITY);
          // What takes a fill back comes after it, as the venue cannot say it before; among each other they come as they like.
          for (const round of [
            reports.filter((report) => !isTakingBack(report)),
            reports.filter(isTakingBack),
          ]) {
            const arriving = [...round, ...round]
              .map((report, index) => ({ report, key: keys[index % keys.length] ?? 0 }))
              .toSorted((one, other) => one.key - other.key);
            await Promise.all(
              [0, 1, 2].map(async (lane) => {
                for (const [index, { report }] of arriving.entries()) {
                  if (index % 3 === lane) await market.orders.applyExecutionReport(report);
                }
              }),
            );
          }
          const kept = keepInMemory(order);
          for (const report of reports) kept.apply(report);
          expect(factsOf(await market.orders.get(order.id))).toEqual(factsOf(kept.order));
          expect(await lastStatus(order.id)).toBe(kept.order.status);
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe("a fill that comes after a later replace", () => {
  it("leaves the quantity of the replace", async () => {
    const { order } = await submitted();
    const at = (seconds: number) => ({ transactTime: order.createdAt.add({ seconds }) });
    const state = market.state(order, "new", at(5));
    await market.orders.applyExecutionReport({ ...state, type: "replaced", quantity: "12" });
    const late = market.fill(order, "1", { ...at(3), orderQuantity: "10" });
    const { order: filled } = await market.orders.applyExecutionReport(late);
    expect(filled).toMatchObject({ quantity: "12", filledQuantity: "1", status: "partially_filled" });
  });
});

/** Of each fill the most it was ever said to be: what has to find room where corrections come last. */
function grossQuantity(reports: readonly ExecutionReport[]): number {
  const most = new Map<string, number>();
  for (const report of reports) {
    if (report.type !== "fill" && report.type !== "trade_correct") continue;
    const id = report.exchangeTradeId ?? report.executionId;
    most.set(id, Math.max(most.get(id) ?? 0, Number(report.quantity)));
  }
  return [...most.values()].reduce((sum, quantity) => sum + quantity, 0);
}
