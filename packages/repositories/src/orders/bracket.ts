// Brackets: an entry order with a stop and a limit child that would close it, submitted as one. Not their life afterwards: to
// cancel one child when the other fills (OCO) is the venue's or the backend's business, by reports and requests.
import { InvalidInputError } from "@app/database";
import type { OrderSide } from "@app/schema/vocabulary";
import { refusal, refusalBecause } from "../input/refuse.ts";
import type { Scope } from "../statements/scope.ts";
import { newOrderRow } from "./new-order-row.ts";
import type { NewOrder, Order } from "./order.ts";
import { refuseRepeatedIds, submitRows } from "./submit-orders.ts";

/** What a child says for itself; account, instrument, strategy, source and the opposite side come from the entry. */
export type BracketChild = Pick<
  NewOrder,
  | "id"
  | "createdAt"
  | "clientOrderId"
  | "type"
  | "limitPrice"
  | "stopPrice"
  | "trailingOffset"
  | "timeInForce"
  | "expiresAt"
> & {
  /** @defaultValue the entry's */
  readonly quantity?: string | undefined;
};

/** An entry with its two exits. */
export interface NewBracket {
  readonly entry: NewOrder;
  /** Closes at a loss: a stop of some type. */
  readonly stopLoss: BracketChild;
  /** Closes at a profit: a limit, or a type that is triggered. */
  readonly takeProfit: BracketChild;
}

/** A submitted bracket. */
export interface Bracket {
  readonly entry: Order;
  readonly stopLoss: Order;
  readonly takeProfit: Order;
}

const PARTS = ["entry", "stopLoss", "takeProfit"] as const;

const opposite: Readonly<Record<OrderSide, OrderSide>> = { buy: "sell", sell: "buy" };

const stopTypes = ["stop", "stop_limit", "trailing_stop", "trailing_stop_limit"];
const profitTypes = ["limit", "market_if_touched", "limit_if_touched"];

function childOf(entry: NewOrder, child: BracketChild, field: string, types: readonly string[]): NewOrder {
  if (typeof child !== "object" || child === null) throw refusal(field, child, "an order");
  if (!types.includes(child.type)) throw refusal(`${field}.type`, child.type, `one of ${types.join(", ")}`);
  return {
    ...child,
    account: entry.account,
    strategyId: entry.strategyId,
    exchange: entry.exchange,
    symbol: entry.symbol,
    source: entry.source,
    side: opposite[entry.side],
    quantity: child.quantity ?? entry.quantity,
    parentOrderId: entry.id,
    reduceOnly: true,
  };
}

/**
 * Submits an entry and its children in one transaction: all or none, and once.
 * @throws {InvalidInputError} naming the field, such as stopLoss.stopPrice
 * @throws {ConflictError} where an id was submitted with other contents, or a name is that of another working order
 */
export async function submitBracket(scope: Scope, bracket: NewBracket): Promise<Bracket> {
  if (typeof bracket !== "object" || bracket === null)
    throw refusal("bracket", bracket, "an entry with two children");
  const entry = rowOf("entry", bracket.entry);
  const stopLoss = rowOf("stopLoss", childOf(bracket.entry, bracket.stopLoss, "stopLoss", stopTypes));
  const takeProfit = rowOf(
    "takeProfit",
    childOf(bracket.entry, bracket.takeProfit, "takeProfit", profitTypes),
  );
  const rows = [entry, stopLoss, takeProfit];
  refuseRepeatedIds(rows, (index) => PARTS[index] ?? "bracket");
  const submitted = await scope.atomically((transaction) => submitRows(transaction, rows), {
    idempotent: true,
  });
  const [first, second, third] = submitted;
  if (first === undefined || second === undefined || third === undefined) {
    throw refusalBecause("bracket", "not all of it was submitted.");
  }
  return { entry: first, stopLoss: second, takeProfit: third };
}

function rowOf(part: string, order: NewOrder): ReturnType<typeof newOrderRow> {
  if (typeof order !== "object" || order === null) throw refusal(part, order, "an order");
  try {
    return newOrderRow(order);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw new InvalidInputError(`${part}.${error.message}`, {
      field: `${part}.${error.field ?? ""}`,
      cause: error,
    });
  }
}
