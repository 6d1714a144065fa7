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

/**
 * Adds up many decimal texts, as integers of one scale each. By {@link Amount}s, which are arrays of digits, years of days took four times as
 * long and left two megabytes to collect.
 */
export function sumOf(texts: Iterable<string>): Amount {
  const sums = new Map<number, bigint>();
  for (const text of texts) {
    const point = text.indexOf(".");
    const scale = point === -1 ? 0 : text.length - point - 1;
    const digits = point === -1 ? text : text.slice(0, point) + text.slice(point + 1);
    sums.set(scale, (sums.get(scale) ?? 0n) + BigInt(digits));
  }
  let total = ZERO;
  for (const [scale, sum] of sums) total = total.plus(exact(`${sum}e-${scale}`));
  return total;
}
