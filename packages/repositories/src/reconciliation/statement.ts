// A venue's own view of one account, as a caller brings it: what it has open, and what it executed. Checked at the edge.
import type { Decimal } from "@app/database";
import { orderSides, type OrderSide } from "@app/schema/vocabulary";
import { choice } from "../input/choice-field.ts";
import { amount } from "../input/decimal-field.ts";
import { type Moment, moment, timeRange, type TimeRange } from "../input/instant-field.ts";
import { wholeNumber } from "../input/number-field.ts";
import { refuseUnknownFields } from "../input/known-fields.ts";
import { objectField } from "../input/object-field.ts";
import { optional } from "../input/optional.ts";
import { refusal, refusalBecause } from "../input/refuse.ts";
import { namedCode } from "../input/text-field.ts";

/** An order the venue says is open. Matched by its own id, else by ours. */
export interface StatedOrder {
  readonly venueOrderId?: string | null | undefined;
  readonly clientOrderId?: string | null | undefined;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly quantity: string;
  /** @defaultValue not compared */
  readonly filledQuantity?: string | null | undefined;
  /** @defaultValue not compared */
  readonly limitPrice?: string | null | undefined;
}

/** A fill the venue says was executed. Matched within its UTC day by symbol, side and trade id. */
export interface StatedFill {
  readonly exchangeTradeId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly executedAt: Moment;
  readonly quantity: string;
  readonly price: string;
  /** @defaultValue not compared */
  readonly fee?: string | null | undefined;
}

/** A position the venue says is open: positive long, negative short. */
export interface StatedPosition {
  readonly symbol: string;
  readonly quantity: string;
}

/** What a venue says of one account; what is left out is not compared. Lists are complete, up to 10,000 entries each. */
export interface VenueStatement {
  readonly account: string;
  readonly exchange: string;
  /** Every order that is open. */
  readonly openOrders?: readonly StatedOrder[] | undefined;
  /** Every position that is open. */
  readonly positions?: readonly StatedPosition[] | undefined;
  /** Every fill of a range of at most 366 days. */
  readonly fills?: (TimeRange & { readonly list: readonly StatedFill[] }) | undefined;
}

type Checked<Given, Amounts extends keyof Given> = {
  readonly [Field in keyof Given]-?: Field extends Amounts
    ? undefined extends Given[Field]
      ? Decimal | null
      : Decimal
    : Field extends "executedAt"
      ? Temporal.Instant
      : Exclude<Given[Field], undefined>;
};

/** A statement that was checked. */
export interface CheckedStatement {
  readonly account: string;
  readonly exchange: string;
  readonly openOrders:
    | readonly Checked<StatedOrder, "quantity" | "filledQuantity" | "limitPrice">[]
    | undefined;
  readonly positions: readonly Checked<StatedPosition, "quantity">[] | undefined;
  readonly fills:
    | {
        readonly from: Temporal.Instant;
        readonly to: Temporal.Instant;
        readonly list: readonly Checked<StatedFill, "quantity" | "price" | "fee">[];
      }
    | undefined;
}

const MOST_ENTRIES = 10_000;
const MOST_DAYS = 366;

/** What is passed over is not compared, and no difference would be found in it. */
const statementFields: Readonly<Record<keyof VenueStatement, true>> = {
  account: true,
  exchange: true,
  openOrders: true,
  positions: true,
  fills: true,
};
const orderFields: Readonly<Record<keyof StatedOrder, true>> = {
  venueOrderId: true,
  clientOrderId: true,
  symbol: true,
  side: true,
  quantity: true,
  filledQuantity: true,
  limitPrice: true,
};
const fillFields: Readonly<Record<keyof StatedFill, true>> = {
  exchangeTradeId: true,
  symbol: true,
  side: true,
  executedAt: true,
  quantity: true,
  price: true,
  fee: true,
};
const positionFields: Readonly<Record<keyof StatedPosition, true>> = { symbol: true, quantity: true };

