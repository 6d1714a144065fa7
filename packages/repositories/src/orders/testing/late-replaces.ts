// An order that was replaced, filled and ended, as the reports on it, and every order in which they may arrive. Data for the
// tests of what a late replace does: in memory all of them, on a server some.
import { ConflictError } from "@app/database";
import type { ExecutionReport } from "../execution-report.ts";
import type { Order } from "../order.ts";

/** What is reported of an order for 1 at 100, in the venue's order, and what it is when all of it has arrived. */
export interface Course {
  readonly name: string;
  readonly reportsOf: (order: Order) => readonly ExecutionReport[];
  readonly end: {
    readonly status: Order["status"];
    readonly endedAs: Order["endedAs"];
    readonly filledQuantity: string;
  };
}

const common = (order: Order, seconds: number) => ({
  order: { orderId: order.id },
  executionId: `${order.id} ${seconds}`,
  transactTime: order.createdAt.add({ seconds }),
});

const state = (order: Order, seconds: number, type: "new" | "canceled" | "expired"): ExecutionReport => ({
  ...common(order, seconds),
  type,
});

/** To 5 at 101, under another name. */
const replaced = (order: Order, seconds: number): ExecutionReport => ({
  ...common(order, seconds),
  type: "replaced",
  quantity: "5",
  limitPrice: "101",
  clientOrderId: `${order.clientOrderId} again`,
});

const fill = (order: Order, seconds: number, quantity: string, orderQuantity?: string): ExecutionReport => ({
  ...common(order, seconds),
  type: "fill",
  quantity,
  price: "100",
  settlementCurrency: "USD",
  source: "test",
  orderQuantity,
});

const working = (order: Order): readonly ExecutionReport[] => [
  state(order, 1, "new"),
  replaced(order, 2),
  fill(order, 3, "1", "5"),
  fill(order, 4, "1", "5"),
];

/** Each ends as an order for 5 at 101. */
export const COURSES: readonly Course[] = [
  {
    name: "it works",
    reportsOf: working,
    end: { status: "partially_filled", endedAs: null, filledQuantity: "2" },
  },
  {
    name: "it is canceled",
    reportsOf: (order) => [...working(order), state(order, 5, "canceled")],
    end: { status: "canceled", endedAs: "canceled", filledQuantity: "2" },
  },
  {
    name: "it was filled before the replace, and expired; its fills give no quantity",
    reportsOf: (order) => [
      state(order, 1, "new"),
      fill(order, 2, "1"),
      replaced(order, 3),
      fill(order, 4, "3"),
      state(order, 5, "expired"),
    ],
    end: { status: "expired", endedAs: "expired", filledQuantity: "4" },
  },
  {
    name: "it is filled, and a cancel came too late",
    reportsOf: (order) => [...working(order), fill(order, 5, "3", "5"), state(order, 6, "canceled")],
    end: { status: "filled", endedAs: "canceled", filledQuantity: "5" },
  },
];

/** A list in every order. */
export function permutations<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((first, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [first, ...rest]),
  );
}

/**
 * Gives reports in the order they arrive. A fill beyond the quantity is refused whole, and given again when others were taken.
 * @returns those that were never taken
 */
export async function giveUntilTaken(
  reports: readonly ExecutionReport[],
  give: (report: ExecutionReport) => unknown,
): Promise<readonly ExecutionReport[]> {
  let waiting = reports;
  for (let round = 0; waiting.length > 0 && round < reports.length; round += 1) {
    const refused: ExecutionReport[] = [];
    for (const report of waiting) {
      try {
        await give(report);
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
        refused.push(report);
      }
    }
    waiting = refused;
  }
  return waiting;
}
