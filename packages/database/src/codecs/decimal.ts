// Exact decimals as text: what numeric columns take and give. No arithmetic; that is SQL's, or a decimal library's.
// Invariant: a Decimal is finite, plain digits with an optional sign and point, and never went through a float.

import { InvalidInputError } from "../errors/database-error.ts";

declare const decimalBrand: unique symbol;

/** A validated decimal string such as `-0.00000001`; any number of digits, no exponent, not NaN. */
export type Decimal = string & { readonly [decimalBrand]: true };

const plainDecimal = /^-?\d+(?:\.\d+)?$/u;

/** True for a plain decimal string. */
export function isDecimal(text: string): text is Decimal {
  return plainDecimal.test(text);
}

/**
 * Validates a decimal string.
 * @param what how the message names the value
 * @throws {InvalidInputError} for anything but plain digits: NaN, infinity, exponents, spaces, separators.
 */
export function parseDecimal(text: string, what = "The value"): Decimal {
  if (isDecimal(text)) return text;
  throw new InvalidInputError(
    `${what} is ${JSON.stringify(text.slice(0, 60))}, which is not a plain decimal such as -12.50.`,
  );
}