/** @throws {InvalidInputError} naming the field, `fills.list[3].price` */
export function checkStatement(given: VenueStatement): CheckedStatement {
  refuseUnknownFields("a statement", objectField("statement", given), statementFields);
  return {
    account: namedCode("account", given.account),
    exchange: namedCode("exchange", given.exchange),
    openOrders:
      given.openOrders === undefined ? undefined : entries("openOrders", given.openOrders, checkOrder),
    positions:
      given.positions === undefined ? undefined : entries("positions", given.positions, checkPosition),
    fills: given.fills === undefined ? undefined : checkFills(given.fills),
  };
}

/** Checks each entry; no two may be the same one. */
function entries<Given, Result extends { readonly keys: readonly string[] }>(
  field: string,
  list: readonly Given[],
  check: (entry: Given, place: string) => Result,
): Omit<Result, "keys">[] {
  if (!Array.isArray(list)) throw refusal(field, list, "an array");
  wholeNumber(`${field}.length`, list.length, 0, MOST_ENTRIES);
  const seen = new Set<string>();
  return list.map((entry: Given, index) => {
    const place = `${field}[${index}]`;
    if (typeof entry !== "object" || entry === null) throw refusal(place, entry, "an object");
    const { keys, ...checked } = check(entry, place);
    for (const key of keys) {
      if (seen.has(key)) throw refusalBecause(place, "the statement has it already.");
      seen.add(key);
    }
    return checked;
  });
}

function checkOrder(order: StatedOrder, place: string) {
  refuseUnknownFields("a stated order", order, orderFields, `${place}.`);
  const venueOrderId = optional(order.venueOrderId, (id) => namedCode("venueOrderId", id, `${place}.`));
  const clientOrderId = optional(order.clientOrderId, (id) => namedCode("clientOrderId", id, `${place}.`));
  if (venueOrderId === null && clientOrderId === null) {
    throw refusalBecause(place, "the order has neither a venueOrderId nor a clientOrderId.");
  }
  return {
    keys: [
      ...(venueOrderId === null ? [] : [`venue ${venueOrderId}`]),
      ...(clientOrderId === null ? [] : [`client ${clientOrderId}`]),
    ],
    venueOrderId,
    clientOrderId,
    symbol: namedCode("symbol", order.symbol, `${place}.`),
    side: choice(`${place}.side`, order.side, orderSides),
    quantity: amount(`${place}.quantity`, order.quantity, "positive"),
    filledQuantity: optional(order.filledQuantity, (value) =>
      amount(`${place}.filledQuantity`, value, "not-negative"),
    ),
    limitPrice: optional(order.limitPrice, (value) => amount(`${place}.limitPrice`, value, "positive")),
  };
}

function checkPosition(position: StatedPosition, place: string) {
  refuseUnknownFields("a stated position", position, positionFields, `${place}.`);
  const symbol = namedCode("symbol", position.symbol, `${place}.`);
  return { keys: [symbol], symbol, quantity: amount(`${place}.quantity`, position.quantity) };
}

function checkFills(fills: TimeRange & { readonly list: readonly StatedFill[] }) {
  const { from, to } = timeRange(fills, { mostDays: MOST_DAYS });
  const list = entries("fills.list", fills.list, (fill, place) => {
    refuseUnknownFields("a stated fill", fill, fillFields, `${place}.`);
    const executedAt = moment(`${place}.executedAt`, fill.executedAt);
    if (Temporal.Instant.compare(executedAt, from) < 0 || Temporal.Instant.compare(executedAt, to) >= 0) {
      throw refusalBecause(`${place}.executedAt`, `${executedAt.toString()} lies outside of the range.`);
    }
    const symbol = namedCode("symbol", fill.symbol, `${place}.`);
    const side = choice(`${place}.side`, fill.side, orderSides);
    const exchangeTradeId = namedCode("exchangeTradeId", fill.exchangeTradeId, `${place}.`);
    return {
      keys: [JSON.stringify([executedAt.toString().slice(0, 10), symbol, side, exchangeTradeId])],
      exchangeTradeId,
      symbol,
      side,
      executedAt,
      quantity: amount(`${place}.quantity`, fill.quantity, "positive"),
      price: amount(`${place}.price`, fill.price, "positive"),
      fee: optional(fill.fee, (value) => amount(`${place}.fee`, value)),
    };
  });
  return { from, to, list };
}
