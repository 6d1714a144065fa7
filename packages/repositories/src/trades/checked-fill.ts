// A fill as it goes into the table: every field checked, defaults filled in, its id derived where none was given.
// Invariant: two reports of one fill have the same key, whatever form their moments came in.
import { instantToMicroseconds } from "@app/database";
import type { Decimal } from "@app/database";
import {
  liquidities,
  type Liquidity,
  orderSides,
  type OrderSide,
  tradingCapacities,
  type TradingCapacity,
} from "@app/schema/vocabulary";
import { derivedId, idOfRow, timeOrderedId } from "../identity/time-ordered-id.ts";
import { choice } from "../input/choice-field.ts";
import { amount } from "../input/decimal-field.ts";
import { moment } from "../input/instant-field.ts";
import { jsonValue } from "../input/json-field.ts";
import { wholeNumber } from "../input/number-field.ts";
import { optional } from "../input/optional.ts";
import { refuseUnknownFields } from "../input/known-fields.ts";
import { objectField } from "../input/object-field.ts";
import { refusal } from "../input/refuse.ts";
import { code, CODE_LENGTHS, currency, isin, marketIdentifierCode } from "../input/text-field.ts";
import { fillTermFields } from "./fill-term-fields.ts";
import type { FillKey, FillTerms, NewFill } from "./trade.ts";

/** The key of a fill, checked. */
export interface CheckedFillKey extends FillKey {
  readonly executedAt: Temporal.Instant;
}

/** What a fill says beside its key, checked. */
export interface CheckedTerms {
  readonly strategyId: string | null;
  readonly orderId: string | null;
  readonly quantity: Decimal;
  readonly price: Decimal;
  readonly contractMultiplier: Decimal;
  readonly settlementCurrency: string;
  readonly fee: Decimal;
  readonly feeCurrency: string;
  readonly liquidity: Liquidity | null;
  readonly source: string;
  readonly rawPayload: ReturnType<typeof jsonValue> | null;
  readonly venueMic: string | null;
  readonly instrumentIsin: string | null;
  readonly venueTransactionId: string | null;
  readonly tradingCapacity: TradingCapacity | null;
  readonly investmentDecisionAlgorithmId: string | null;
  readonly executionAlgorithmId: string | null;
  readonly decisionMakerId: string | null;
}

/** A fill ready to be stored. */
export interface CheckedFill extends CheckedFillKey, CheckedTerms {
  readonly id: string;
  readonly side: OrderSide;
  readonly correction: number;
}

/** Most corrections a fill can have: the column is a smallint. */
const MOST_CORRECTIONS = 32_767;

/** @throws {InvalidInputError} naming the field, behind `path` */
export function checkFillKey(key: FillKey, path = ""): CheckedFillKey {
  if (typeof key !== "object" || key === null)
    throw refusal(path.replace(/\.$/u, "") || "fill", key, "an object");
  return {
    exchange: code(`${path}exchange`, key.exchange, CODE_LENGTHS.exchange),
    account: code(`${path}account`, key.account, CODE_LENGTHS.account),
    symbol: code(`${path}symbol`, key.symbol, CODE_LENGTHS.symbol),
    side: choice(`${path}side`, key.side, orderSides),
    exchangeTradeId: code(`${path}exchangeTradeId`, key.exchangeTradeId, CODE_LENGTHS.exchangeTradeId),
    executedAt: moment(`${path}executedAt`, key.executedAt),
  };
}

/** The id of a fill that was given none. */
export function idOfFill(key: CheckedFillKey, correction: number): string {
  return derivedId(key.executedAt, ["fill", keyText({ ...key, correction })]);
}

/** @throws {InvalidInputError} naming the field, behind `path` */
export function checkTerms(fill: FillTerms, path = ""): CheckedTerms {
  const field = (name: string): string => `${path}${name}`;
  const settlementCurrency = currency(field("settlementCurrency"), fill.settlementCurrency);
  const codeOf = (
    name: "venueTransactionId" | "investmentDecisionAlgorithmId" | "executionAlgorithmId" | "decisionMakerId",
  ) => optional(fill[name], (value) => code(field(name), value, name === "venueTransactionId" ? 200 : 100));
  return {
    strategyId: optional(fill.strategyId, (value) => timeOrderedId(field("strategyId"), value)),
    orderId: optional(fill.orderId, (value) => timeOrderedId(field("orderId"), value)),
    quantity: amount(field("quantity"), fill.quantity, "positive"),
    price: amount(field("price"), fill.price, "positive"),
    contractMultiplier: amount(field("contractMultiplier"), fill.contractMultiplier ?? "1", "positive"),
    settlementCurrency,
    fee: amount(field("fee"), fill.fee ?? "0"),
    feeCurrency: currency(field("feeCurrency"), fill.feeCurrency ?? settlementCurrency),
    liquidity: optional(fill.liquidity, (value) => choice(field("liquidity"), value, liquidities)),
    source: code(field("source"), fill.source, CODE_LENGTHS.source),
    rawPayload: optional(fill.rawPayload, (value) => jsonValue(field("rawPayload"), value)),
    venueMic: optional(fill.venueMic, (value) => marketIdentifierCode(field("venueMic"), value)),
    instrumentIsin: optional(fill.instrumentIsin, (value) => isin(field("instrumentIsin"), value)),
    venueTransactionId: codeOf("venueTransactionId"),
    tradingCapacity: optional(fill.tradingCapacity, (value) =>
      choice(field("tradingCapacity"), value, tradingCapacities),
    ),
    investmentDecisionAlgorithmId: codeOf("investmentDecisionAlgorithmId"),
    executionAlgorithmId: codeOf("executionAlgorithmId"),
    decisionMakerId: codeOf("decisionMakerId"),
  };
}

const fillFields: Readonly<Record<keyof NewFill, true>> = {
  id: true,
  correction: true,
  exchange: true,
  account: true,
  symbol: true,
  side: true,
  exchangeTradeId: true,
  executedAt: true,
  ...fillTermFields,
};

/** @throws {InvalidInputError} naming the field, behind `path` (such as "fills[3].") */
export function checkFill(fill: NewFill, path = ""): CheckedFill {
  refuseUnknownFields("a fill", objectField(path.replace(/\.$/u, "") || "fill", fill), fillFields, path);
  const key = checkFillKey(fill, path);
  const correction = wholeNumber(`${path}correction`, fill.correction ?? 0, 0, MOST_CORRECTIONS);
  return {
    ...key,
    id:
      fill.id === undefined
        ? idOfFill(key, correction)
        : idOfRow(`${path}id`, fill.id, key.executedAt, `${path}executedAt`),
    correction,
    ...checkTerms(fill, path),
  };
}

/** One text per key and correction. */
export function keyText(fill: CheckedFillKey & { readonly correction: number }): string {
  return JSON.stringify([
    fill.exchange,
    fill.account,
    fill.symbol,
    fill.side,
    fill.exchangeTradeId,
    String(instantToMicroseconds(fill.executedAt)),
    fill.correction,
  ]);
}
