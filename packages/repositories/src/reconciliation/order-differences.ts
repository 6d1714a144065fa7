// Orders against fills: what an order says was filled, and at which average price, against the fills that name it and count.
// Fills are found by the order's id alone, since a routed order may be filled on another exchange.
import type { Decimal, Queryable } from "@app/database";
import { finalOrderStatuses, type OrderStatus } from "@app/schema/vocabulary";
import { timeOfId } from "../identity/time-ordered-id.ts";
import { byWeek } from "../paging/by-week.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { type Amount, decimalOf, exact, quotient, ZERO } from "../amounts/exact-decimal.ts";
import { type Difference, difference } from "./difference.ts";
import { type Day, dayStatement, type Selection } from "./selection.ts";

/** An order as reconciliation reads it. */
export interface ReconciledOrder {
  readonly orderId: string;
  readonly createdAt: Temporal.Instant;
  readonly updatedAt: Temporal.Instant;
  readonly status: OrderStatus;
  readonly strategyId: string | null;
  readonly account: string;
  readonly exchange: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly clientOrderId: string;
  readonly venueOrderId: string | null;
  readonly quantity: Decimal;
  readonly filledQuantity: Decimal;
  readonly averageFillPrice: Decimal | null;
  readonly limitPrice: Decimal | null;
  readonly stopPrice: Decimal | null;
}

interface Filled {
  readonly quantity: Amount;
  /** Sum of quantity × price. */
  readonly notional: Amount;
}

const PAGE = 1_000;

/** Days after an order's last change in which a fill of it is still looked for. */
const GRACE_DAYS = 30;

/** Days of each further window for orders that worked for longer. */
const WINDOW_DAYS = 90;

const days = (count: number) => ({ hours: count * 24 });
const final: readonly OrderStatus[] = finalOrderStatuses;

/** Differences of the orders that were made on a day. */
export async function* orderDifferences(
  scope: Queryable,
  selection: Selection,
  day: Day,
): AsyncGenerator<Difference> {
  let last: ReconciledOrder | undefined;
  for (;;) {
    const place =
      last === undefined ? { cursorTime: day.from } : { cursorTime: last.createdAt, cursorId: last.orderId };
    const { rows }: { readonly rows: readonly ReconciledOrder[] } = await scope.query<ReconciledOrder>(
      dayStatement("reconciliation.orders_of_day", selection, day, { ...place, limit: PAGE }),
    );
    const filled = await sumFills(scope, rows, day.from);
    for (const order of rows)
      yield* compare(order, filled.get(order.orderId), selection.averagePriceTolerance);
    last = rows.at(-1);
    if (rows.length < PAGE) return;
  }
}

/** Sums the fills of orders, window by window, for as long as one of the orders may have been filled. */
async function sumFills(
  scope: Queryable,
  orders: readonly ReconciledOrder[],
  from: Temporal.Instant,
): Promise<ReadonlyMap<string, Filled>> {
  const sums = new Map<string, Filled>();
  // A venue's clock may be a day ahead.
  const future = Temporal.Now.instant().add(days(1));
  let start = from.subtract(days(1));
  let length = 2 + GRACE_DAYS;
  let alive = orders;
  while (alive.length > 0) {
    const end = start.add(days(length));
    const ids = alive.map(({ orderId }) => orderId);
    const { rows } = await scope.query<{ orderId: string; quantity: Decimal; notional: Decimal }>(
      catalogued("reconciliation.fills_by_order", { ids, from: start, to: end }),
    );
    for (const { orderId, quantity, notional } of rows) {
      const before = sums.get(orderId) ?? { quantity: ZERO, notional: ZERO };
      sums.set(orderId, {
        quantity: before.quantity.plus(quantity),
        notional: before.notional.plus(notional),
      });
    }
    alive = alive.filter((order) => Temporal.Instant.compare(endOfLife(order, future), end) >= 0);
    start = end;
    length = WINDOW_DAYS;
  }
  return sums;
}

/** When the last fill of an order can have been. */
function endOfLife(
  { status, updatedAt }: Pick<ReconciledOrder, "status" | "updatedAt">,
  future: Temporal.Instant,
): Temporal.Instant {
  return final.includes(status) ? updatedAt.add(days(GRACE_DAYS)) : future;
}

function* compare(
  order: ReconciledOrder,
  filled: Filled | undefined,
  tolerance: string,
): Generator<Difference> {
  const { orderId, account, strategyId, exchange, symbol, filledQuantity, averageFillPrice } = order;
  const what = { orderId, account, strategyId, exchange, symbol, at: order.createdAt };
  const quantity = filled?.quantity ?? ZERO;
  if (!quantity.eq(filledQuantity)) {
    const kind = filled === undefined ? "unfounded" : "differs";
    const values = { field: "filledQuantity", expected: decimalOf(quantity), actual: filledQuantity };
    yield difference("order", "fills", kind, { ...what, ...values });
  }
  if (filled === undefined || averageFillPrice === null) return;
  const distance = exact(averageFillPrice).times(quantity).minus(filled.notional).abs();
  if (distance.lte(filled.notional.times(tolerance))) return;
  const expected = decimalOf(quotient(filled.notional, quantity));
  yield difference("order", "fills", "differs", {
    ...what,
    field: "averageFillPrice",
    expected,
    actual: averageFillPrice,
  });
}

interface FilledOrder {
  readonly orderId: string;
  /** When, and by which fill, it was filled last on the day. */
  readonly lastAt: Temporal.Instant;
  readonly tradeId: string;
  readonly strategyId: string | null;
  readonly account: string;
  readonly exchange: string;
  readonly symbol: string;
}

/** Orders that the fills of a day name and that are not there, and fills long after their order was done. */
export async function* filledOrderDifferences(
  scope: Queryable,
  selection: Selection,
  day: Day,
): AsyncGenerator<Difference> {
  const { rows } = await scope.query<FilledOrder>(
    dayStatement("reconciliation.orders_filled_on_day", selection, day),
  );
  const future = Temporal.Now.instant().add(days(1));
  for (const { from, to, items } of byWeek(rows, ({ orderId }) => timeOfId(orderId))) {
    const ids = items.map(({ orderId }) => orderId);
    const found = await scope.query<ReconciledOrder>(
      catalogued("reconciliation.orders_by_id", { ids, from, to }),
    );
    const orders = new Map(found.rows.map((order) => [order.orderId, order]));
    for (const { lastAt, ...what } of items) {
      const order = orders.get(what.orderId);
      if (order === undefined) {
        yield difference("order", "fills", "missing", { ...what, at: lastAt });
      } else if (Temporal.Instant.compare(lastAt, endOfLife(order, future)) > 0) {
        const values = { expected: order.updatedAt.toString(), actual: lastAt.toString() };
        yield difference("fill", "orders", "differs", {
          ...what,
          at: lastAt,
          field: "executedAt",
          ...values,
        });
      }
    }
  }
}
