// A venue's statement against what is stored of the account there: `missing` is what only the venue has, `unfounded` what only
// we have. Busted fills count as not there.
import type { Decimal, Queryable } from "@app/database";
import { BEGINNING } from "../paging/cursor.ts";
import { byWeek } from "../paging/by-week.ts";
import { catalogued } from "../statements/catalogued-statement.ts";
import { isSameAmount } from "../amounts/exact-decimal.ts";
import { type Difference, difference, type ReconciledRecord } from "./difference.ts";
import type { ReconciledOrder } from "./order-differences.ts";
import { daysOf } from "./selection.ts";
import { checkStatement, type CheckedStatement, type VenueStatement } from "./statement.ts";

interface StoredFill {
  readonly tradeId: string;
  readonly strategyId: string | null;
  readonly symbol: string;
  readonly side: string;
  readonly exchangeTradeId: string;
  readonly executedAt: Temporal.Instant;
  readonly quantity: Decimal;
  readonly price: Decimal;
  readonly fee: Decimal;
}

type What = Partial<Omit<Difference, "record" | "against" | "kind">>;

const PAGE = 1_000;

/** Differences of open orders, positions and fills, as far as the statement has them. */
export async function* statementDifferences(
  scope: Queryable,
  given: VenueStatement,
): AsyncGenerator<Difference> {
  const statement = checkStatement(given);
  if (statement.openOrders !== undefined) yield* compareOrders(scope, statement, statement.openOrders);
  if (statement.positions !== undefined) yield* comparePositions(scope, statement, statement.positions);
  if (statement.fills !== undefined) yield* compareFills(scope, statement, statement.fills);
}

/** The fields in which a record differs from the statement; what the statement leaves out is not compared. */
function* fieldDifferences(
  record: ReconciledRecord,
  what: What,
  fields: readonly (readonly [
    field: string,
    stated: string | null,
    stored: string | null,
    isAmount: boolean,
  ])[],
): Generator<Difference> {
  for (const [field, expected, actual, isAmount] of fields) {
    if (expected === null || expected === actual) continue;
    if (isAmount && actual !== null && isSameAmount(expected, actual)) continue;
    yield difference(record, "statement", "differs", { ...what, field, expected, actual });
  }
}

async function* compareOrders(
  scope: Queryable,
  { account, exchange }: CheckedStatement,
  stated: NonNullable<CheckedStatement["openOrders"]>,
): AsyncGenerator<Difference> {
  const stored = await readOpenOrders(scope, account, exchange);
  const byVenueId = new Map(
    stored.flatMap((order) => (order.venueOrderId === null ? [] : [[order.venueOrderId, order]])),
  );
  const byClientId = new Map(stored.map((order) => [order.clientOrderId, order]));
  const unmatched = new Set(stored);
  for (const order of stated) {
    const { venueOrderId, clientOrderId, symbol } = order;
    const found =
      (venueOrderId === null ? undefined : byVenueId.get(venueOrderId)) ??
      (clientOrderId === null ? undefined : byClientId.get(clientOrderId));
    const what = { account, exchange, symbol, reference: venueOrderId ?? clientOrderId };
    if (found === undefined || !unmatched.delete(found)) {
      yield difference("order", "statement", "missing", what);
      continue;
    }
    const { orderId, strategyId, createdAt: at } = found;
    yield* fieldDifferences("order", { ...what, orderId, strategyId, at }, [
      ["symbol", symbol, found.symbol, false],
      ["side", order.side, found.side, false],
      ["quantity", order.quantity, found.quantity, true],
      ["filledQuantity", order.filledQuantity, found.filledQuantity, true],
      ["limitPrice", order.limitPrice, found.limitPrice, true],
    ]);
  }
  for (const { orderId, strategyId, symbol, createdAt: at, venueOrderId, clientOrderId } of unmatched) {
    const reference = venueOrderId ?? clientOrderId;
    yield difference("order", "statement", "unfounded", {
      account,
      exchange,
      symbol,
      orderId,
      strategyId,
      at,
      reference,
    });
  }
}

