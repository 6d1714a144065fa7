// JSON values on their way into jsonb columns.
import { InvalidInputError, jsonParameter } from "@app/database";
import { refusal, refusalBecause } from "./refuse.ts";

/** An object of JSON values. */
export type JsonObject = Readonly<Record<string, unknown>>;

type JsonParameter = ReturnType<typeof jsonParameter>;

function parameter(field: string, value: unknown): JsonParameter {
  try {
    const encoded = jsonParameter(value);
    // JSON has no NaN and no infinity, and JSON.stringify makes null of them without a word.
    JSON.stringify(value, (key, part: unknown) => {
      if (typeof part === "number" && !Number.isFinite(part)) {
        throw new InvalidInputError(`${key === "" ? "the value" : key} is ${part}, which JSON cannot hold.`);
      }
      return part;
    });
    return encoded;
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw refusalBecause(field, error.message);
  }
}

/** A plain object. @throws {InvalidInputError} naming the field */
export function jsonObject(field: string, value: unknown): JsonParameter {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw refusal(field, value, "an object");
  return parameter(field, value);
}

/** Any JSON value. @throws {InvalidInputError} naming the field */
export function jsonValue(field: string, value: unknown): JsonParameter {
  return parameter(field, value);
}
