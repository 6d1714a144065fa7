// JSON values on their way into jsonb columns.
import { InvalidInputError, jsonParameter } from "@app/database";
import { refusal, refusalBecause } from "./refuse.ts";

/** An object of JSON values. */
export type JsonObject = Readonly<Record<string, unknown>>;

type JsonParameter = ReturnType<typeof jsonParameter>;

/** JSON has no NaN and no infinity, and JSON.stringify makes null of them without a word. */
function requireFinite(field: string, value: unknown): void {
  if (typeof value === "number" && !Number.isFinite(value)) throw refusal(field, value, "a finite number");
  if (typeof value !== "object" || value === null) return;
  for (const [key, part] of Object.entries(value)) requireFinite(`${field}.${key}`, part);
}

function parameter(field: string, value: unknown): JsonParameter {
  try {
    // First, since it refuses what has no end.
    const encoded = jsonParameter(value);
    requireFinite(field, value);
    return encoded;
  } catch (error) {
    if (!(error instanceof InvalidInputError) || error.field !== undefined) throw error;
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
