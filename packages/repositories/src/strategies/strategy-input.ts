// Checks of what a caller says a strategy is, and the form it is sent in: one JSON object of column names, so that one
// statement serves every choice of fields. What is left out is not in it; null is.
import { Big } from "big.js";
import { idOfRow } from "../identity/time-ordered-id.ts";
import { amount } from "../input/decimal-field.ts";
import { type Moment, moment } from "../input/instant-field.ts";
import { jsonObject } from "../input/json-field.ts";
import { wholeNumber } from "../input/number-field.ts";
import { refuseUnknownFields } from "../input/known-fields.ts";
import { refusal, refusalBecause } from "../input/refuse.ts";
import { code, currency, freeText } from "../input/text-field.ts";
import type { RiskLimitsInput, StrategyChanges } from "./strategy.ts";

/** A strategy to be made. */
export interface NewStrategy extends StrategyChanges {
  /** UUIDv7 that holds `createdAt`; `createId(createdAt)` makes one. The same id sent again is the same strategy. */
  readonly id: string;
  readonly createdAt: Moment;
  /** Up to 200 characters; no other strategy has it. */
  readonly name: string;
  /** What family it is of, up to 100 characters. */
  readonly kind: string;
  readonly baseCurrency: string;
}

/** Columns with their values, as `jsonb_populate_record` takes them. */
export type ColumnValues = Readonly<Record<string, unknown>>;

/** Most symbols, and most tags, of a strategy. */
const MOST_WORDS = 10_000;

type Check = (field: string, value: unknown) => unknown;

const nullable =
  (check: Check): Check =>
  (field, value) =>
    value === null ? null : check(field, value);

const ofLength =
  (longest: number): Check =>
  (field, value) =>
    code(field, value, longest);

/** A list of codes without doubles, in the order given. */
const words: Check = (field, value) => {
  if (!Array.isArray(value)) throw refusal(field, value, "an array of texts");
  if (value.length > MOST_WORDS) throw refusalBecause(field, `there are more than ${MOST_WORDS}.`);
  return [...new Set(value.map((word, place) => code(`${field}[${place}]`, word, 100)))];
};

/** Above 0 and up to `most`. */
const upTo =
  (most: number): Check =>
  (field, value) => {
    const given = amount(field, value, "positive");
    if (new Big(given).gt(most)) throw refusal(field, value, `up to ${most}`);
    return given;
  };

const positiveAmount: Check = (field, value) => amount(field, value, "positive");

const limitFields = {
  maxOrderNotional: ["max_order_notional", nullable(positiveAmount)],
  maxPositionNotional: ["max_position_notional", nullable(positiveAmount)],
  maxDailyLoss: ["max_daily_loss", nullable(positiveAmount)],
  maxDrawdownPercentage: ["max_drawdown_percentage", nullable(upTo(100))],
  maxLeverage: ["max_leverage", nullable(upTo(1000))],
  maxOpenOrders: ["max_open_orders", nullable((field, value) => wholeNumber(field, value, 1, 2_147_483_647))],
} as const satisfies Record<keyof RiskLimitsInput, readonly [string, Check]>;

const changeableFields = {
  name: ["name", ofLength(200)],
  description: ["description", nullable((field, value) => freeText(field, value))],
  kind: ["kind", ofLength(100)],
  baseCurrency: ["base_currency", currency],
  configuration: ["configuration", checkedObject],
  symbols: ["symbols", words],
  tags: ["tags", words],
  ...limitFields,
  investmentDecisionAlgorithmId: ["investment_decision_algorithm_id", nullable(ofLength(100))],
  executionAlgorithmId: ["execution_algorithm_id", nullable(ofLength(100))],
  decisionMakerId: ["decision_maker_id", nullable(ofLength(100))],
} as const satisfies Record<keyof StrategyChanges, readonly [string, Check]>;

/** Every column a caller may change. */
export const CHANGEABLE_COLUMNS: readonly string[] = Object.values(changeableFields).map(
  ([column]) => column,
);

function checkedObject(field: string, value: unknown): unknown {
  jsonObject(field, value);
  return value;
}

function checkFields(
  what: string,
  given: object,
  fields: Readonly<Record<string, readonly [string, Check]>>,
): ColumnValues {
  refuseUnknownFields(what, given, fields);
  const columns = Object.entries(fields).flatMap(([field, [column, check]]) => {
    const value: unknown = Reflect.get(given, field);
    return value === undefined ? [] : [[column, check(field, value)] as const];
  });
  return Object.fromEntries(columns);
}

function requireObject(field: string, value: unknown): asserts value is object {
  if (typeof value !== "object" || value === null) throw refusal(field, value, "an object");
}

/** @throws {InvalidInputError} naming the field; unknown fields too */
export function checkNewStrategy(strategy: NewStrategy): ColumnValues {
  requireObject("strategy", strategy);
  const { id, createdAt, ...rest } = strategy;
  refuseUnknownFields("a new strategy", strategy, { id: true, createdAt: true, ...changeableFields });
  const at = moment("createdAt", createdAt);
  for (const field of ["name", "kind", "baseCurrency"] as const) {
    if (rest[field] === undefined) throw refusalBecause(field, "it is missing; give one.");
  }
  return {
    ...checkFields("a new strategy", rest, changeableFields),
    id: idOfRow("id", id, at, "createdAt"),
    created_at: at.toString(),
  };
}

/** @throws {InvalidInputError} naming the field; unknown fields, and no field at all */
export function checkChanges(changes: StrategyChanges): ColumnValues {
  requireObject("changes", changes);
  return requireSome(checkFields("a strategy", changes, changeableFields));
}

/** @throws {InvalidInputError} naming the field; unknown fields, and no field at all */
export function checkLimits(limits: RiskLimitsInput): ColumnValues {
  requireObject("limits", limits);
  return requireSome(checkFields("the risk limits", limits, limitFields));
}

function requireSome(columns: ColumnValues): ColumnValues {
  if (Object.keys(columns).length > 0) return columns;
  throw refusalBecause("changes", "there is nothing to change.");
}

/** A version to be met. @throws {InvalidInputError} naming `expectedVersion` */
export function versionNumber(value: unknown): number {
  return wholeNumber("expectedVersion", value, 1, 2_147_483_647);
}
