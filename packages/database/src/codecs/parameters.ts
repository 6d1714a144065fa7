// What a query parameter becomes before pg sends it. Not the values of COPY (copy/).
// Invariant: pg's own lossy conversions (Date in local time, lone surrogates replaced, Temporal as quoted JSON) never happen.

import { InvalidInputError } from "../errors/database-error.ts";
import { encodeInstant } from "./instant.ts";
import { checkText, stringifyJson } from "./json.ts";
import { encodeDate } from "./plain-date.ts";

/** A parameter that is JSON as a whole, so that an array or a string in it is not taken for a PostgreSQL array or text. */
export class JsonParameter {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/**
 * Marks a value as one json or jsonb parameter.
 * @throws {InvalidInputError} for a value that has no JSON (undefined, a function, a cycle, a bigint).
 */
export function jsonParameter(value: unknown): JsonParameter {
  return new JsonParameter(stringifyJson(value));
}

/** What pg is given for one parameter. */
export type EncodedParameter = string | number | boolean | Buffer | null | EncodedParameter[];

function encode(value: unknown): EncodedParameter {
  switch (typeof value) {
    case "string":
      return checkText(value);
    case "number":
      return Object.is(value, -0) ? "-0" : value;
    case "boolean":
      return value;
    case "bigint":
      return value.toString();
    case "undefined":
      throw new InvalidInputError("The value is undefined; use null for SQL NULL.");
    case "object":
      return value === null ? null : encodeObject(value);
    case "function":
    case "symbol":
    default:
      throw new InvalidInputError(`A ${typeof value} cannot be sent to the database.`);
  }
}

function encodeObject(value: object): EncodedParameter {
  if (value instanceof Temporal.Instant) return encodeInstant(value);
  if (Array.isArray(value)) return value.map(encode);
  if (value instanceof JsonParameter) return value.text;
  if (value instanceof Temporal.PlainDate) return encodeDate(value);
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new InvalidInputError("The Date is invalid.");
    return encodeInstant(Temporal.Instant.fromEpochMilliseconds(value.getTime()));
  }
  if (ArrayBuffer.isView(value)) {
    return encodeView(value);
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return stringifyJson(value);
  throw new InvalidInputError(`A ${value.constructor.name} cannot be sent to the database.`);
}

function encodeView(value: ArrayBufferView): EncodedParameter {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof BigInt64Array) return Array.from(value, String);
  if (value instanceof Float64Array || value instanceof Float32Array || value instanceof Int32Array) {
    return Array.from(value, encode);
  }
  throw new InvalidInputError(`A ${value.constructor.name} cannot be sent to the database.`);
}

/**
 * Encodes the parameters of a statement.
 * Plain objects become JSON; arrays become PostgreSQL arrays (wrap a JSON array with {@link jsonParameter}).
 * @throws {InvalidInputError} naming the parameter ($1, $2, ...).
 */
export function encodeParameters(values: readonly unknown[]): EncodedParameter[] {
  return values.map((value, index) => {
    try {
      return encode(value);
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      throw new InvalidInputError(`Parameter $${index + 1}: ${error.message}`, { cause: error.cause });
    }
  });
}
