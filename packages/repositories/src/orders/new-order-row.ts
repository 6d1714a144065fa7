// Checks an order before it is sent and makes the row of it: every field by name, prices by the order's type. What only the
// database can know (the parent exists, the name is free) is left to it.
import { InvalidInputError } from "@app/database";
import {
  orderPriceRules,
  orderSides,
  orderTypes,
  shortSellingIndicators,
  timesInForce,
  tradingCapacities,
} from "@app/schema/vocabulary";
import { choice, flag } from "../input/choice-field.ts";
import { dayField } from "../input/day-field.ts";
import { amount } from "../input/decimal-field.ts";
import { moment, notAhead } from "../input/instant-field.ts";
import { objectField } from "../input/object-field.ts";
import { refuseUnknownFields } from "../input/known-fields.ts";
import { optional } from "../input/optional.ts";
import { refusalBecause } from "../input/refuse.ts";
import { code, isin, marketIdentifierCode, namedCode } from "../input/text-field.ts";
import { idOfRow, timeOrderedId } from "../identity/time-ordered-id.ts";
import type { NewOrder, OrderTerms } from "./order.ts";

/** Columns of orders a new one may give, by column name; values as PostgreSQL's JSON input reads them. */
export type NewOrderRow = Readonly<Record<string, string | boolean | null>> & {
  readonly id: string;
  readonly created_at: string;
};

const longest = { decisionIds: 100, clientId: 200 } as const;

/** What an order may say. */
const orderFields: Readonly<Record<keyof NewOrder, true>> = {
  id: true,
  createdAt: true,
  account: true,
  strategyId: true,
  parentOrderId: true,
  exchange: true,
  symbol: true,
  clientOrderId: true,
  side: true,
  type: true,
  timeInForce: true,
  expiresAt: true,
  quantity: true,
  limitPrice: true,
  stopPrice: true,
  trailingOffset: true,
  displayQuantity: true,
  minimumQuantity: true,
  reduceOnly: true,
  postOnly: true,
  submittedAt: true,
  source: true,
  retainUntil: true,
  venueMic: true,
  instrumentIsin: true,
  clientId: true,
  investmentDecisionAlgorithmId: true,
  executionAlgorithmId: true,
  decisionMakerId: true,
  nonExecutingBrokerId: true,
  tradingCapacity: true,
  shortSellingIndicator: true,
  directElectronicAccess: true,
  liquidityProvision: true,
  selfExecutionPrevention: true,
};

/** Refuses prices the type must not have, and asks for those it must. */
export function checkPrices(type: NewOrder["type"], terms: Omit<OrderTerms, "quantity">): void {
  const rules = orderPriceRules[type];
  for (const field of ["limitPrice", "stopPrice", "trailingOffset"] as const) {
    if (rules[field] === "required" && terms[field] === null) {
      throw refusalBecause(field, `a ${type} order needs it.`);
    }
    if (rules[field] === "forbidden" && terms[field] !== null) {
      throw refusalBecause(field, `a ${type} order has none.`);
    }
  }
}

/**
 * @param index which of several orders, for the message
 * @throws {InvalidInputError} naming the field
 */
export function newOrderRow(order: NewOrder, index?: number): NewOrderRow {
  objectField(index === undefined ? "order" : `orders[${index}]`, order);
  try {
    return checkedRow(order);
  } catch (error) {
    if (index === undefined || !(error instanceof InvalidInputError)) throw error;
    throw new InvalidInputError(`orders[${index}].${error.message}`, {
      field: `orders[${index}].${error.field ?? ""}`,
      cause: error,
    });
  }
}