async function readOpenOrders(
  scope: Queryable,
  account: string,
  exchange: string,
): Promise<readonly ReconciledOrder[]> {
  const orders: ReconciledOrder[] = [];
  let { time: cursorTime, id: cursorId } = BEGINNING;
  for (;;) {
    const { rows } = await scope.query<Pick<ReconciledOrder, "orderId" | "createdAt">>(
      catalogued("reconciliation.open_orders_at_venue", {
        account,
        exchange,
        cursorTime,
        cursorId,
        limit: PAGE,
      }),
    );
    for (const { from, to, items } of byWeek(rows, ({ createdAt }) => createdAt)) {
      const ids = items.map(({ orderId }) => orderId);
      const found = await scope.query<ReconciledOrder>(
        catalogued("reconciliation.orders_by_id", { ids, from, to }),
      );
      orders.push(...found.rows);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return orders;
    cursorTime = last.createdAt;
    cursorId = last.orderId;
  }
}

async function* comparePositions(
  scope: Queryable,
  { account, exchange }: CheckedStatement,
  stated: NonNullable<CheckedStatement["positions"]>,
): AsyncGenerator<Difference> {
  const { rows } = await scope.query<{ readonly symbol: string; readonly quantity: Decimal }>(
    catalogued("reconciliation.positions_at_venue", { account, exchange }),
  );
  const stored = new Map(rows.map(({ symbol, quantity }) => [symbol, quantity]));
  for (const { symbol, quantity } of stated) {
    const actual = stored.get(symbol) ?? null;
    stored.delete(symbol);
    if (isSameAmount(quantity, actual ?? "0")) continue;
    const kind = actual === null ? "missing" : "differs";
    const what = { account, exchange, symbol, field: "quantity", expected: quantity, actual };
    yield difference("position", "statement", kind, what);
  }
  for (const [symbol, actual] of stored) {
    // Strategies may hold against each other: what is flat at the venue is not open there.
    if (isSameAmount(actual, "0")) continue;
    yield difference("position", "statement", "unfounded", {
      account,
      exchange,
      symbol,
      field: "quantity",
      actual,
    });
  }
}

async function* compareFills(
  scope: Queryable,
  { account, exchange }: CheckedStatement,
  { from, to, list }: NonNullable<CheckedStatement["fills"]>,
): AsyncGenerator<Difference> {
  const stated = Map.groupBy(list, ({ executedAt }) => executedAt.toString().slice(0, 10));
  for (const day of daysOf({ from, to })) {
    const { rows } = await scope.query<StoredFill>(
      catalogued("reconciliation.fills_of_venue", { account, exchange, from: day.from, to: day.to }),
    );
    const unmatched = Map.groupBy(rows, matchKey);
    for (const fill of stated.get(day.date.toString()) ?? []) {
      const { symbol, exchangeTradeId: reference, executedAt: at } = fill;
      const what = { account, exchange, symbol, reference, at };
      const found = unmatched.get(matchKey(fill))?.shift();
      if (found === undefined) {
        yield difference("fill", "statement", "missing", what);
        continue;
      }
      const { tradeId, strategyId } = found;
      yield* fieldDifferences("fill", { ...what, tradeId, strategyId }, [
        ["executedAt", at.toString(), found.executedAt.toString(), false],
        ["quantity", fill.quantity, found.quantity, true],
        ["price", fill.price, found.price, true],
        ["fee", fill.fee, found.fee, true],
      ]);
    }
    for (const { symbol, tradeId, strategyId, exchangeTradeId: reference, executedAt: at } of [
      ...unmatched.values(),
    ].flat()) {
      yield difference("fill", "statement", "unfounded", {
        account,
        exchange,
        symbol,
        tradeId,
        strategyId,
        reference,
        at,
      });
    }
  }
}

function matchKey({
  symbol,
  side,
  exchangeTradeId,
}: Pick<StoredFill, "symbol" | "side" | "exchangeTradeId">): string {
  return JSON.stringify([symbol, side, exchangeTradeId]);
}
