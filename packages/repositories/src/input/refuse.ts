// How a value that cannot be taken is refused: one sentence that names the field, and the field by itself for programs.
import { InvalidInputError } from "@app/database";

const LONGEST_SHOWN = 60;

/** A value as a message may show it: short, quoted, without control characters. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case "string": {
      const text = value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value;
      return JSON.stringify(text.toWellFormed());
    }
    case "number":
    case "boolean":
    case "bigint":
    case "undefined":
      return String(value);
    case "object":
      if (value === null) return "null";
      return value instanceof Date || value instanceof Temporal.Instant
        ? String(value)
        : `a value of type ${value.constructor?.name ?? "object"}`;
    case "function":
    case "symbol":
    default:
      return `a ${typeof value}`;
  }
}

/** @returns the error for a field's value; `wanted` goes on after "is not", or after "give" where there is no value */
export function refusal(field: string, value: unknown, wanted: string): InvalidInputError {
  return value === undefined
    ? refusalBecause(field, `it is missing; give ${wanted}.`)
    : refusalBecause(field, `${shown(value)} is not ${wanted}.`);
}

/** @returns the error for a field, with a sentence of its own */
export function refusalBecause(field: string, reason: string): InvalidInputError {
  return new InvalidInputError(`${field}: ${reason}`, { field });
}