function checkedRow(order: NewOrder): NewOrderRow {
  refuseUnknownFields("a new order", order, orderFields);
  const createdAt = notAhead("createdAt", moment("createdAt", order.createdAt));
  const id = idOfRow("id", order.id, createdAt, "createdAt");
  const type = choice("type", order.type, orderTypes);
  const price = (
    field: "limitPrice" | "stopPrice" | "trailingOffset" | "displayQuantity" | "minimumQuantity",
  ) => optional(order[field], (value) => amount(field, value, "positive"));
  const text = (field: keyof NewOrder, length: number) =>
    optional(order[field], (value) => code(field, value, length));
  const truth = (field: keyof NewOrder) => optional(order[field], (value) => flag(field, value));
  const terms = {
    limitPrice: price("limitPrice"),
    stopPrice: price("stopPrice"),
    trailingOffset: price("trailingOffset"),
  };
  checkPrices(type, terms);
  const timeInForce = choice("timeInForce", order.timeInForce ?? "gtc", timesInForce);
  const expiresAt = optional(order.expiresAt, (value) => moment("expiresAt", value));
  if ((timeInForce === "gtd") !== (expiresAt !== null)) {
    throw refusalBecause("expiresAt", "good-till-date orders (gtd) have it, and no others.");
  }
  if (expiresAt !== null && Temporal.Instant.compare(expiresAt, createdAt) <= 0) {
    throw refusalBecause("expiresAt", "it is not after createdAt.");
  }
  const submittedAt = optional(order.submittedAt, (value) => moment("submittedAt", value));
  if (submittedAt !== null && Temporal.Instant.compare(submittedAt, createdAt) < 0) {
    throw refusalBecause("submittedAt", "it is before createdAt.");
  }
  const postOnly = truth("postOnly") ?? false;
  if (postOnly && terms.limitPrice === null)
    throw refusalBecause("postOnly", "only an order with a limit price can be.");
  const parentOrderId = optional(order.parentOrderId, (value) => timeOrderedId("parentOrderId", value));
  if (parentOrderId === id) throw refusalBecause("parentOrderId", "an order cannot be its own parent.");
  return {
    id,
    created_at: createdAt.toString(),
    account: namedCode("account", order.account),
    strategy_id: optional(order.strategyId, (value) => timeOrderedId("strategyId", value)),
    parent_order_id: parentOrderId,
    exchange: namedCode("exchange", order.exchange),
    symbol: namedCode("symbol", order.symbol),
    client_order_id: namedCode("clientOrderId", order.clientOrderId),
    side: choice("side", order.side, orderSides),
    type,
    time_in_force: timeInForce,
    expires_at: expiresAt?.toString() ?? null,
    quantity: amount("quantity", order.quantity, "positive"),
    limit_price: terms.limitPrice,
    stop_price: terms.stopPrice,
    trailing_offset: terms.trailingOffset,
    display_quantity: price("displayQuantity"),
    minimum_quantity: price("minimumQuantity"),
    reduce_only: truth("reduceOnly") ?? false,
    post_only: postOnly,
    submitted_at: submittedAt?.toString() ?? null,
    source: namedCode("source", order.source),
    venue_mic: optional(order.venueMic, (value) => marketIdentifierCode("venueMic", value)),
    instrument_isin: optional(order.instrumentIsin, (value) => isin("instrumentIsin", value)),
    client_id: text("clientId", longest.clientId),
    investment_decision_algorithm_id: text("investmentDecisionAlgorithmId", longest.decisionIds),
    execution_algorithm_id: text("executionAlgorithmId", longest.decisionIds),
    decision_maker_id: text("decisionMakerId", longest.decisionIds),
    non_executing_broker_id: text("nonExecutingBrokerId", longest.clientId),
    trading_capacity: optional(order.tradingCapacity, (value) =>
      choice("tradingCapacity", value, tradingCapacities),
    ),
    short_selling_indicator: optional(order.shortSellingIndicator, (value) =>
      choice("shortSellingIndicator", value, shortSellingIndicators),
    ),
    direct_electronic_access: truth("directElectronicAccess"),
    liquidity_provision: truth("liquidityProvision"),
    self_execution_prevention: truth("selfExecutionPrevention"),
    retain_until: optional(order.retainUntil, (value) => dayField("retainUntil", value).toString()),
  };
}
