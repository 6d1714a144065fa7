// JSON values on their way into jsonb columns.
import { InvalidInputError, jsonParameter } from "@app/database";
import { refusal, refusalBecause } from "./refuse.ts";

/** An object of JSON values. */
export type JsonObject = Readonly<Record<string, unknown>>;

type JsonParameter = ReturnType<typeof jsonParameter>;

function parameter(field: string, value: unknown): JsonParameter {
  try {
    return jsonParameter(value);
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
