// Exact amounts: money, prices, quantities. Decimal text in, the same text out; what the column would have to round, or
// what went through a float, is refused. The limits are those of the tables' checks (schema: columns/exact-decimal.ts).
import { type Decimal, isDecimal } from "@app/database";
import { refusal, refusalBecause } from "./refuse.ts";

/** Decimal places an amount may have. */
const MOST_PLACES = 18;

/** Digits before the point: magnitudes lie below 1e20. */
const MOST_WHOLE_DIGITS = 20;

/** What an amount may be, besides being finite. */
export type Sign = "positive" | "not-negative" | "any";

/**
 * An exact amount: a plain decimal such as "-12.50", with at most 18 decimal places and below 1e20.
 * @throws {InvalidInputError} naming the field; a number is refused too, since it may have been rounded already
 */
export function amount(field: string, value: unknown, sign: Sign = "any"): Decimal {
  if (typeof value !== "string") {
    throw refusal(field, value, 'a decimal as text, such as "12.50": a number may have been rounded already');
  }
  if (value.length > 200) throw refusalBecause(field, "the decimal has more than 200 characters.");
  if (!isDecimal(value)) throw refusal(field, value, 'a plain decimal such as "-12.50"');
  const [whole = "", fraction = ""] = value.replace("-", "").split(".");
  if (fraction.length > MOST_PLACES) {
    throw refusalBecause(
      field,
      `${value} has more than ${MOST_PLACES} decimal places; nothing is rounded here.`,
    );
  }
  if (whole.replace(/^0+/u, "").length > MOST_WHOLE_DIGITS) {
    throw refusalBecause(field, `${value} is not below 1e${MOST_WHOLE_DIGITS}.`);
  }
  const isZero = !/[1-9]/u.test(value);
  if (sign === "positive" && (isZero || value.startsWith("-"))) throw refusal(field, value, "greater than 0");
  if (sign === "not-negative" && !isZero && value.startsWith("-")) throw refusal(field, value, "0 or more");
  return value;
}
