// Writes decimal strings as binary numeric: base-10000 digits, weight, sign, scale. No arithmetic, no floats.
// Invariant: the stored value equals the text to the last digit, its scale included; what the column would round is refused.
// Source: PostgreSQL's numeric_recv (src/backend/utils/adt/numeric.c).

import { InvalidInputError } from "../errors/database-error.ts";
import type { WriteValue } from "./column-encoder.ts";
import { describe } from "./describe-value.ts";
import type { CopyTargetColumn } from "./copy-target.ts";
import type { RowBuffer } from "./row-buffer.ts";

/** PostgreSQL's limits: digits before and after the decimal point. */
const maximumWholeDigits = 131_072;
const maximumScale = 16_383;

const decimalText = /^(?<sign>[+-]?)(?<whole>\d*)(?:\.(?<fraction>\d*))?(?:[eE](?<exponent>[+-]?\d{1,6}))?$/u;

const positiveSign = 0x0000;
const negativeSign = 0x4000;

interface DecimalParts {
  readonly isNegative: boolean;
  /** Digits before the point, without leading zeros. */
  readonly whole: string;
  /** Digits after the point, trailing zeros included: their number is the scale. */
  readonly fraction: string;
}

/** Takes decimal text apart, an exponent applied; undefined when it is not decimal text. */
function readDecimal(text: string): DecimalParts | undefined {
  const groups = decimalText.exec(text)?.groups;
  if (groups === undefined) return undefined;
  let whole = groups["whole"] ?? "";
  let fraction = groups["fraction"] ?? "";
  if (whole === "" && fraction === "") return undefined;
  const exponent = Number(groups["exponent"] ?? 0);
  if (Math.abs(exponent) > maximumWholeDigits) return undefined;
  if (exponent > 0) {
    const padded = fraction.padEnd(exponent, "0");
    whole += padded.slice(0, exponent);
    fraction = padded.slice(exponent);
  } else if (exponent < 0) {
    const padded = whole.padStart(-exponent, "0");
    fraction = padded.slice(padded.length + exponent) + fraction;
    whole = padded.slice(0, padded.length + exponent);
  }
  return { isNegative: groups["sign"] === "-", whole: whole.replace(/^0+/u, ""), fraction };
}

/** Refuses what numeric(precision, scale) would round or overflow, and cuts superfluous zeros to the scale. */
function fitToColumn(parts: DecimalParts, text: string, target: CopyTargetColumn): DecimalParts {
  const { precision, scale } = target;
  if (precision === undefined || scale === undefined) return parts;
  const kept = Math.max(scale, 0);
  const lost = parts.fraction.slice(kept) + (scale < 0 ? parts.whole.slice(scale) : "");
  if (/[1-9]/u.test(lost)) {
    throw new InvalidInputError(
      `${describe(text)} has more digits than ${target.declaredType} keeps; round it first.`,
    );
  }
  const significant =
    parts.whole === "" ? -(/[1-9]/u.exec(parts.fraction)?.index ?? kept) : parts.whole.length;
  if (significant > precision - scale) {
    throw new InvalidInputError(`${describe(text)} is too large for ${target.declaredType}.`);
  }
  return { ...parts, fraction: parts.fraction.slice(0, kept) };
}

/** The base-10000 digit made of up to four characters, zeros where the text has none. */
function digitAt(text: string, start: number): number {
  let digit = 0;
  for (let index = start; index < start + 4; index += 1) {
    digit = digit * 10 + (index >= 0 && index < text.length ? text.charCodeAt(index) - 48 : 0);
  }
  return digit;
}

function writeDecimal(out: RowBuffer, parts: DecimalParts): void {
  const { whole, fraction } = parts;
  const wholeGroups = Math.ceil(whole.length / 4);
  const fractionGroups = Math.ceil(fraction.length / 4);
  // The first group before the point is short where the digits do not fill it.
  const firstStart = whole.length - wholeGroups * 4;
  out.reserve(12 + 2 * (wholeGroups + fractionGroups));
  const digitsAt = out.offset + 12;
  let count = 0;
  let weight = wholeGroups - 1;
  let trailingZeros = 0;
  for (let group = 0; group < wholeGroups + fractionGroups; group += 1) {
    const digit =
      group < wholeGroups
        ? digitAt(whole, firstStart + group * 4)
        : digitAt(fraction, (group - wholeGroups) * 4);
    if (count === 0 && digit === 0) {
      weight -= 1;
      continue;
    }
    out.view.setInt16(digitsAt + count * 2, digit);
    count += 1;
    trailingZeros = digit === 0 ? trailingZeros + 1 : 0;
  }
  const kept = count - trailingZeros;
  out.view.setInt32(out.offset, 8 + kept * 2);
  out.view.setInt16(out.offset + 4, kept);
  out.view.setInt16(out.offset + 6, kept === 0 ? 0 : weight);
  out.view.setUint16(out.offset + 8, parts.isNegative && kept > 0 ? negativeSign : positiveSign);
  out.view.setUint16(out.offset + 10, fraction.length);
  out.offset = digitsAt + kept * 2;
}

/** Makes the encoder of a numeric column, with the limits of its numeric(precision, scale). */
export function createNumericEncoder(target: CopyTargetColumn): WriteValue {
  return (out, value) => {
    const parts = typeof value === "string" ? readDecimal(value) : undefined;
    if (parts === undefined || typeof value !== "string") {
      throw new InvalidInputError(`${describe(value)} is not a decimal string such as "-12.50".`);
    }
    if (parts.whole.length > maximumWholeDigits || parts.fraction.length > maximumScale) {
      throw new InvalidInputError(`${describe(value)} has more digits than PostgreSQL's numeric can hold.`);
    }
    writeDecimal(out, fitToColumn(parts, value, target));
  };
}
