// Brackets: an entry order with a stop and a limit child that would close it, submitted as one. Not their life afterwards: to
// cancel one child when the other fills (OCO) is the venue's or the backend's business, by reports and requests.
import { InvalidInputError } from "@app/database";
import type { OrderSide } from "@app/schema/vocabulary";
import { exact } from "../amounts/exact-decimal.ts";
import { refuseUnknownFields } from "../input/known-fields.ts";
import { refusal, refusalBecause } from "../input/refuse.ts";
import type { Scope } from "../statements/scope.ts";
import { newOrderRow, type NewOrderRow } from "./new-order-row.ts";
import type { NewOrder, Order } from "./order.ts";
import { refuseRepeatedIds, submitAtOnce } from "./submit-orders.ts";

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

/** What a child may say. */
const childFields: Readonly<Record<keyof BracketChild, true>> = {
  id: true,
  createdAt: true,
  clientOrderId: true,
  type: true,
  limitPrice: true,
  stopPrice: true,
  trailingOffset: true,
  timeInForce: true,
  expiresAt: true,
  quantity: true,
};

const PARTS = ["entry", "stopLoss", "takeProfit"] as const;

const opposite: Readonly<Record<OrderSide, OrderSide>> = { buy: "sell", sell: "buy" };

const stopTypes = ["stop", "stop_limit", "trailing_stop", "trailing_stop_limit"];
const profitTypes = ["limit", "market_if_touched", "limit_if_touched"];

function childOf(entry: NewOrder, child: BracketChild, field: string, types: readonly string[]): NewOrder {
  if (typeof child !== "object" || child === null) throw refusal(field, child, "an order");
  refuseUnknownFields("a child of a bracket", child, childFields, `${field}.`);
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
  checkChild("stopLoss", entry, stopLoss, "below");
  checkChild("takeProfit", entry, takeProfit, "above");
  const rows = [entry, stopLoss, takeProfit];
  refuseRepeatedIds(rows, (index) => PARTS[index] ?? "bracket");
  const submitted = await submitAtOnce(scope, rows, (index) => `${PARTS[index] ?? "bracket"}.`);
  const [first, second, third] = submitted;
  if (first === undefined || second === undefined || third === undefined) {
    throw refusalBecause("bracket", "not all of it was submitted.");
  }
  return { entry: first, stopLoss: second, takeProfit: third };
}

/** A child closes what the entry opens, at a price on its own side of the entry's limit. @param side of a long entry */
function checkChild(part: string, entry: NewOrderRow, child: NewOrderRow, side: "below" | "above"): void {
  const amountOf = (row: NewOrderRow, column: string) => {
    const value = row[column];
    return typeof value === "string" ? exact(value) : undefined;
  };
  const [closed, opened] = [amountOf(child, "quantity"), amountOf(entry, "quantity")];
  if (closed !== undefined && opened !== undefined && closed.gt(opened)) {
    throw refusalBecause(
      `${part}.quantity`,
      `${closed.toFixed()} is more than the ${opened.toFixed()} of the entry.`,
    );
  }
  const limit = amountOf(entry, "limit_price");
  if (limit === undefined) return;
  const isBelow = (entry["side"] === "buy") === (side === "below");
  // The limit of a stop is how far its execution may slip, so only its trigger is looked at.
  const priced = [
    ["stopPrice", "stop_price"] as const,
    ...(part === "takeProfit" ? [["limitPrice", "limit_price"] as const] : []),
  ];
  for (const [field, column] of priced) {
    const price = amountOf(child, column);
    if (price !== undefined && (isBelow ? price.gt(limit) : price.lt(limit))) {
      throw refusalBecause(
        `${part}.${field}`,
        `${price.toFixed()} is ${isBelow ? "above" : "below"} the entry's limit price of ${limit.toFixed()}, the wrong side for a ${String(entry["side"])}.`,
      );
    }
  }
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
