// Arithmetic on exact amounts outside of SQL. Sums and products lose nothing; a quotient is cut (not rounded) at 18 decimal
// places, as the database cuts its average prices.
import { type Decimal, parseDecimal } from "@app/database";
import { Big } from "big.js";

/** Sees to its own precision, whatever other users of the library set. */
const Exact = Big();
Exact.DP = 18;
Exact.RM = 0;

/** An amount to calculate with. */
export type Amount = Big;

/** @returns an amount of decimal text */
export function exact(text: string): Amount {
  return new Exact(text);
}

/** Nothing. */
export const ZERO: Amount = exact("0");

/** @returns plain decimal text without trailing zeros */
export function decimalOf(value: Amount): Decimal {
  // "-0" is what a product with a negative factor leaves of nothing.
  return parseDecimal(value.eq(0) ? "0" : value.toFixed());
}

/** @returns dividend ÷ divisor, cut at 18 decimal places */
export function quotient(dividend: Amount, divisor: Amount): Amount {
  return exact(dividend.toFixed()).div(divisor);
}

/** Whether two decimal texts are one number: "1.50" and "1.5" are. */
export function isSameAmount(one: string, other: string): boolean {
  return one === other || exact(one).eq(other);
}
